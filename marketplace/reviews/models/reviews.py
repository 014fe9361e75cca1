from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from marketplace.core.models import Step
from marketplace.core.roles import Right
from marketplace.sales.models import SellerOrderLine
from producers.models import Partner
from producers.models.stories import StoryPicture, StoryText

LEAST, MOST = 1, 5


class ReviewQuerySet(models.QuerySet):
    def shown(self):
        """What everybody may read."""
        return self.filter(is_hidden=False)

    def newest_first(self):
        return self.order_by("-written_at", "-pk")

    def visible_to(self, user):
        """Reviews of the stalls in whose team this person answers them."""
        return self.filter(seller__in=Partner.objects.with_right(user, Right.ANSWER_REVIEWS))


class Review(models.Model):
    """What a buyer who received a product thinks of it: one for each line of a seller order.

    A rating of 1 to 5, never called stars, and perhaps words and pictures. The seller answers once and may
    change the answer; the office hides what must not stand there. Both are steps of its history.
    """

    line = models.OneToOneField(
        SellerOrderLine, verbose_name=_("Bought as"), on_delete=models.PROTECT, related_name="review"
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("Product"),
        on_delete=models.PROTECT,
        related_name="buyer_reviews",
        help_text=_("For a variant the product that it belongs to."),
    )
    seller = models.ForeignKey(
        Partner, verbose_name=_("Seller"), on_delete=models.PROTECT, related_name="reviews"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Buyer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty for one who bought without an account."),
    )
    name = models.CharField(_("Name that is shown"), max_length=60)
    rating = models.PositiveSmallIntegerField(_("Rating"), help_text=_("From 1 to 5."))
    text = models.TextField(_("Review"), blank=True)
    language = models.CharField(_("Language"), max_length=5, default="vi")
    pictures = models.JSONField(_("Pictures"), default=list, blank=True)
    written_at = models.DateTimeField(_("Written"), auto_now_add=True)
    is_hidden = models.BooleanField(_("Hidden by the office"), default=False)
    answer = models.TextField(_("The seller's answer"), blank=True)
    answered_at = models.DateTimeField(_("Answered"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("Review")
        verbose_name_plural = _("Reviews")
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__gte=LEAST, rating__lte=MOST), name="rating_one_to_five"
            ),
        ]
        indexes = [
            models.Index(fields=["product", "is_hidden", "-written_at", "-id"], name="reviews_of_product"),
            models.Index(fields=["seller", "-written_at", "-id"], name="reviews_of_seller"),
        ]

    def __str__(self):
        return f"{self.rating}/{MOST}, {self.name}"

    @property
    def shown_pictures(self) -> list[StoryPicture]:
        return StoryText.pictures_of(self.pictures)


class ReviewStep(Step):
    """One step in the history of a review, never changed afterwards."""

    class State(models.TextChoices):
        WRITTEN = "written", _("Written")
        ANSWERED = "answered", _("Answered")
        ANSWER_CHANGED = "answer changed", _("Answer changed")
        HIDDEN = "hidden", _("Hidden by the office")
        SHOWN = "shown", _("Shown again")

    review = models.ForeignKey(
        Review, verbose_name=_("Review"), on_delete=models.CASCADE, related_name="steps"
    )
    state = models.CharField(_("State"), max_length=14, choices=State)

    class Meta(Step.Meta):
        verbose_name = _("Step of a review")
        verbose_name_plural = _("Steps of reviews")
