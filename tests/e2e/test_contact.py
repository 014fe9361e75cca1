"""Pages of delivery charges, messages and returns, of buyer, seller and office: axe, narrow, thumbs."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from marketplace.core.roles import Role
from marketplace.regions.models import Region
from marketplace.sales.domain import returns
from marketplace.sales.links import guest_link_token
from marketplace.sales.models import Side
from tests.e2e.test_pages import examiner  # noqa: F401 - the fixture of those tests
from tests.factories.catalog import make_user
from tests.factories.contact import deliver, make_message, make_return, make_sent_picture
from tests.factories.delivery import make_table, make_zone
from tests.marketplace.sales.cases import buy

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def table(market):
    """The tea goes to Hà Nội for one sum, to Huế for another, and can be picked up."""
    provinces = Region.objects.current().provinces()
    zones = [
        make_zone(name, provinces=[provinces.get(short_name=name)], free_from=free_from)
        for name, free_from in (("Hà Nội", 500_000), ("Huế", None))
    ]
    place = "Xóm Hồng Thái, 8–17 giờ"
    return make_table(market.tea_seller, *zones, offers_pickup=True, pickup_place=place)


@pytest.fixture
def part(market):
    """Two boxes of tea, delivered and paid, with a message of each side."""
    [seller_order] = buy((market.tea, 2))
    make_message(seller_order, "Bao giờ hàng tới ạ?")
    make_message(seller_order, "Thứ sáu ạ.", Side.SELLER)
    return deliver(seller_order)


def test_pages_of_delivery_charges(market, table, examiner):  # noqa: F811
    shopper = examiner.shopper
    shopper.open("catalogue:detail", market.tea.slug, market.tea.pk)
    shopper.put_into_basket(market.tea.title)
    examiner.open("basket, place not known", shopper.address("basket:summary"))
    examiner.open("checkout, zones", shopper.address("checkout:index"))
    shopper.main.locator("details.zones summary").click()
    examiner.see("checkout, zones open")
    shopper.log_in(market.owner.email, to=shopper.address("producer_desk:delivery"))
    examiner.see("delivery charges")
    examiner.open("zone", shopper.address("producer_desk:delivery-zone", 1))
    examiner.open("zone, new", shopper.address("producer_desk:delivery-zone-new"))
    shopper.button("Save").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("zone with errors")


def test_pages_of_a_buyers_messages_and_returns(market, part, examiner):  # noqa: F811
    shopper = examiner.shopper
    link = (part.order.number, guest_link_token(part.order), part.number)
    examiner.open("order, received", shopper.address("customer:guest-order", *link[:2]))
    examiner.open("messages with the seller", shopper.address("customer:order-messages", *link))
    shopper.button("Send", context="message").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("messages with an error")
    examiner.open("giving back", shopper.address("customer:order-return", *link))
    shopper.button("Ask for the return").click()
    expect(shopper.main.get_by_role("alert")).to_be_visible()
    examiner.see("giving back with errors")
    make_sent_picture(make_return(part))
    examiner.open("giving back, asked", shopper.address("customer:order-return", *link))


def test_pages_of_the_sellers_messages_and_returns(market, part, examiner):  # noqa: F811
    shopper = examiner.shopper
    address = shopper.address
    shopper.log_in(market.owner.email, to=address("producer_desk:returns"))
    examiner.see("returns, none")
    make_message(part, "Một hộp bị móp.")
    made = make_return(part)
    make_sent_picture(made)
    examiner.open("messages", address("producer_desk:messages"))
    examiner.open("thread", address("producer_desk:thread", part.number))
    examiner.open("desk, order with messages", address("producer_desk:order", part.number))
    examiner.open("returns", address("producer_desk:returns"))
    examiner.open("return, asked", address("producer_desk:return", made.pk))
    returns.accept(made, actor=market.owner)
    examiner.open("return, accepted", address("producer_desk:return", made.pk))
    returns.refund(made, amount=120_000, way="transfer", proof="FT26330", actor=market.owner)
    examiner.open("return, refunded", address("producer_desk:return", made.pk))


def test_pages_of_the_offices_returns(market, part, examiner):  # noqa: F811
    shopper = examiner.shopper
    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=Role.OFFICE)[0])
    made = make_return(part)
    shopper.log_in(person.email, to=shopper.address("office_desk:returns"))
    examiner.see("office, no return is overdue")
    examiner.open("office, returns", f"{shopper.address('office_desk:returns')}?state=open")
    examiner.open("office, return", shopper.address("office_desk:return", made.pk))
