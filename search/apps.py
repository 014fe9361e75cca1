from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Finding products; has the label of oscar's search app, which would bring haystack."""

    name = "search"
    verbose_name = _("Search")
    public_models = ("search.Pin", "search.SynonymList")

    def ready(self):
        from marketplace.core.tasks.signals import between_tasks  # noqa: PLC0415 - needs the apps

        pre_migrate.connect(_remove_triggers, sender=self, dispatch_uid="search.triggers.before")
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="search.triggers")
        between_tasks.connect(_follow_changes, dispatch_uid="search.follow")


def _remove_triggers(using, plan, **kwargs):
    from search import triggers  # noqa: PLC0415 - models are not there before the apps are

    if plan:
        triggers.remove(connections[using])


def _install_triggers(using, **kwargs):
    from search import triggers  # noqa: PLC0415 - models are not there before the apps are

    triggers.install(connections[using])


def _follow_changes(**kwargs):
    from search import indexing  # noqa: PLC0415 - models are not there before the apps are

    indexing.follow()
