from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "marketplace.events"
    label = "events"
    verbose_name = _("Events")
    public_models = (
        "events.Event",
        "events.ProgrammeItem",
        "events.BoothRegistration",
        "events.BoothRegistration_products",
        "events.Livestream",
        "events.Livestream_products",
    )
