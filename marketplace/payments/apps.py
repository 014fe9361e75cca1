from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    # Oscar's own app has the label "payment"; this one is ours.
    name = "marketplace.payments"
    label = "payments"
    verbose_name = _("Payments")
    append_only_models = ("payments.PaymentEvent", "payments.Refund", "payments.TransferStep")

    def ready(self):
        from marketplace.payments.domain import stripe_events  # noqa: F401, PLC0415 - needs loaded models
