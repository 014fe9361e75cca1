from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.apps import PartnerConfig

from producers import shown


class ProducersConfig(PartnerConfig):
    """Oscar's partner app, forked in place: sellers, their teams, stalls, stories and stock."""

    name = "producers"
    verbose_name = _("Sellers")
    public_models = (
        "partner.BookingTerms",
        "partner.Departure",
        "partner.OpeningException",
        "partner.OpeningHours",
        "partner.Partner",
        "partner.PointOfSale",
        "partner.PointPicture",
        "partner.StallPage",
        "partner.StockRecord",
        "partner.Story",
    )
    append_only_models = ("partner.StockMovement",)
    public_values = {"partner.StockRecord": shown.STOCK_RECORD}
