from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "marketplace.core"
    label = "core"
    verbose_name = _("Kernel")

    def ready(self):
        pre_migrate.connect(_remove_triggers, sender=self, dispatch_uid="core.triggers.before")
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="core.triggers")


def _remove_triggers(using, plan, **kwargs):
    from marketplace.core import triggers  # noqa: PLC0415 - models are not there before the apps are

    if plan:
        triggers.remove(connections[using])


def _install_triggers(using, **kwargs):
    from marketplace.core import triggers  # noqa: PLC0415 - models are not there before the apps are

    triggers.install(connections[using])
