"""The confirmation of the contract: what it says, and that nothing typed by people is read as markup."""

import pytest
from django.utils.translation import override

from marketplace.sales import confirmation
from marketplace.sales.confirmation import confirmation_pdf
from tests.factories.catalog import make_seller
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def contract_of(order, language="en") -> dict:
    with override(language):
        return confirmation._contract(order, language)


@pytest.fixture
def order():
    named = make_seller(
        name="HTX Bắc Sơn",
        registered_address="Xã Bắc Sơn, Hà Nội",
        business_code="0101234567",
        representative="Nguyễn Văn Bắc",
        phone="0912000000",
        email="bacson@example.org",
    )
    bare = make_seller(name="Lụa Vạn Phúc", free_delivery_from=100_000)
    tea = make_product(named, title="Chè búp khô", price=120_000)
    silk = make_product(bare, title="Khăn lụa", price=450_000, stars=None)
    return buy((tea, 2), silk, note="Gọi trước khi giao")[0].order


def test_it_names_order_buyer_place_and_time(order):
    assert contract_of(order)["facts"] == [
        ("Order number", order.number),
        ("Ordered", "24 November 2026, 09:00"),
        ("Buyer", "Nguyễn Thị Lan"),
        ("Phone", "0912 345 678"),
        ("E-mail", "lan@example.org"),
        ("Deliver to", "12 ngõ Gạch, Phường Hà Đông, Thành phố Hà Nội"),
        ("Terms of purchase", "Version 2026-11"),
    ]


def test_it_names_each_seller_and_says_what_is_missing(order):
    named, bare = contract_of(order)["parts"]

    assert named["title"] == f"{order.number}-1: HTX Bắc Sơn"
    assert named["seller"] == [
        ("Seller", "HTX Bắc Sơn"),
        ("Address", "Xã Bắc Sơn, Hà Nội"),
        ("Tax or business code", "0101234567"),
        ("Representative", "Nguyễn Văn Bắc"),
        ("Contact", "0912000000, bacson@example.org"),
    ]
    assert [value for _label, value in bare["seller"]] == ["Lụa Vạn Phúc", *["not stated"] * 4]


def test_it_lists_goods_sums_and_payment(order):
    contract = contract_of(order)
    tea, silk = contract["parts"]

    assert tea["lines"] == [
        {
            "title": "Chè búp khô",
            "notes": ["hộp 500 g", "OCOP 4 stars, Decision 813/QĐ-UBND", "Phường Hà Đông, Hà Nội"],
            "quantity": "2",
            "unit_price": "120.000\u00a0₫",
            "total": "240.000\u00a0₫",
        }
    ]
    assert [(row["label"], row["amount"]) for row in tea["sums"]] == [
        ("Goods", "240.000\u00a0₫"),
        ("Delivery", "30.000\u00a0₫"),
        ("To pay to this seller", "270.000\u00a0₫"),
    ]
    assert tea["terms"][0] == ("Payment", "Cash on delivery. You pay when you receive the parcel.")
    assert tea["terms"][-1] == ("Note from the buyer", "Gọi trước khi giao")
    assert silk["lines"][0]["notes"] == ["hộp 500 g", "Phường Hà Đông, Hà Nội"]
    assert contract["total"] == "720.000\u00a0₫"


def test_only_the_demo_is_marked_as_illustrative(order, settings):
    assert contract_of(order)["notice"] is None
    settings.DEMO = True
    assert "illustrative" in contract_of(order)["notice"]


def test_it_is_a_pdf_in_each_language_and_the_same_every_time(order):
    in_vietnamese, in_english = confirmation_pdf(order, "vi"), confirmation_pdf(order, "en")

    assert in_vietnamese.startswith(b"%PDF-")
    assert b"/Lang(vi" in in_vietnamese
    assert b"/Lang(en" in in_english
    assert confirmation_pdf(order, "vi") == in_vietnamese


def test_what_people_type_is_printed_not_run():
    seller = make_seller(name='#panic("x") $ \\ " * _ ` @a <b> [')
    [seller_order] = buy(
        make_product(seller, title='#import "/etc/passwd": * // ]'), note='#read("/etc/passwd") \']'
    )

    assert confirmation_pdf(seller_order.order, "vi").startswith(b"%PDF-")


def test_it_costs_the_same_for_one_line_and_for_thirty(django_assert_num_queries):
    seller = make_seller()
    [small] = buy(make_product(seller))
    [large] = buy(*(make_product(seller) for _number in range(30)))

    for seller_order in (small, large):
        order = type(seller_order.order).objects.get(pk=seller_order.order_id)
        with django_assert_num_queries(4):
            contract_of(order)


def test_goods_that_are_picked_up_are_not_said_to_be_sent(order):
    order.seller_orders.update(delivery_way="pickup", pickup_place="Xưởng Bắc Sơn, 8–17 giờ")

    terms = dict(contract_of(order)["parts"][0]["terms"])

    assert terms["Way of delivery"] == "You pick the goods up: Xưởng Bắc Sơn, 8–17 giờ"
