"""Who gets what from every address of the site; an address that is not in the table fails.

A stranger to a seller or an order gets 404, so that its existence does not leak; a team member without the
right gets 403; whoever must log in first gets 302.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from oscar.apps.address.models import Country, UserAddress

from catalog.domain import clear, listings, variants
from catalog.domain.picturing import picture_products
from catalog.models import BannedWord
from cms.domain.site import set_up
from marketplace.core import clock
from marketplace.core.models import User
from marketplace.core.roles import Role, TeamRole
from marketplace.payments.domain.bank_notifications import make_key
from marketplace.sales import links
from marketplace.sales.models import Handover
from producers.domain import applications, counter, devices, reservations, stocktakes
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.domain.devices import Signed
from producers.links import invitation_token
from producers.models import ApplicationPaper
from tests.factories.bookings import make_departure, make_tour
from tests.factories.catalog import (
    make_category,
    make_member,
    make_product,
    make_seller,
    make_story,
    make_user,
)
from tests.factories.contact import make_return, make_sent_picture
from tests.factories.delivery import make_table
from tests.factories.events import make_event, make_livestream, make_registration
from tests.factories.payments import make_kept_event, make_payout, make_read_file, make_transfer
from tests.factories.points import make_point
from tests.factories.promotions import make_promotion
from tests.factories.reviews import make_notice, make_review
from tests.factories.sellers import (
    make_application,
    make_invitation,
    make_paper,
    make_stall_check,
    make_take_down,
)
from tests.factories.shelves import PRICE, make_shelf
from tests.marketplace.sales.cases import Purchase, commune, make_basket

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ROLES = (
    "anonymous",
    "buyer",
    "other buyer",
    "owner",
    "manager",
    "packer",
    "writer",
    "other owner",
    "editor",
    "chief editor",
    "office",
    "administrator",
)

# Wagtail's and oscar's own working screens: walked below as a whole.
ADMIN_PREFIXES = ("quan-tri/", "dashboard/")
# Wagtail's documents and pages answer by what editors published.
CONTENT_PREFIXES = ("tai-lieu/",)
CONTENT_NAMES = {"wagtail_serve", "wagtailcore_authenticate_with_password", "wagtailcore_login"}

#: Of a picture for sharing; one that is out of date is answered too.
DIGEST = "0" * 16


@dataclass(frozen=True)
class Row:
    """What one address answers: to everybody, but for the roles that ``but`` names."""

    name: str
    everybody: int
    but: dict[str, int]
    method: str = "get"
    form: str = ""


def row(name, everybody=200, *, method="get", form="", **but) -> Row:
    return Row(
        name, everybody, {role.replace("_", " "): status for role, status in but.items()}, method, form
    )


LOGIN = 302
# An administrator sees every order but moves none: that is the team's business.
TEAM = {"anonymous": LOGIN, "owner": 200, "manager": 200, "packer": 200, "writer": 403, "administrator": 200}
CHOOSING = {**dict.fromkeys(("anonymous", "owner", "manager", "packer", "other owner"), 302), "writer": 403}
# An empty form is answered with what is missing.
CHANGING = {
    "anonymous": LOGIN,
    **dict.fromkeys(("owner", "manager", "packer"), 422),
    "writer": 403,
    "administrator": 403,
}
# Administrators plan events in the admin; taking part is the producers' business.
TAKING_PART = {
    "anonymous": LOGIN,
    "owner": 200,
    "manager": 200,
    "packer": 403,
    "writer": 403,
    "other owner": 200,
}

# What buyers write is between them and the seller's team: no administrator reads it.
ANSWERING_BUYERS = {"anonymous": LOGIN, "owner": 200, "manager": 200, "packer": 200, "writer": 403}
# Delivery charges are for those who set up the stall.
SETTING_UP = TAKING_PART
PREPARING = {**TAKING_PART, "other owner": 404}
ACTING = {"owner": 302, "manager": 302}
COUNTING = {**PREPARING, "packer": 200}

TEAM_OF_WRITERS = ("owner", "manager", "writer")
REFUSED = {"anonymous": LOGIN, "packer": 403}
WRITING = {
    **dict.fromkeys((*TEAM_OF_WRITERS, "editor", "chief editor", "office", "administrator"), 200),
    **REFUSED,
}

ANSWERING = {"anonymous": LOGIN, **dict.fromkeys(TEAM_OF_WRITERS, 200), "packer": 403}
NOTICED = {"anonymous": LOGIN, **dict.fromkeys(("owner", "manager", "packer", "writer", "other owner"), 200)}

TEAM_OF_OWNERS = {"anonymous": LOGIN, "manager": 403, "packer": 403, "writer": 403}
OFFICE = {"anonymous": LOGIN, "office": 200, "administrator": 200}
OFFICE_ACTS = {"anonymous": LOGIN, "office": 302, "administrator": 302}

# The desk of a point: the owner, the manager, and the packer, who is a clerk there.
AT_POINT = {"anonymous": LOGIN, **dict.fromkeys(("owner", "manager", "packer"), 200)}
RUNNING_POINT = {**AT_POINT, "packer": 403}
POINT_FORM = {"anonymous": LOGIN, **dict.fromkeys(("owner", "manager", "packer"), 302)}
# Scripts are told to log in, and why something is refused.
POINT_SCRIPT = {"anonymous": 401, **dict.fromkeys(("owner", "manager", "packer"), 422)}

TABLE = [
    row("healthz"),
    row("readyz"),
    row("service-worker"),
    row("sitemap"),
    row("sitemap-piece"),
    row("home"),
    row("news:rss"),
    row("news:atom"),
    row("news:found"),
    row("storefront:me"),
    row("storefront:robots"),
    row("catalogue:index"),
    row("catalogue:category"),
    row("catalogue:detail"),
    row("catalogue:share"),
    row("catalogue:reviews"),
    row("catalogue:where"),
    row("catalogue:where-block"),
    row("stalls:index"),
    row("stalls:detail"),
    row("stalls:share"),
    row("points:index"),
    row("points:positions"),
    row("points:detail"),
    row("stalls:feed-picture"),
    row("stalls:google-feed"),
    row("stalls:facebook-feed"),
    row("page-share"),
    row("search:search"),
    row("search:suggestions"),
    row("search:ranking"),
    row("contact:form"),
    # The reference is shown to whoever has just written.
    row("contact:received", 302),
    row("newsletter:index"),
    row("newsletter:asked"),
    # The keys of the walk have gone.
    row("newsletter:confirm", 404),
    row("newsletter:end", 404),
    row("certifications:index"),
    row("certifications:detail"),
    row("basket:summary"),
    row("basket:add", 302, method="post", form="quantity=1"),
    row("basket:update", 302, method="post"),
    row("basket:enter-code", 422, method="post"),
    row("basket:drop-code", 302, method="post"),
    # An empty basket has nothing to check out.
    row("checkout:index", 302),
    row("checkout:communes"),
    row("checkout:review", 302),
    row("checkout:place", 302, method="post"),
    row("customer:login", 302, anonymous=200),
    row("customer:register", 302, anonymous=200),
    row("customer:logout", 302, method="post"),
    row("customer:password-reset"),
    row("customer:password-reset-done"),
    # The link of the walk has gone.
    row("customer:password-reset-confirm", 404),
    row("customer:summary", anonymous=LOGIN),
    row("customer:profile", anonymous=LOGIN),
    row("customer:change-password", anonymous=LOGIN),
    row("customer:addresses", anonymous=LOGIN),
    row("customer:address-add", anonymous=LOGIN),
    row("customer:address-edit", 404, anonymous=LOGIN, buyer=200),
    row("customer:address-delete", 404, anonymous=LOGIN, buyer=200),
    row("customer:address-default", 404, method="post", anonymous=LOGIN, buyer=302),
    row("customer:orders", anonymous=LOGIN),
    row("customer:order", 404, anonymous=LOGIN, buyer=200),
    row("customer:order-cancel", 404, anonymous=LOGIN, buyer=200),
    row("customer:order-confirmation", 404, anonymous=LOGIN, buyer=200),
    row("customer:order-invoices", 404, anonymous=LOGIN, buyer=200),
    # Only while a transfer is awaited.
    row("customer:order-code", 404, anonymous=LOGIN),
    # The order is not paid by card: back to its page, and there was no visit to come back from.
    row("customer:order-card", 404, anonymous=LOGIN, buyer=302),
    row("customer:order-card-back", 404, anonymous=LOGIN),
    # The goods have not arrived yet, which its page says.
    row("customer:order-review", 404, anonymous=LOGIN, buyer=409),
    row("customer:notices", anonymous=LOGIN),
    # The notice of the walk is to the owner.
    row("customer:notice", 404, anonymous=LOGIN, owner=302),
    row("customer:notices-read", 302, method="post"),
    row("customer:notice-choices", anonymous=LOGIN),
    row("customer:device-add", 422, method="post", anonymous=401),
    row("customer:device-remove", 404, method="post", anonymous=LOGIN),
    Row("producer_desk:notices", 404, NOTICED),
    Row("producer_desk:reviews", 404, {**ANSWERING, "other owner": 200}),
    Row("producer_desk:review", 404, ANSWERING),
    row("office_desk:reviews", 404, anonymous=LOGIN, office=200, administrator=200),
    row("office_desk:review", 404, anonymous=LOGIN, office=200, administrator=200),
    # Showing what is shown is refused, and the page says so.
    Row(
        "office_desk:review-move",
        404,
        {"anonymous": LOGIN, "office": 422, "administrator": 422},
        "post",
        "act=show",
    ),
    # Whoever holds the signed link may see the order.
    row("customer:guest-order"),
    Row("producer_desk:index", 404, {**TEAM, "other owner": 200}),
    Row("producer_desk:order", 404, TEAM),
    Row("producer_desk:packing", 404, {**TEAM, "other owner": 200}),
    Row("producer_desk:paper", 404, TEAM),
    # Nothing is chosen: back to the list.
    Row("producer_desk:papers", 404, {**CHOOSING, "administrator": LOGIN}, "post"),
    Row("producer_desk:move-many", 404, {**CHOOSING, "administrator": LOGIN}, "post", "state=confirmed"),
    Row("producer_desk:reduce", 404, CHANGING, "post"),
    Row("producer_desk:parcel", 404, CHANGING, "post"),
    Row("producer_desk:handovers", 404, {**TEAM, "administrator": 404, "other owner": 200}),
    Row("producer_desk:handover-make", 404, CHOOSING, "post"),
    Row("producer_desk:handover", 404, {**TEAM, "administrator": 404}),
    Row("producer_desk:handover-paper", 404, {**TEAM, "administrator": 404}),
    # Files with buyers' data.
    Row("producer_desk:orders-export", 404, TAKING_PART),
    Row("producer_desk:data", 404, {**TEAM_OF_OWNERS, "owner": 200, "other owner": 200}),
    Row("producer_desk:stories", 404, {**WRITING, "other owner": 200}),
    # Editors begin a story from a product that they choose in the admin.
    Row(
        "producer_desk:story-new", 404, {**dict.fromkeys(TEAM_OF_WRITERS, 200), **REFUSED, "other owner": 200}
    ),
    Row("producer_desk:story", 404, WRITING),
    Row("producer_desk:story-take-back", 404, {**dict.fromkeys(WRITING, 302), "packer": 403}, "post"),
    row("stories:index"),
    row("stories:detail"),
    row("stories:share"),
    row("publications:shelf_card"),
    Row("producer_desk:events", 404, TAKING_PART),
    Row("producer_desk:event", 404, TAKING_PART),
    Row(
        "producer_desk:event-withdraw",
        404,
        {**TAKING_PART, **dict.fromkeys(("owner", "manager"), 302), "other owner": 404},
        "post",
    ),
    Row("producer_desk:livestreams", 404, TAKING_PART),
    Row("producer_desk:livestream-new", 404, TAKING_PART),
    Row("producer_desk:livestream", 404, {**TAKING_PART, "other owner": 404}),
    Row(
        "producer_desk:livestream-move",
        404,
        {**TAKING_PART, **dict.fromkeys(("owner", "manager"), 302), "other owner": 404},
        "post",
        "state=cancelled",
    ),
    Row("producer_desk:stall", 404, TAKING_PART),
    Row(
        "producer_desk:stall-pause",
        404,
        {**TAKING_PART, **dict.fromkeys(("owner", "manager", "other owner"), 302)},
        "post",
        "end=1",
    ),
    Row(
        "producer_desk:stall-take-back",
        404,
        {**TAKING_PART, **dict.fromkeys(("owner", "manager", "other owner"), 302)},
        "post",
    ),
    Row("stalls:preview", 404, {**TAKING_PART, "other owner": 404}),
    Row("producer_desk:numbers", 404, TAKING_PART),
    Row("producer_desk:numbers-export", 404, TAKING_PART),
    Row("producer_desk:money", 404, TAKING_PART),
    Row("producer_desk:money-export", 404, TAKING_PART),
    Row("producer_desk:account", 404, TAKING_PART),
    Row("producer_desk:transfers", 404, TAKING_PART),
    Row("producer_desk:transfer", 404, PREPARING),
    Row("producer_desk:transfer-move", 404, {**PREPARING, **ACTING}, "post", "act=aside"),
    # An administrator sees the order, not its money.
    Row("producer_desk:transfer-note", 404, {**PREPARING, "administrator": 403}),
    Row("producer_desk:refunds-owed", 404, TAKING_PART),
    Row("producer_desk:vat", 404, TAKING_PART),
    Row(
        "producer_desk:vat-take-away", 404, {**TAKING_PART, "owner": 302, "manager": 302, "other owner": 302}
    ),
    Row("producer_desk:invoice", 404, {**PREPARING, "administrator": 403}),
    Row("producer_desk:months", 404, TAKING_PART),
    Row("producer_desk:month", 404, TAKING_PART),
    Row("producer_desk:month-take-away", 404, TAKING_PART),
    Row("producer_desk:payouts", 404, TAKING_PART),
    # No carrier has it yet, which the list says.
    Row("producer_desk:payout-note", 404, {**PREPARING, **ACTING, "administrator": 403}, "post"),
    Row("producer_desk:payout-clear", 404, {**PREPARING, **ACTING}, "post", "note=Xong"),
    Row("producer_desk:money-files", 404, TAKING_PART),
    Row("producer_desk:money-file", 404, PREPARING),
    Row("producer_desk:bank-keys", 404, TAKING_PART),
    Row("producer_desk:bank-key-revoke", 404, {**PREPARING, **ACTING}, "post"),
    # A signature counts, not who is logged in.
    row("checkout:bank-notification", 401, method="post"),
    row("checkout:stripe-event", 400, method="post"),
    Row("producer_desk:cards", 404, TAKING_PART),
    Row(
        "producer_desk:cards-back",
        404,
        {**TAKING_PART, **dict.fromkeys(("owner", "manager", "other owner"), 302)},
    ),
    row("office_desk:cards", 404, **OFFICE),
    row("office_desk:card-settle", 404, method="post", form="note=Xong", **OFFICE_ACTS),
    row("office_desk:points", 404, **OFFICE),
    row("office_desk:points-export", 404, **OFFICE),
    row("office_desk:fees", 404, anonymous=LOGIN, office=200, administrator=200),
    Row("office_desk:months", 404, OFFICE),
    Row("office_desk:month", 404, OFFICE),
    Row("office_desk:month-take-away", 404, OFFICE),
    Row("office_desk:refunds-owed", 404, OFFICE),
    row("customer:order-messages", 404, anonymous=LOGIN, buyer=200),
    row("customer:order-return", 404, anonymous=LOGIN, buyer=200),
    row("customer:order-return-keep", 404, method="post", anonymous=LOGIN, buyer=302),
    row("customer:order-picture", 404, buyer=200),
    Row("producer_desk:messages", 404, {**ANSWERING_BUYERS, "other owner": 200}),
    Row("producer_desk:thread", 404, ANSWERING_BUYERS),
    Row("producer_desk:sent-picture", 404, ANSWERING_BUYERS),
    Row("producer_desk:returns", 404, {**ANSWERING_BUYERS, "other owner": 200}),
    Row("producer_desk:return", 404, ANSWERING_BUYERS),
    Row(
        "producer_desk:return-move",
        404,
        {**ANSWERING_BUYERS, **dict.fromkeys(("owner", "manager", "packer"), 302)},
        "post",
        "act=accept",
    ),
    row("office_desk:returns", 404, anonymous=LOGIN, office=200, administrator=200),
    row("office_desk:return", 404, anonymous=LOGIN, office=200, administrator=200),
    row("office_desk:return-decide", 404, method="post", anonymous=LOGIN, office=422, administrator=422),
    row("office_desk:return-refund", 404, method="post", anonymous=LOGIN, office=302, administrator=302),
    row("office_desk:return-picture", 404, anonymous=LOGIN, office=200, administrator=200),
    Row("producer_desk:promotions", 404, SETTING_UP),
    Row("producer_desk:promotion-new", 404, SETTING_UP),
    Row("producer_desk:promotion", 404, {**SETTING_UP, "other owner": 404}),
    Row(
        "producer_desk:promotion-end",
        404,
        {**SETTING_UP, **dict.fromkeys(("owner", "manager"), 302), "other owner": 404},
        "post",
    ),
    row("office_desk:orders", 404, anonymous=LOGIN, office=200, administrator=200),
    row("office_desk:order", 404, anonymous=LOGIN, office=200, administrator=200),
    row("office_desk:order-reduce", 404, method="post", anonymous=LOGIN, office=422, administrator=422),
    row("office_desk:order-refund", 404, method="post", anonymous=LOGIN, office=302, administrator=302),
    row("office_desk:order-cancel", 404, method="post", anonymous=LOGIN, office=422, administrator=422),
    row("office_desk:promotions", 404, anonymous=LOGIN, office=200, administrator=200),
    row("office_desk:promotion-new", 404, anonymous=LOGIN, office=200, administrator=200),
    row("office_desk:promotion", 404, anonymous=LOGIN, office=200, administrator=200),
    row("office_desk:promotion-end", 404, method="post", anonymous=LOGIN, office=302, administrator=302),
    Row("producer_desk:delivery", 404, SETTING_UP),
    Row("producer_desk:delivery-zone-new", 404, SETTING_UP),
    # The first seller has one zone, the other none.
    Row("producer_desk:delivery-zone", 404, {**SETTING_UP, "other owner": 404}),
    Row(
        "producer_desk:delivery-zone-remove",
        404,
        {**SETTING_UP, **dict.fromkeys(("owner", "manager", "other owner"), 302)},
        "post",
    ),
    # Packers count the stock; texts and prices are the owner's and the manager's.
    Row("producer_desk:products", 404, {**COUNTING, "other owner": 200}),
    Row("producer_desk:product-table", 404, {**COUNTING, "other owner": 200}),
    Row("producer_desk:product-new", 404, TAKING_PART),
    Row("producer_desk:product-sheet", 404, TAKING_PART),
    Row("producer_desk:product-sheet-download", 404, TAKING_PART),
    Row("producer_desk:product", 404, PREPARING),
    Row("producer_desk:product-pictures", 404, PREPARING),
    Row("producer_desk:product-variants", 404, PREPARING),
    Row("producer_desk:product-variant", 404, PREPARING),
    Row("producer_desk:product-pack", 404, PREPARING),
    Row("producer_desk:product-dates", 404, COUNTING),
    Row("producer_desk:product-date", 404, COUNTING),
    Row("producer_desk:product-date-guests", 404, COUNTING),
    Row("producer_desk:product-act", 404, {**PREPARING, "owner": 302, "manager": 302}, "post", "act=copy"),
    row("office_desk:clearances", 404, **OFFICE),
    row("office_desk:clearance-withdraw", 404, method="post", form="reason=Xong", **OFFICE_ACTS),
    row("events:index"),
    row("events:month"),
    row("events:detail"),
    row("events:calendar"),
    row("events:event-calendar"),
    row("events:rss"),
    row("events:atom"),
    row("events:livestreams"),
    row("events:livestream"),
    # Whoever has an account may apply; an application is its applicant's own.
    row("producer_desk:applications", anonymous=LOGIN),
    row("producer_desk:application-new", 302, method="post"),
    row("producer_desk:application", 404, anonymous=LOGIN, buyer=200),
    row("producer_desk:application-step", 404, anonymous=LOGIN, buyer=200),
    row("producer_desk:application-take-back", 404, method="post", anonymous=LOGIN, buyer=302),
    row("producer_desk:application-paper", 404, anonymous=LOGIN, buyer=200),
    row("producer_desk:application-paper-drop", 404, method="post", anonymous=LOGIN, buyer=302),
    Row("producer_desk:team", 404, {**TEAM_OF_OWNERS, "owner": 200, "other owner": 200}),
    Row("producer_desk:team-change", 404, {**TEAM_OF_OWNERS, "owner": 302}, "post", "role=writer"),
    Row("producer_desk:team-remove", 404, {**TEAM_OF_OWNERS, "owner": 302}, "post"),
    Row("producer_desk:invitation-withdraw", 404, {**TEAM_OF_OWNERS, "owner": 302}, "post"),
    Row("producer_desk:invitation-renew", 404, {**TEAM_OF_OWNERS, "owner": 302}, "post"),
    # Whoever holds the signed link sees who invites.
    row("producer_desk:invitation"),
    row("office_desk:index", 404, **OFFICE),
    row("office_desk:applications", 404, **OFFICE),
    row("office_desk:application", 404, **OFFICE),
    row("office_desk:application-paper", 404, **OFFICE),
    row("office_desk:listings", 404, **OFFICE),
    row("office_desk:listing", 404, **OFFICE),
    row("office_desk:listings-approve", 404, method="post", **OFFICE_ACTS),
    row("office_desk:stall-pages", 404, **OFFICE),
    row("office_desk:stall-page", 404, **OFFICE),
    row("office_desk:words", 404, **OFFICE),
    row("office_desk:word-remove", 404, method="post", **OFFICE_ACTS),
    row("office_desk:measures", 404, **OFFICE),
    row("office_desk:measure-new", 404, **OFFICE),
    row("office_desk:measure-carry-out", 404, method="post", **OFFICE_ACTS),
    row("office_desk:measure-lift", 404, method="post", form="reason=Xong", **OFFICE_ACTS),
    Row(
        "point_desk:index",
        404,
        {**POINT_FORM, **dict.fromkeys(("writer", "other owner"), 403)},
    ),
    Row("point_desk:today", 404, AT_POINT),
    Row("point_desk:shelf", 404, AT_POINT),
    Row("point_desk:record", 404, AT_POINT),
    Row("point_desk:batch", 404, AT_POINT),
    Row("point_desk:sheet", 404, RUNNING_POINT),
    Row("point_desk:sheet-download", 404, RUNNING_POINT),
    Row("point_desk:receive", 404, AT_POINT),
    Row("point_desk:sell", 404, AT_POINT),
    Row("point_desk:goods", 404, {**AT_POINT, "anonymous": 401}),
    Row("point_desk:send", 404, POINT_SCRIPT, "post"),
    Row("point_desk:worker", 404, AT_POINT),
    Row("point_desk:book", 404, AT_POINT),
    Row("point_desk:act", 404, AT_POINT),
    Row("point_desk:receipt", 404, AT_POINT),
    Row("point_desk:pickups", 404, AT_POINT),
    Row("point_desk:pickup", 404, AT_POINT),
    Row("point_desk:stocktakes", 404, AT_POINT),
    Row("point_desk:stocktake", 404, AT_POINT),
    Row("point_desk:closing", 404, AT_POINT),
    Row("point_desk:account", 404, RUNNING_POINT),
    Row("point_desk:vat", 404, RUNNING_POINT),
    Row("point_desk:pause", 404, RUNNING_POINT),
    Row("point_desk:debts", 404, RUNNING_POINT),
    Row("point_desk:devices", 404, RUNNING_POINT),
    Row("point_desk:device-add", 404, POINT_SCRIPT, "post"),
    Row("point_desk:device-revoke", 404, {**POINT_FORM, "packer": 403}, "post"),
    Row("point_desk:entry", 404, {**POINT_FORM, "packer": 403}, "post"),
    row("system_desk:tasks", 404, anonymous=LOGIN, administrator=200),
    row("system_desk:retry", 404, method="post", anonymous=LOGIN, administrator=302),
    row("system_desk:retry-all", 404, method="post", anonymous=LOGIN, administrator=302),
    Row(
        "producer_desk:move",
        404,
        {
            "anonymous": LOGIN,
            "owner": 302,
            "manager": 302,
            "packer": 302,
            "writer": 403,
            "administrator": 403,
        },
        "post",
        "state=confirmed",
    ),
]


@pytest.fixture
def site(regions, settings):
    """A small marketplace with one of each role; ``clients[role]`` is logged in."""
    settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRETS = "sk_test_ours", ["whsec_ours"]
    root = set_up()
    seller, other_seller = make_seller(), make_seller()
    make_table(seller)
    product = make_product(seller=seller, region=commune())
    picture_products([product])
    buyer = make_user()
    order = Purchase(make_basket(product, owner=buyer), user=buyer).place()
    registration = make_registration(make_event(), seller)
    people = {
        "buyer": buyer,
        "other buyer": make_user(),
        "owner": make_member(seller, TeamRole.OWNER),
        "manager": make_member(seller, TeamRole.MANAGER),
        "packer": make_member(seller, TeamRole.PACKER),
        "writer": make_member(seller, TeamRole.WRITER),
        "other owner": make_member(other_seller, TeamRole.OWNER),
        "editor": make_user(),
        "chief editor": make_user(),
        "office": make_user(),
        "administrator": User.objects.create_superuser("quan-tri@example.org", "a password for tests"),
    }
    for name, role in (("editor", Role.EDITOR), ("chief editor", Role.CHIEF_EDITOR), ("office", Role.OFFICE)):
        people[name].groups.add(Group.objects.get_or_create(name=role)[0])
    application = make_application(applicant=buyer, sent=False)
    point = make_point()
    at_point = (("owner", TeamRole.OWNER), ("manager", TeamRole.MANAGER), ("packer", TeamRole.CLERK))
    for name, role in at_point:
        make_member(point.seller, role, people[name])
    return SimpleNamespace(
        root=root,
        application=application,
        paper=make_paper(application),
        sent_paper=_sent_paper(),
        invitation=make_invitation(seller, actor=people["owner"]),
        member=seller.team.get(user=people["writer"]),
        check=listings.submit(product, actor=None, changes={"title": "Tên khác"}),
        stall_check=make_stall_check(seller),
        word=BannedWord.objects.create(word="thần dược"),
        take_down=make_take_down(product),
        product=product,
        variant=variants.add(product, variant="1 kg"),
        departure=make_departure(make_tour(seller=seller)),
        clearance=clear.clear(seller, make_category(14), ends_on=clock.today(), paper="12/GP"),
        category=make_category(),
        order=order,
        seller_order=order.seller_orders.get(),
        handover=Handover.objects.create(seller=seller, carrier_code="ghn"),
        transfer=make_transfer(seller),
        money_file=make_read_file(seller),
        payout=make_payout(seller),
        bank_key=make_key(seller, actor=people["owner"])[0],
        promotion=make_promotion(seller, actor=people["owner"], code="GIAM10"),
        given=make_promotion(actor=people["office"], code="TUANLE"),
        kept_event=make_kept_event(),
        picture=make_sent_picture(make_return(order.seller_orders.get())),
        story=make_story(product=product),
        event=registration.event,
        livestream=make_livestream(seller),
        review=make_review(product),
        notice=make_notice(people["owner"], seller=seller),
        address=_address(buyer),
        point=point,
        counter=_counter(point, product),
        people=people,
    )


def _counter(point, product) -> SimpleNamespace:
    """Goods of a point, one of them sold, one reserved, a stocktake, a device with an entry that is kept."""
    record = make_shelf(point=point, product=product)
    device, _secret = devices.add(point, "Máy quầy", actor=None)
    (entry,) = devices.apply_entries(device, [Signed("?", "?")], actor=None)
    return SimpleNamespace(
        record=record,
        batch=record.batches.get(),
        sale=counter.sell(point, [Item(record.pk, 1)], paid_by="cash", by=By()),
        reservation=reservations.reserve(point, "100001-1", [(record.pk, 1, PRICE)]),
        stocktake=stocktakes.begin(point),
        device=device,
        entry=entry,
    )


def _sent_paper() -> ApplicationPaper:
    """A paper of an application that the office has."""
    application = make_application(sent=False)
    paper = make_paper(application)
    applications.send(application, actor=application.applicant, terms_edition="2026-11")
    return paper


def _address(owner) -> UserAddress:
    country, _made = Country.objects.get_or_create(
        iso_3166_1_a2="VN", defaults={"printable_name": "Viet Nam"}
    )
    return UserAddress.objects.create(
        user=owner,
        first_name="Lan",
        line1="12 ngõ Gạch",
        line4="Phường Hà Đông",
        state="Thành phố Hà Nội",
        country=country,
    )


def arguments(site, name: str) -> dict:
    """What an address of the table needs, of things that belong to the buyer and the first seller."""
    product, order = site.product, site.order
    part = {"number": order.number, "seller_number": site.seller_order.number}
    desk, at_counter = {"slug": site.point.seller.slug}, site.counter
    if name.startswith("point_desk:") and name != "point_desk:index":
        return desk | {
            "point_desk:record": {"pk": at_counter.record.pk},
            "point_desk:batch": {"pk": at_counter.batch.pk},
            "point_desk:act": {"pk": at_counter.sale.pk},
            "point_desk:receipt": {"pk": at_counter.sale.pk},
            "point_desk:pickup": {"code": at_counter.reservation.code},
            "point_desk:stocktake": {"pk": at_counter.stocktake.pk},
            "point_desk:device-revoke": {"pk": at_counter.device.pk},
            "point_desk:entry": {"pk": at_counter.entry.pk},
        }.get(name, {})
    paged = {"product_slug": product.slug, "pk": product.pk}
    return {
        "catalogue:category": {"category_slug": site.category.slug, "pk": site.category.pk},
        "catalogue:detail": paged,
        "catalogue:share": {**paged, "digest": DIGEST},
        "points:detail": {"slug": site.point.seller.slug},
        "stalls:detail": {"slug": product.producer.slug},
        "stalls:preview": {"slug": product.producer.slug},
        "stalls:feed-picture": {"slug": product.producer.slug, "pk": product.images.get().pk},
        "stalls:google-feed": {"slug": product.producer.slug},
        "stalls:facebook-feed": {"slug": product.producer.slug},
        "producer_desk:product": {"pk": product.pk},
        "producer_desk:product-act": {"pk": product.pk},
        "producer_desk:product-pictures": {"pk": product.pk},
        "producer_desk:product-variants": {"pk": product.pk},
        "producer_desk:product-variant": {"pk": product.pk, "variant_pk": site.variant.pk},
        "producer_desk:product-pack": {"pk": product.pk},
        "producer_desk:product-dates": {"pk": site.departure.product_id},
        "producer_desk:product-date": {"pk": site.departure.product_id, "date_pk": site.departure.pk},
        "producer_desk:product-date-guests": {"pk": site.departure.product_id, "date_pk": site.departure.pk},
        "office_desk:clearance-withdraw": {"pk": site.clearance.pk},
        "stalls:share": {"slug": product.producer.slug, "digest": DIGEST},
        "page-share": {"pk": site.root.pk, "digest": DIGEST},
        "sitemap-piece": {"section": "san-pham", "number": 0},
        "certifications:detail": {"code": product.certification.code},
        "basket:add": {"pk": product.pk},
        "newsletter:confirm": {"key": "gone"},
        "newsletter:end": {"key": "gone"},
        "customer:password-reset-confirm": {"uidb64": "MQ", "token": "gone"},
        "customer:address-edit": {"pk": site.address.pk},
        "customer:address-delete": {"pk": site.address.pk},
        "customer:address-default": {"pk": site.address.pk},
        "customer:order": {"number": order.number},
        "customer:order-confirmation": {"number": order.number},
        "customer:order-invoices": {"number": order.number},
        "customer:order-cancel": {"number": order.number, "seller_number": site.seller_order.number},
        "customer:order-review": {"number": order.number, "line": site.seller_order.lines.get().pk},
        "customer:notice": {"pk": site.notice.pk},
        "customer:device-remove": {"pk": 0},
        "catalogue:reviews": paged,
        "catalogue:where": paged,
        "catalogue:where-block": paged,
        "producer_desk:review": {"pk": site.review.pk},
        "office_desk:review": {"pk": site.review.pk},
        "office_desk:review-move": {"pk": site.review.pk},
        "customer:guest-order": {"number": order.number, "token": links.guest_link_token(order)},
        "producer_desk:application": {"pk": site.application.pk},
        "producer_desk:application-step": {"pk": site.application.pk, "step": "danh-tinh"},
        "producer_desk:application-take-back": {"pk": site.application.pk},
        "producer_desk:application-paper": {"pk": site.application.pk, "paper": site.paper.pk},
        "producer_desk:application-paper-drop": {"pk": site.application.pk, "paper": site.paper.pk},
        "producer_desk:team-change": {"pk": site.member.pk},
        "producer_desk:team-remove": {"pk": site.member.pk},
        "producer_desk:invitation-withdraw": {"pk": site.invitation.pk},
        "producer_desk:invitation-renew": {"pk": site.invitation.pk},
        "producer_desk:invitation": {
            "pk": site.invitation.pk,
            "token": invitation_token(site.invitation),
        },
        "office_desk:application": {"pk": site.sent_paper.application_id},
        "office_desk:application-paper": {
            "pk": site.sent_paper.application_id,
            "paper": site.sent_paper.pk,
        },
        "office_desk:listing": {"pk": site.check.pk},
        "office_desk:stall-page": {"pk": site.stall_check.pk},
        "office_desk:word-remove": {"pk": site.word.pk},
        "office_desk:measure-new": {"kind": "dung"},
        "office_desk:measure-carry-out": {"kind": "go", "pk": site.take_down.pk},
        "office_desk:measure-lift": {"kind": "go", "pk": site.take_down.pk},
        "system_desk:retry": {"pk": "00000000-0000-4000-8000-000000000000"},
        "events:month": {"beginning": site.event.starts_on},
        "events:detail": {"slug": site.event.slug},
        "events:event-calendar": {"slug": site.event.slug},
        "events:livestream": {"pk": site.livestream.pk},
        "customer:order-messages": part,
        "customer:order-code": part,
        "customer:order-card": part,
        "customer:order-card-back": part,
        "office_desk:card-settle": {"pk": site.kept_event.pk},
        "checkout:bank-notification": {"key": site.bank_key.name},
        "producer_desk:transfer": {"pk": site.transfer.pk},
        "producer_desk:transfer-move": {"pk": site.transfer.pk},
        "producer_desk:invoice": {"number": site.seller_order.number},
        "producer_desk:transfer-note": {"number": site.seller_order.number},
        "producer_desk:month": {"year": 2026, "number": 11},
        "producer_desk:month-take-away": {"year": 2026, "number": 11},
        "office_desk:month": {"year": 2026, "number": 11},
        "office_desk:month-take-away": {"year": 2026, "number": 11},
        "producer_desk:payout-note": {"seller_number": site.seller_order.number},
        "producer_desk:payout-clear": {"payout": site.payout.pk},
        "producer_desk:money-file": {"pk": site.money_file.pk},
        "producer_desk:bank-key-revoke": {"key": site.bank_key.pk},
        "producer_desk:promotion": {"pk": site.promotion.pk},
        "producer_desk:promotion-end": {"pk": site.promotion.pk},
        "office_desk:order": {"number": site.seller_order.number},
        "office_desk:order-reduce": {"number": site.seller_order.number},
        "office_desk:order-refund": {"number": site.seller_order.number},
        "office_desk:order-cancel": {"number": site.seller_order.number},
        "office_desk:promotion": {"pk": site.given.pk},
        "office_desk:promotion-end": {"pk": site.given.pk},
        "customer:order-return": part,
        "customer:order-return-keep": {**part, "pk": site.picture.return_request_id},
        "customer:order-picture": {"number": order.number, "pk": site.picture.pk},
        "producer_desk:thread": {"number": site.seller_order.number},
        "producer_desk:sent-picture": {"number": site.seller_order.number, "pk": site.picture.pk},
        "producer_desk:return": {"pk": site.picture.return_request_id},
        "producer_desk:return-move": {"pk": site.picture.return_request_id},
        "office_desk:return": {"pk": site.picture.return_request_id},
        "office_desk:return-decide": {"pk": site.picture.return_request_id},
        "office_desk:return-refund": {"pk": site.picture.return_request_id},
        "office_desk:return-picture": {
            "pk": site.picture.return_request_id,
            "picture": site.picture.pk,
        },
        "producer_desk:delivery-zone": {"place": 1},
        "producer_desk:delivery-zone-remove": {"place": 1},
        "producer_desk:event": {"slug": site.event.slug},
        "producer_desk:event-withdraw": {"slug": site.event.slug},
        "producer_desk:livestream": {"pk": site.livestream.pk},
        "producer_desk:livestream-move": {"pk": site.livestream.pk},
        "producer_desk:story": {"pk": site.story.pk},
        "producer_desk:story-take-back": {"pk": site.story.pk},
        "stories:detail": {"slug": site.story.slug, "pk": site.story.pk},
        "stories:share": {"slug": site.story.slug, "pk": site.story.pk, "digest": DIGEST},
        "publications:shelf_card": {"slug": product.slug, "pk": product.pk},
        "producer_desk:numbers-export": {"what": "ngay"},
        "producer_desk:order": {"number": site.seller_order.number},
        "producer_desk:move": {"number": site.seller_order.number},
        "producer_desk:reduce": {"number": site.seller_order.number},
        "producer_desk:parcel": {"number": site.seller_order.number},
        "producer_desk:paper": {"number": site.seller_order.number, "paper": "nhan"},
        "producer_desk:papers": {"paper": "phieu"},
        "producer_desk:orders-export": {"kind": "csv"},
        "producer_desk:handover": {"pk": site.handover.pk},
        "producer_desk:handover-paper": {"pk": site.handover.pk},
    }.get(name, {})


def client_of(site, role: str) -> Client:
    client = Client()
    if role != "anonymous":
        client.force_login(site.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def names_of(resolver, prefix: str = "", namespace: str = "") -> Iterator[str]:
    """Names of all addresses below a resolver, without those of the working screens and of content."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith(ADMIN_PREFIXES + CONTENT_PREFIXES):
            continue
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern, path, pattern.namespace or namespace)
        elif pattern.name not in CONTENT_NAMES:
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name


def test_every_address_of_the_site_stands_in_the_table():
    assert set(names_of(get_resolver())) == {entry.name for entry in TABLE}


# The answer is a matter of rights, and the walk the longest of all tests: one database is enough.
@pytest.mark.sqlite
@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.name)
def test_each_role_gets_what_the_table_says(site, entry):
    url = reverse(entry.name, kwargs=arguments(site, entry.name))
    answers = {}
    for role in ROLES:
        sent = transaction.savepoint()
        form = dict(pair.split("=") for pair in entry.form.split("&") if pair)
        answer = getattr(client_of(site, role), entry.method)(url, form)
        answers[role] = answer.status_code
        if answer.streaming:
            # A file that nobody reads stays open.
            answer.getvalue()
        # Each role finds the site as it was.
        transaction.savepoint_rollback(sent)

    assert answers == {role: entry.but.get(role, entry.everybody) for role in ROLES}


@pytest.mark.parametrize("role", ["anonymous", "other owner", "writer"])
def test_a_refused_move_moves_nothing_and_sends_nothing(site, role, mailoutbox):
    url = reverse("producer_desk:move", kwargs=arguments(site, "producer_desk:move"))

    client_of(site, role).post(url, {"state": "confirmed"})

    site.seller_order.refresh_from_db()
    assert site.seller_order.state == "pending"
    assert site.seller_order.events.count() == 1
    assert mailoutbox == []


def screens_of(resolver, prefix: str = "") -> Iterator[str]:
    """Paths of the working screens that need no argument."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from screens_of(pattern, path)
        elif path.startswith(ADMIN_PREFIXES) and not re.search(r"[<(\\\\^]", path):
            yield f"/{path.rstrip('$')}"


# What an admin shows before one is logged in.
ENTRANCES = re.compile(r"login|logout|password[_-]reset|jsi18n|sprite|static")


@pytest.mark.parametrize("role", ["anonymous", "buyer", "owner", "writer"])
def test_the_admins_let_in_nobody_without_the_role(site, role):
    client = client_of(site, role)
    paths = [path for path in set(screens_of(get_resolver())) if not ENTRANCES.search(path)]
    answers = {path: client.get(path).status_code for path in sorted(paths)}

    assert len(answers) > 80
    assert {path: status for path, status in answers.items() if status not in (302, 403, 404, 405)} == {}


def test_the_office_edits_in_the_admin_what_the_search_knows_and_nothing_else(site):
    client = client_of(site, "office")
    for path in ("", "ghim/", "ghim/new/", "tu-dong-nghia/", "tu-dong-nghia/new/", "chon-san-pham/"):
        assert client.get(f"/quan-tri/{path}").status_code == 200
    for path in (
        "pages/",
        "documents/",
        "images/",
        "users/",
        "groups/",
        "sites/",
        "locales/",
        "workflows/list/",
    ):
        assert client.get(f"/quan-tri/{path}").status_code == 302


@pytest.mark.parametrize("role", ["editor", "chief editor"])
def test_editors_do_not_edit_what_the_search_knows(site, role):
    client = client_of(site, role)
    for path in ("/quan-tri/ghim/", "/quan-tri/ghim/new/", "/quan-tri/tu-dong-nghia/new/"):
        assert client.get(path).status_code == 302


@pytest.mark.parametrize("role", ["editor", "chief editor"])
def test_editors_stay_out_of_the_shops_dashboard(site, role):
    assert client_of(site, role).get("/dashboard/").status_code in (302, 403)
    assert client_of(site, role).get("/quan-tri/").status_code == 200
