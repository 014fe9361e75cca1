"""Which links of the desk a member of a team has."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.core.models import User
from marketplace.core.roles import TEAM_RIGHTS, Right
from marketplace.notifications.models import Notice


@dataclass(frozen=True)
class Entry:
    """One entry of the desk's menu; ``needs`` names the flag of `links_of` without which it is not there."""

    name: str
    label: Promise
    icon: str
    needs: str


@dataclass(frozen=True)
class Link:
    """An entry as templates show it; ``count`` is how much waits behind it."""

    url: str
    label: Promise
    icon: str
    count: int


#: What is used most comes first: the dock of a phone has room for so many, the others lie under “More”.
IN_DOCK = 4
MENU = (
    Entry("index", _("Orders"), "list", "sees_orders"),
    Entry("products", _("Products"), "box", "counts_stock"),
    Entry("messages", _("Messages"), "message", "answers_buyers"),
    Entry("notices", _("Notices"), "bell", "is_in_team"),
    Entry("stories", _("Stories"), "edit", "writes_stories"),
    Entry("reviews", _("Reviews"), "message", "answers_reviews"),
    Entry("returns", _("Returns"), "return", "answers_buyers"),
    Entry("money", _("Money"), "cash", "sees_money"),
    Entry("numbers", _("Numbers"), "chart", "sees_numbers"),
    Entry("stall", _("Stall page"), "stall", "edits_stall"),
    Entry("promotions", _("Promotions"), "cash", "edits_stall"),
    Entry("delivery", _("Delivery charges"), "truck", "edits_stall"),
    Entry("events", _("Events"), "pin", "takes_part"),
    Entry("livestreams", pgettext_lazy("desk", "Livestreams"), "play", "takes_part"),
    Entry("team", _("Team"), "account", "manages_team"),
)


def links_of(user: User) -> dict[str, object]:
    """For the desk's navigation: the menu, and a flag for each thing that this person may do; one query."""
    unread = Notice.objects.filter(recipient=user, seller=OuterRef("seller"), is_listed=True, read_at=None)
    counted = unread.order_by().values("recipient").annotate(number=Count("pk")).values("number")
    memberships = list(user.memberships.values_list("role", Coalesce(Subquery(counted), 0)))
    roles = {role for role, _unread in memberships}
    rights = set().union(*(TEAM_RIGHTS[role] for role in roles))
    flags = {
        "is_in_team": bool(memberships),
        "answers_buyers": Right.ANSWER_BUYERS in rights,
        "answers_reviews": Right.ANSWER_REVIEWS in rights,
        "sees_orders": Right.SEE_ORDERS in rights or user.is_administrator,
        "edits_products": Right.EDIT_PRODUCTS in rights,
        "counts_stock": Right.EDIT_STOCK in rights,
        "writes_stories": Right.WRITE_STORIES in rights,
        "sees_money": Right.SEE_MONEY in rights,
        "sees_numbers": Right.SEE_NUMBERS in rights,
        "edits_stall": Right.EDIT_STALL in rights,
        "takes_part": Right.TAKE_PART in rights,
        "manages_team": Right.MANAGE_TEAM in rights,
    }
    unread_notices = sum(number for _role, number in memberships)
    menu = [_link(entry, unread_notices) for entry in MENU if flags[entry.needs]]
    return {**flags, "unread_notices": unread_notices, "dock": menu[:IN_DOCK], "more": menu[IN_DOCK:]}


def _link(entry: Entry, unread_notices: int) -> Link:
    count = unread_notices if entry.name == "notices" else 0
    return Link(reverse(f"producer_desk:{entry.name}"), entry.label, entry.icon, count)
