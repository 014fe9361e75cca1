"""What editors find first in the admin: what they can begin, and what happens next by itself."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Revision

from cms.models import OutsideLink
from marketplace.core import clock
from marketplace.core.models import User

AHEAD = datetime.timedelta(days=30)
SHOWN = 10


@dataclass(frozen=True)
class Beginning:
    """Something that an editor can begin with one click."""

    words: str
    url: str


@dataclass(frozen=True)
class Coming:
    """What happens to a page by itself at a time."""

    at: datetime.datetime
    words: str
    page: Page


class BeginPanel(Component):
    """Buttons for what is written most: a page below each list of pages."""

    name = "begin"
    order = 100
    template_name = "cms/admin/home_begin.html"

    def get_context_data(self, parent_context: Mapping) -> dict:
        user = parent_context["request"].user
        return {"beginnings": beginnings(user), "broken": OutsideLink.objects.broken().count()}


class ComingPanel(Component):
    """What will be published or taken down in the next days."""

    name = "coming"
    order = 230
    template_name = "cms/admin/home_coming.html"

    def get_context_data(self, parent_context: Mapping) -> dict:
        return {"coming": coming()}


def beginnings(user: User) -> list[Beginning]:
    """What this person may begin: new pages in lists of pages, pictures, files."""
    found = [each for index in _lists_of_pages() for each in _new_pages(index, user)]
    if found:
        found.append(Beginning(_("Add pictures"), reverse("wagtailimages:add_multiple")))
        found.append(Beginning(_("Add files"), reverse("wagtaildocs:add_multiple")))
    return found


def coming() -> list[Coming]:
    """What is published or taken down by itself within a month, the soonest first."""
    until = clock.now() + AHEAD
    revisions = list(
        Revision.page_revisions.filter(approved_go_live_at__lte=until).order_by("approved_go_live_at")[:SHOWN]
    )
    pages = Page.objects.in_bulk([int(each.object_id) for each in revisions])
    published = [
        Coming(each.approved_go_live_at, _("Will be published"), pages[int(each.object_id)])
        for each in revisions
    ]
    taken_down = [Coming(page.expire_at, _("Will be taken down"), page) for page in _expiring(until)[:SHOWN]]
    return sorted([*published, *taken_down], key=lambda each: each.at)[:SHOWN]


def _lists_of_pages() -> QuerySet:
    return Page.objects.filter(depth=3, locale__language_code="vi").order_by("path").specific()


def _new_pages(index: Page, user: User) -> list[Beginning]:
    if not index.permissions_for_user(user).can_add_subpage():
        return []
    return [
        Beginning(
            _("New: %(kind)s") % {"kind": model._meta.verbose_name},
            reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, index.pk]),
        )
        for model in index.creatable_subpage_models()
        if model is not type(index)
    ]


def _expiring(until: datetime.datetime) -> QuerySet:
    return Page.objects.live().filter(expire_at__lte=until).order_by("expire_at")
