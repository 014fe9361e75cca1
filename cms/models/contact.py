from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from cms.richtext import FEATURES
from marketplace.core import clock
from marketplace.core.models import Step
from marketplace.core.private_files import private_storage


class ContactPage(Page):
    """The words around the form for questions and complaints; the form itself is `cms.views.contact`."""

    intro = models.TextField(_("Introduction"), blank=True)
    body = RichTextField(_("Text beside the form"), features=FEATURES, blank=True)

    SLUG = "lien-he"
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = _("Contact page")
        verbose_name_plural = _("Contact pages")

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Only where the page was given another slug: to the form."""
        return redirect("contact:form")


class EnquiryQuerySet(models.QuerySet):
    def open(self):
        """What still waits for an answer."""
        return self.exclude(state=Enquiry.State.ANSWERED)

    def overdue(self):
        """What waits longer than its deadline allows."""
        return self.open().filter(due_on__lt=clock.today())


class Enquiry(models.Model):
    """A question or complaint that somebody sent to the office by the form."""

    class Topic(models.TextChoices):
        QUESTION = "question", _("A question")
        ORDER = "order", _("An order: delivery, payment, return")
        GOODS = "goods", _("A complaint about goods or a seller")
        LIVESTREAM = "livestream", _("A complaint about a livestream")
        RIGHTS = "rights", _("A product page that is wrong or breaks a right")
        DATA = "data", _("My personal data")
        SITE = "site", _("Something on this site does not work")

    class State(models.TextChoices):
        NEW = "new", _("New")
        IN_WORK = "in_work", _("In work")
        ANSWERED = "answered", _("Answered")

    reference = models.CharField(_("Reference"), max_length=12, unique=True, editable=False)
    topic = models.CharField(_("Topic"), max_length=12, choices=Topic)
    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-mail"), blank=True)
    phone = models.CharField(_("Phone"), max_length=20, blank=True)
    order_number = models.CharField(_("Order number"), max_length=40, blank=True)
    about = models.CharField(_("What it is about"), max_length=300, blank=True)
    text = models.TextField(_("Message"))
    file = models.FileField(
        _("File"),
        storage=private_storage,
        upload_to="enquiries/%Y/%m/",
        max_length=255,
        blank=True,
        help_text=_("Only the office sees it."),
    )
    file_type = models.CharField(max_length=40, editable=False, blank=True)
    language = models.CharField(_("Language"), max_length=5, default="vi")
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.NEW, db_index=True)
    received_at = models.DateTimeField(_("Came in"), default=clock.now, db_index=True)
    due_on = models.DateField(
        _("Answer due on"), null=True, blank=True, help_text=_("Empty where no deadline is set.")
    )
    answer = models.TextField(_("Answer"), blank=True, help_text=_("Goes to the sender by e-mail."))
    answered_at = models.DateTimeField(_("Answered"), null=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Enquiry")
        verbose_name_plural = _("Enquiries")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(email="") | ~models.Q(phone=""), name="enquiry_can_be_answered"
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_overdue(self) -> bool:
        is_open = self.state != self.State.ANSWERED
        return is_open and self.due_on is not None and self.due_on < clock.today()


class EnquiryEvent(Step):
    """One step in the history of an enquiry, never changed afterwards."""

    enquiry = models.ForeignKey(
        Enquiry, verbose_name=_("Enquiry"), on_delete=models.CASCADE, related_name="events"
    )
    state = models.CharField(_("State"), max_length=10, choices=Enquiry.State)
    at = models.DateTimeField(_("At"), default=clock.now)

    class Meta(Step.Meta):
        verbose_name = _("Step of an enquiry")
        verbose_name_plural = _("Steps of enquiries")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.enquiry_id}: {self.get_state_display()}"
