"""Placing an order: what is written, what is refused, and that a refusal leaves everything as it was."""

import datetime

import pytest
from django_tasks_db.models import DBTaskResult
from oscar.apps.address.models import Country
from oscar.apps.basket.models import Basket
from oscar.apps.offer.models import Benefit, Condition, ConditionalOffer, Range
from oscar.apps.order.models import Order

from marketplace.core.models import Activity
from marketplace.payments.methods import UnknownMethod
from marketplace.payments.models import Payment
from marketplace.regions.models import Region
from marketplace.sales.domain import place
from marketplace.sales.domain.discounts import Person
from marketplace.sales.domain.place import Address, Buyer, EmptyBasket, WrongAddress
from marketplace.sales.domain.quote import QuoteChanged, quote
from marketplace.sales.models import Placement, SellerOrder
from producers.domain import stock
from producers.domain.stock import NotEnoughStock, Shelf
from producers.models import StockRecord
from tests.factories.catalog import make_seller, make_user
from tests.marketplace.sales import cases
from tests.marketplace.sales.cases import LAN, Purchase, make_basket, make_product, reload

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


ANN = Buyer(name="Ann", email="ann@example.org", phone="+84912345678", language="en")


def shelf_of(product) -> Shelf:
    record = StockRecord.objects.get(product=product)
    return Shelf(record.num_in_stock, record.num_allocated)


def assert_nothing_was_ordered(basket: Basket, *products) -> None:
    assert Order.objects.count() == SellerOrder.objects.count() == Placement.objects.count() == 0
    assert Payment.objects.count() == Activity.objects.count() == DBTaskResult.objects.count() == 0
    assert [shelf_of(product).allocated for product in products] == [0] * len(products)
    assert Basket.objects.get(pk=basket.pk).status == "Open"
    assert basket.lines.count() == len(products)


def test_one_order_and_a_seller_order_for_each_seller():
    bac_son, van_phuc = make_seller(delivery_charge=30_000), make_seller(delivery_charge=25_000)
    tea, silk = make_product(bac_son, price=120_000), make_product(van_phuc, price=450_000)

    order = Purchase(make_basket((tea, 2), silk), note="Gọi trước khi giao").place()

    assert order.number.startswith("261124-")
    assert (order.total_incl_tax, order.shipping_incl_tax, order.currency) == (745_000, 55_000, "VND")
    first, second = order.seller_orders.order_by("number")
    assert (first.number, first.seller, first.seller_name) == (f"{order.number}-1", bac_son, bac_son.name)
    assert (first.goods_total, first.delivery_charge, first.total) == (240_000, 30_000, 270_000)
    assert (second.number, second.seller, second.total) == (f"{order.number}-2", van_phuc, 475_000)
    assert (first.state, first.payment_method, first.buyer_note) == ("pending", "cod", "Gọi trước khi giao")
    assert [event.state for event in first.events.all()] == ["pending"]


def test_lines_are_copies_of_what_the_buyer_saw():
    seller = make_seller()
    product = make_product(seller, title="Chè Bắc Sơn", title_en="Bac Son tea", price=120_000)

    order = Purchase(make_basket((product, 2)), buyer=ANN).place()
    type(product).objects.filter(pk=product.pk).update(title="Chè khác", title_en="Other tea")
    StockRecord.objects.filter(product=product).update(price=1)

    [line] = order.seller_orders.get().lines.all()
    assert (line.title, line.unit, line.unit_price, line.quantity, line.total) == (
        "Bac Son tea",
        "hộp 500 g",
        120_000,
        2,
        240_000,
    )
    assert (line.stars, line.decision_number, line.place) == (4, "813/QĐ-UBND", "Phường Hà Đông, Hà Nội")
    assert line.certification_code == product.certification.code
    assert line.order_line.title == "Chè Bắc Sơn"
    assert line.order_line.line_price_incl_tax == 240_000
    assert [(price.quantity, price.price_incl_tax) for price in line.order_line.prices.all()] == [
        (2, 120_000)
    ]


def test_stars_that_are_not_in_force_are_not_copied():
    product = make_product(make_seller(), certification={"issued_on": datetime.date(2022, 1, 1)})

    order = Purchase(make_basket(product)).place()

    assert order.seller_orders.get().lines.get().stars is None


def test_buyer_address_and_language_are_kept():
    Country.objects.all().delete()

    order = Purchase(make_basket(make_product(make_seller())), token="form 1").place()

    sent_to = order.shipping_address
    assert (sent_to.first_name, sent_to.line1, sent_to.line4, sent_to.state) == (
        "Nguyễn Thị Lan",
        "12 ngõ Gạch",
        "Phường Hà Đông",
        "Thành phố Hà Nội",
    )
    assert (sent_to.country_id, str(sent_to.phone_number)) == ("VN", "+84912345678")
    kept = order.placement
    assert (kept.token, kept.language, kept.buyer_email, kept.terms_version) == (
        "form 1",
        "vi",
        "lan@example.org",
        "2026-11",
    )
    assert (order.user, order.guest_email, order.email) == (None, "lan@example.org", "lan@example.org")


def test_an_account_keeps_its_order():
    person = make_user()

    order = Purchase(make_basket(make_product(make_seller()), owner=person), user=person).place()

    assert order.user == person
    assert Activity.objects.get(act="order.placed").actor == person


def test_stock_payment_basket_and_log_move_with_the_order():
    product = make_product(make_seller(delivery_charge=0), price=120_000)
    basket = make_basket((product, 3))

    order = Purchase(basket).place()

    assert shelf_of(product) == Shelf(in_stock=10, allocated=3)
    movement = product.stock_record.movements.get(kind="taken")
    assert (movement.quantity, movement.reference) == (-3, order.number)
    [payment] = order.seller_orders.get().payments
    assert (payment.method, payment.amount, payment.state) == ("cod", 360_000, "awaiting")
    assert [event.state for event in payment.events.all()] == ["awaiting"]
    assert Basket.objects.get(pk=basket.pk).status == "Submitted"
    assert Activity.objects.get(act="order.placed").details == {"number": order.number, "total": 360_000}


def test_the_same_form_sent_again_gives_the_same_order():
    product = make_product(make_seller())
    basket = make_basket(product)
    first = Purchase(basket, token="form 1").place()

    again = Purchase(reload(basket), token="form 1", expected=quote(basket)).place()
    from_the_next_basket = place.place_order(
        basket=Basket(),
        token="form 1",
        user=None,
        buyer=LAN,
        address=cases.address(),
        choices={},
        terms_version="2026-11",
        expected="",
    )

    assert again == from_the_next_basket == first
    assert shelf_of(product).allocated == 1
    assert Order.objects.count() == 1


def test_another_form_on_an_ordered_basket_is_refused():
    basket = make_basket(make_product(make_seller()))
    Purchase(basket).place()

    with pytest.raises(EmptyBasket):
        Purchase(reload(basket)).place()

    assert Order.objects.count() == 1


def test_an_empty_basket_is_refused():
    basket = make_basket()

    with pytest.raises(EmptyBasket):
        Purchase(basket).place()

    assert_nothing_was_ordered(basket)


def test_a_price_that_changed_is_told_and_confirmed_again():
    product = make_product(make_seller(), title="Chè", price=120_000)
    basket = make_basket(product)
    purchase = Purchase(basket, buyer=ANN, expected=quote(basket))
    StockRecord.objects.filter(product=product).update(price=99_000)

    with pytest.raises(QuoteChanged) as refusal:
        purchase.place()

    assert refusal.value.changes == ["Chè now costs 99.000\u00a0₫ instead of 120.000\u00a0₫."]
    assert_nothing_was_ordered(basket, product)
    purchase.expected = refusal.value.new
    assert purchase.place().seller_orders.get().goods_total == 99_000


@pytest.mark.parametrize("forged", ["", "x", "total=1"])
def test_a_forged_digest_orders_nothing(forged):
    product = make_product(make_seller())
    basket = make_basket(product)

    with pytest.raises(QuoteChanged) as refusal:
        place.place_order(
            basket=basket,
            token="form 1",
            user=None,
            buyer=LAN,
            address=cases.address(),
            choices={product.producer_id: place.SellerChoice("cod")},
            terms_version="2026-11",
            expected=forged,
        )

    assert refusal.value.changes == []
    assert_nothing_was_ordered(basket, product)


def test_a_delivery_charge_that_changed_is_told():
    seller = make_seller(delivery_charge=30_000)
    product = make_product(seller)
    basket = make_basket(product)
    purchase = Purchase(basket, expected=quote(basket))
    type(seller).objects.filter(pk=seller.pk).update(delivery_charge=40_000)

    with pytest.raises(QuoteChanged):
        purchase.place()

    assert_nothing_was_ordered(basket, product)


def test_a_product_that_vanished_is_told_and_the_rest_stays_in_the_basket():
    seller = make_seller()
    gone, there = make_product(seller), make_product(seller)
    basket = make_basket(gone, there)
    purchase = Purchase(basket, expected=quote(basket))
    type(gone).objects.filter(pk=gone.pk).update(is_public=False)

    with pytest.raises(QuoteChanged) as refusal:
        purchase.place()

    assert [problem.title for problem in refusal.value.new.problems] == [gone.title]
    assert_nothing_was_ordered(basket, gone, there)


def test_a_problem_that_was_there_at_the_review_cannot_be_confirmed():
    product = make_product(make_seller(), in_stock=2)
    basket = make_basket((product, 3))

    with pytest.raises(QuoteChanged):
        Purchase(basket, expected=quote(basket)).place()

    assert_nothing_was_ordered(basket, product)


def test_stock_that_goes_between_quote_and_taking_is_refused(monkeypatch):
    """The quote is only a look: what counts is the statement that takes the stock."""
    product = make_product(make_seller(), in_stock=2)
    basket = make_basket((product, 2))
    write_order = place._write_order

    def somebody_is_faster(*arguments):
        StockRecord.objects.filter(product=product).update(num_in_stock=1)
        return write_order(*arguments)

    monkeypatch.setattr(place, "_write_order", somebody_is_faster)

    with pytest.raises(NotEnoughStock) as refusal:
        Purchase(basket).place()

    assert [(short.wanted, short.available) for short in refusal.value.shortages] == [(2, 1)]
    assert_nothing_was_ordered(basket, product)


def test_a_way_to_pay_that_the_seller_does_not_take_is_refused():
    product = make_product(make_seller())
    basket = make_basket(product)

    with pytest.raises(UnknownMethod):
        Purchase(basket, method="cheque").place()

    assert_nothing_was_ordered(basket, product)


def test_a_seller_about_whom_the_buyer_was_not_asked_is_refused():
    product = make_product(make_seller())
    basket = make_basket(product)

    with pytest.raises(UnknownMethod):
        place.place_order(
            basket=basket,
            token="form 1",
            user=None,
            buyer=LAN,
            address=cases.address(),
            choices={},
            terms_version="2026-11",
            expected=quote(basket),
        )

    assert_nothing_was_ordered(basket, product)


def test_a_commune_of_another_province_or_of_the_past_is_refused(monkeypatch):
    product = make_product(make_seller())
    basket = make_basket(product)
    right = cases.address()
    elsewhere = Region.objects.current().provinces().exclude(pk=right.province.pk).first()
    former = Region.objects.former().communes().select_related("parent").first()

    for wrong in (
        Address("1", right.commune, elsewhere),
        Address("1", former, former.parent),
        Address("1", right.province, right.province),
    ):
        monkeypatch.setattr(cases, "address", lambda wrong=wrong: wrong)
        with pytest.raises(WrongAddress):
            Purchase(basket).place()

    assert_nothing_was_ordered(basket, product)


def test_a_number_that_is_taken_is_drawn_again(monkeypatch):
    numbers = iter(["261124-AAAAA", "261124-AAAAA", "261124-BBBBB"])
    monkeypatch.setattr(place, "new_number", lambda: next(numbers))
    product = make_product(make_seller())

    placed = [Purchase(make_basket(product)).place() for _buyer in range(2)]

    assert [order.number for order in placed] == ["261124-AAAAA", "261124-BBBBB"]
    assert shelf_of(product).allocated == 2


def test_numbers_carry_the_day_in_ha_noi(frozen):
    frozen.move_to("2026-12-31T17:30:00Z")

    number = place.new_number()

    assert (number[:7], len(number)) == ("270101-", 12)


def test_discounts_of_the_basket_go_into_lines_totals_and_delivery():
    seller = make_seller(delivery_charge=30_000, free_delivery_from=200_000)
    tea, honey = make_product(seller, price=99_999), make_product(seller, price=120_000)
    _offer_of_ten_per_cent(tea)
    basket = make_basket(tea, honey)

    expected = place._current_quote(basket, Person())
    order = Purchase(basket, expected=expected).place()

    seller_order = order.seller_orders.get()
    assert [(line.unit_price, line.discount, line.total) for line in seller_order.lines.all()] == [
        (99_999, 10_000, 89_999),
        (120_000, 0, 120_000),
    ]
    assert (seller_order.goods_total, seller_order.discount, seller_order.total) == (219_999, 10_000, 209_999)
    assert seller_order.delivery_charge == 0
    assert order.total_incl_tax == 209_999
    assert [(discount.offer_name, discount.amount) for discount in order.discounts.all()] == [("Ten", 10_000)]
    assert ConditionalOffer.objects.get().num_orders == 1


def _offer_of_ten_per_cent(product) -> None:
    products = Range.objects.create(name="Tea")
    products.add_product(product)
    ConditionalOffer.objects.create(
        name="Ten",
        offer_type=ConditionalOffer.SITE,
        condition=Condition.objects.create(range=products, type=Condition.COUNT, value=1),
        benefit=Benefit.objects.create(range=products, type=Benefit.PERCENTAGE, value=10),
    )


@pytest.mark.parametrize("count", [1, 30])
def test_placing_costs_the_same_for_one_line_and_for_thirty(django_assert_num_queries, count):
    seller = make_seller()
    basket = reload(make_basket(*(make_product(seller) for _number in range(count))))
    Country.objects.get_or_create(iso_3166_1_a2="VN", defaults=place.VIETNAM)
    expected = quote(basket)
    address, choices = cases.address(), {seller.pk: place.SellerChoice("cod")}

    with django_assert_num_queries(38):
        order = place.place_order(
            basket=basket,
            token="form 1",
            user=None,
            buyer=LAN,
            address=address,
            choices=choices,
            terms_version="2026-11",
            expected=expected,
        )

    assert order.lines.count() == count


def test_stock_of_an_order_is_taken_under_its_number():
    product = make_product(make_seller())
    order = Purchase(make_basket(product)).place()

    assert stock.shelf_by_movements(product.stock_record) == Shelf(10, 1)
    assert product.stock_record.movements.get(reference=order.number).kind == "taken"
