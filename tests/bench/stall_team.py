"""What else a busy stall has: its team and notices, packs and dates, stories, events and applications."""

import datetime
from dataclasses import asdict

from catalog.domain import variants
from catalog.domain.sets import load_sets
from catalog.models import Category
from marketplace.core import clock
from marketplace.core.models import User
from marketplace.core.roles import TeamRole
from marketplace.events.models import BoothRegistration, Event, Livestream
from marketplace.notifications.models import Notice
from marketplace.payments.domain import bank_notifications
from marketplace.regions.models import Region
from marketplace.sales.domain import vat
from marketplace.sales.domain.charge import Zone
from marketplace.sales.models import DeliveryTable
from producers.domain import bank_accounts, departures, stories, team
from producers.models import Partner, SellerApplication, StockRecord, TeamMember, TeamStep

ROLES = (TeamRole.OWNER, *[TeamRole.MANAGER] * 2, *[TeamRole.PACKER] * 5, *[TeamRole.WRITER] * 2)
NOTICES, UNREAD = 3_000, 40
STORIES = LIVESTREAMS = 60
EVENTS, VARIANTS, ZONES, DATES = 30, 8, 6, 150
TOURISM = 26
CONTENT = {
    "title": "Mùa chè xuân ở đồi Bồ",
    "title_en": "",
    "slogan": "",
    "slogan_en": "",
    "body": "Sáng sớm cả xã viên lên đồi hái búp, trưa đã sao xong mẻ đầu.\n" * 6,
    "body_en": "",
    "facts": [],
    "sources": [],
    "pictures": [],
}


def make_team(seller: Partner) -> User:
    """Ten members, three who are invited, and how the team came about; gives the owner."""
    people = [
        User.objects.create_user(
            f"{seller.slug}-{number}@example.org" if number else f"{seller.slug}@example.org"
        )
        for number in range(len(ROLES))
    ]
    owner = people[0]
    for person, role in zip(people, ROLES, strict=True):
        TeamMember.objects.create(seller=seller, user=person, role=role)
        for state in (TeamStep.State.INVITED, TeamStep.State.JOINED):
            TeamStep.objects.create(seller=seller, person=person, role=role, state=state, actor=owner)
    for name in ("Chị Lan", "Anh Tú", "Em Hoa"):
        team.invite(seller, role=TeamRole.PACKER, actor=owner, name=name)
    return owner


def make_notices(seller: Partner, owner: User) -> None:
    """News of the newest orders, the last of them unread."""
    newest = seller.seller_orders.order_by("-pk").values_list("number", "total", "placed_at")[:NOTICES]
    Notice.objects.bulk_create(
        Notice(
            recipient=owner,
            seller=seller,
            kind="new_order",
            key=number,
            facts={"number": number, "amount": f"{total} ₫"},
            is_listed=True,
            created_at=placed_at,
            read_at=placed_at if place >= UNREAD else None,
        )
        for place, (number, total, placed_at) in reversed(list(enumerate(newest)))
    )


def make_settings(seller: Partner, owner: User) -> None:
    """The account for transfers, the bank's keys, VAT and what delivery costs."""
    bank_accounts.set_account(
        seller, actor=owner, bank_code="970436", number="0123456789", holder="HTX LON", is_other_name=True
    )
    for _key in range(bank_notifications.MOST_KEYS):
        bank_notifications.make_key(seller, actor=owner)
    vat.declare(seller, is_declared=True, actor=owner)
    steps = ((1_000, 25_000), (3_000, 35_000), (5_000, 45_000))
    provinces = Region.objects.current().provinces().order_by("pk").values_list("key", flat=True)
    zones = [
        Zone(f"Vùng {number + 1}", tuple(provinces[number:30:ZONES]), steps, 1_000, 5_000, 500_000)
        for number in range(ZONES)
    ]
    DeliveryTable.objects.create(seller=seller, zones=[asdict(zone) for zone in zones])


def make_packs_and_dates(records: list[StockRecord]) -> dict[str, int]:
    """Makes the last product one that is booked by date, and the one before one with several packs."""
    packed, toured = records[-2], records[-1]
    for number in range(VARIANTS):
        variants.add(packed.product, variant=f"Gói {(number + 1) * 100} g")
    load_sets(only=[TOURISM])
    toured.product.categories.set([Category.objects.get(set_number=TOURISM)])
    days = [clock.today() + datetime.timedelta(days=number + 1) for number in range(DATES)]
    dates = departures.add(toured, days, datetime.time(8), 20)
    pack = packed.product.children.order_by("pk")[0]
    return {"packed": packed.product_id, "pack": pack.pk, "toured": toured.product_id, "date": dates[0].pk}


def make_stories(seller: Partner, owner: User) -> dict[str, int]:
    for number in range(STORIES):
        version = stories.begin(author=owner, seller=seller, content=CONTENT)
        if number % 4:
            stories.send(version, actor=owner)
        if number % 4 > 1:
            stories.publish(version, actor=owner)
    draft = stories.begin(author=owner, seller=seller, content=CONTENT)
    return {"story": draft.story_id}


def make_events(seller: Partner, products: list[int]) -> dict[str, object]:
    """Events that take registrations, a booth at every second of them, and livestreams."""
    today, now, day = clock.today(), clock.now(), datetime.timedelta(days=1)
    events = [
        Event.objects.create(
            kind=Event.Kind.FAIR,
            state=Event.State.PUBLISHED,
            title=f"Hội chợ OCOP lần thứ {number + 1}",
            starts_on=today + (30 + number) * day,
            ends_on=today + (33 + number) * day,
            booths=40,
            booths_taken=number % 2,
            registration_opens_on=today - 10 * day,
            registration_closes_on=today + 20 * day,
        )
        for number in range(EVENTS)
    ]
    taken = BoothRegistration.objects.bulk_create(
        BoothRegistration(
            event=event,
            seller=seller,
            state=BoothRegistration.State.HELD,
            contact_name="Chị Lan",
            contact_phone="+84912345678",
            registered_at=now,
        )
        for event in events[1::2]
    )
    for registration in taken:
        registration.products.set(products[:10])
    shown = [
        Livestream.objects.create(
            seller=seller,
            title=f"Phiên trực tiếp thứ {number + 1}",
            url="https://example.org/live",
            presenter="Chị Lan",
            starts_at=now + (3 - number) * day,
            state=Livestream.State.PLANNED if number < 3 else Livestream.State.ENDED,
        )
        for number in range(LIVESTREAMS)
    ]
    shown[0].products.set(products[:10])
    return {"event": events[0].slug, "booth": events[1].slug, "livestream": shown[0].pk}


def make_applications(seller: Partner, owner: User) -> dict[str, int]:
    """Two that were decided, and a draft."""
    states = SellerApplication.State
    about = {"applicant": owner, "legal_form": seller.legal_form, "legal_name": seller.name}
    SellerApplication.objects.create(**about, state=states.REFUSED, sent_at=clock.now())
    SellerApplication.objects.create(**about, state=states.APPROVED, sent_at=clock.now(), seller=seller)
    return {"application": SellerApplication.objects.create(**about).pk}
