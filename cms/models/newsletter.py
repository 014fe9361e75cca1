from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.models.letter_blocks import LetterBlock
from cms.richtext import FEATURES
from marketplace.notifications.models import Subscription


class NewsletterPage(Page):
    """The words around the sign-up for the newsletter; the form itself is `cms.views.newsletter`."""

    intro = models.TextField(_("Introduction"), blank=True)
    body = RichTextField(_("Text beside the form"), features=FEATURES, blank=True)

    SLUG = "ban-tin"
    max_count_per_parent = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = []
    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]

    class Meta:
        verbose_name = _("Newsletter page")
        verbose_name_plural = _("Newsletter pages")

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Only where the page was given another slug: to the form."""
        return redirect("newsletter:index")


class Issue(models.Model):
    """One newsletter, in both languages; what it names is shown as it is when it is sent."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")

    subject = models.CharField(_("Subject line"), max_length=120)
    subject_en = models.CharField(_("Subject line in English"), max_length=120)
    intro = models.TextField(_("First words"), help_text=_("An empty line begins a new paragraph."))
    intro_en = models.TextField(_("First words in English"))
    items = StreamField(LetterBlock(), verbose_name=_("Articles, events, products"), blank=True)
    state = models.CharField(
        _("State"), max_length=10, choices=State, default=State.DRAFT, editable=False, db_index=True
    )
    made_at = models.DateTimeField(_("Made"), auto_now_add=True)
    started_at = models.DateTimeField(_("Sending began"), null=True, blank=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Sent by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    finished_at = models.DateTimeField(_("Sending ended"), null=True, blank=True, editable=False)

    panels = [
        MultiFieldPanel([FieldPanel("subject"), FieldPanel("intro")], heading=_("Vietnamese")),
        MultiFieldPanel([FieldPanel("subject_en"), FieldPanel("intro_en")], heading=_("English")),
        FieldPanel("items"),
    ]

    class Meta:
        verbose_name = _("Newsletter")
        verbose_name_plural = _("Newsletters")
        ordering = ["-made_at", "-pk"]
        permissions = [("send_issue", "Can send newsletters")]

    def __str__(self):
        return self.subject

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Delivery(models.Model):
    """One newsletter for one address. Claimed before it is sent, so that it never goes out twice.

    A delivery that stays claimed was in the hands of a worker that died: whether the mail server took it is
    not known, and it is not tried again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLAIMED = "claimed", _("Begun, end not known")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused by the mail server")
        LEFT_OUT = "left_out", _("Unsubscribed before")

    issue = models.ForeignKey(
        Issue, verbose_name=_("Newsletter"), on_delete=models.CASCADE, related_name="deliveries"
    )
    subscription = models.ForeignKey(
        Subscription, verbose_name=_("Subscription"), on_delete=models.CASCADE, related_name="deliveries"
    )
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    claimed_at = models.DateTimeField(_("Begun"), null=True, blank=True)
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Delivery of a newsletter")
        verbose_name_plural = _("Deliveries of newsletters")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "subscription"], name="one_delivery_per_issue_and_address"
            ),
        ]
        indexes = [models.Index(fields=["issue", "state"], name="cms_delivery_issue_state")]

    def __str__(self):
        return f"{self.issue_id}, {self.subscription_id}"
