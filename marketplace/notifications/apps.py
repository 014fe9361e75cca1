from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "marketplace.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self):
        # Needs loaded models.
        from marketplace.notifications import money_news, receivers, seller_news  # noqa: F401, PLC0415
