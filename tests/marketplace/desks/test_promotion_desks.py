"""Promotions at the desks of sellers and of the office."""

import datetime

import pytest
from django.urls import reverse

from catalog.models import BannedWord
from marketplace.core import clock
from marketplace.events.models import BoothRegistration
from marketplace.sales.models import Promotion
from tests.factories.catalog import PASSWORD, make_member, make_product, make_region, make_seller
from tests.factories.events import make_event, make_registration
from tests.factories.promotions import make_promotion
from tests.factories.sellers import make_officer
from tests.marketplace.sales.cases import Purchase, buy, make_basket
from tests.marketplace.sales.test_discounts import quoted

pytestmark = pytest.mark.django_db

LIST, NEW = reverse("producer_desk:promotions"), reverse("producer_desk:promotion-new")
OFFICE_LIST, OFFICE_NEW = reverse("office_desk:promotions"), reverse("office_desk:promotion-new")


@pytest.fixture
def seller():
    return make_seller()


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.login(username=person.email, password=PASSWORD)
    return person


@pytest.fixture
def officer(client):
    person = make_officer()
    client.login(username=person.email, password=PASSWORD)
    return person


def filled(**fields) -> dict:
    """A promotion's form that can be sent as it is; ``yesterday`` may stand for the first day."""
    today = clock.today()
    if fields.get("first_day") == "yesterday":
        fields["first_day"] = (today - datetime.timedelta(days=1)).isoformat()
    return {
        "title": "Mừng mùa chè",
        "kind": "percent",
        "value": "10",
        "first_day": today.isoformat(),
        "last_day": (today + datetime.timedelta(days=6)).isoformat(),
        **fields,
    }


def use(promotion: Promotion) -> None:
    basket = make_basket(make_product(seller=promotion.seller, price=100_000))
    Purchase(basket, expected=quoted(basket)).place()


def test_a_seller_makes_a_promotion_that_counts_at_once(client, seller, owner):
    tea, honey = make_product(seller=seller, price=100_000), make_product(seller=seller, price=50_000)

    answer = client.post(NEW, filled(minimum="100.000", products=[tea.pk]))

    assert answer.status_code == 302
    assert [line.discount for line in quoted(make_basket(tea, honey)).lines] == [10_000, 0]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "Tuần lễ thần dược"}, "title"),
        ({"value": "51"}, "value"),
        ({"value": "0"}, "value"),
        ({"value": "1,5"}, "value"),
        ({"kind": "sum", "value": "20.000", "minimum": "39.999"}, "minimum"),
        ({"kind": "sum", "value": "20.000", "minimum": "40.000", "most": "5"}, "most"),
        ({"kind": "gift"}, "kind"),
        ({"first_day": "yesterday"}, "first_day"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"last_day": "31/02/2027"}, "last_day"),
        ({"code": "giảm"}, "code"),
        ({"code": "TAKEN1"}, "code"),
        ({"code": "THANDUOC5"}, "code"),
        ({"limit": "0"}, "limit"),
        ({"products": ["999999"]}, "products"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_stays_typed(client, owner, fields, field):
    make_promotion(code="TAKEN1")
    BannedWord.objects.create(word="thần dược")

    sent = filled(**fields)
    answer = client.post(NEW, sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Promotion.objects.count() == 1
    if field not in ("kind", "products") and sent[field]:
        assert f'value="{sent[field]}"' in answer.content.decode()


def test_a_word_of_the_offices_list_is_named_beside_the_name_also_of_a_promotion_that_runs(
    client, seller, owner
):
    BannedWord.objects.create(word="thần dược")
    promotion = make_promotion(seller)
    page = reverse("producer_desk:promotion", args=[promotion.pk])

    answer = client.post(page, filled(title="Thần dược, giảm 10%"))

    assert answer.status_code == 422
    assert "“thần dược”" in answer.context["form"].errors["title"][0]
    assert 'value="Thần dược, giảm 10%"' in answer.content.decode()
    assert Promotion.objects.for_rows().get().title == "Mừng mùa chè"


def test_products_of_another_stall_cannot_be_named(client, owner):
    foreign = make_product()

    answer = client.post(NEW, filled(products=[foreign.pk]))

    assert list(answer.context["form"].errors) == ["products"]


def test_once_used_only_name_last_day_and_limit_change(client, seller, owner):
    promotion = make_promotion(seller, limit=5)
    page = reverse("producer_desk:promotion", args=[promotion.pk])
    use(promotion)

    assert client.post(page, filled(value="20", limit="5")).status_code == 422
    assert client.post(page, filled(limit="0")).status_code == 422
    longer = clock.today() + datetime.timedelta(days=30)
    kept = filled(title="Dài hơn", limit="9", last_day=longer.isoformat())
    assert client.post(page, kept).status_code == 302

    promotion = Promotion.objects.for_rows().get()
    assert (promotion.title, promotion.limit, promotion.left, promotion.value) == ("Dài hơn", 9, 8, 10)


def test_the_list_says_how_often_and_at_what_cost_and_ends_it(client, seller, owner):
    promotion = make_promotion(seller, limit=5)
    use(promotion)
    assert "10.000" in client.get(LIST).content.decode()

    client.post(reverse("producer_desk:promotion-end", args=[promotion.pk]))

    assert not quoted(make_basket(make_product(seller=seller))).discount
    page = reverse("producer_desk:promotion", args=[promotion.pk])
    assert client.post(page, filled()).status_code == 422


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (30, 20)])
def test_the_list_takes_a_fixed_number_of_queries(
    client, seller, owner, django_assert_num_queries, count, shown
):
    """A page shows 20."""
    for _number in range(count):
        make_promotion(seller, products=(make_product(seller=seller),))

    with django_assert_num_queries(11):
        assert len(client.get(LIST).context["rows"]) == shown


@pytest.mark.parametrize("count", [1, 30])
def test_pages_of_the_office_take_a_fixed_number_of_queries(
    client, officer, django_assert_num_queries, count
):
    event = make_event(booths=40)
    stalls = tuple(make_seller() for _number in range(count))
    products = tuple(make_product(seller=stall) for stall in stalls)
    for _number in range(count):
        promotion = make_promotion(event_id=event.pk, sellers=stalls, products=products)
    page = reverse("office_desk:promotion", args=[promotion.pk])

    for address, queries in ((OFFICE_LIST, 10), (page, 10), (OFFICE_NEW, 4)):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


def test_the_office_gives_for_stalls_of_an_event_or_named_products(client, seller, officer):
    event = make_event()
    make_registration(event, seller)
    tea, foreign = make_product(seller=seller, price=100_000), make_product(price=100_000)
    fields = filled(event=event.pk, is_borne_by_marketplace="on")
    assert list(client.post(OFFICE_NEW, fields).context["form"].errors) == ["event"]
    BoothRegistration.objects.update(state=BoothRegistration.State.CONFIRMED)

    assert client.post(OFFICE_NEW, fields).status_code == 302
    lots = quoted(make_basket(tea, foreign)).lots
    assert [(lot.discount, lot.discount_by_marketplace) for lot in lots] == [(10_000, 10_000), (0, 0)]

    assert event.title in client.get(OFFICE_LIST).content.decode()
    page = reverse("office_desk:promotion", args=[Promotion.objects.get().pk])
    assert f'<dd lang="vi">{seller.name}</dd>' in client.get(page).content.decode()

    named = filled(value="20", products=f"https://example.org{foreign.get_absolute_url()}\n")
    assert client.post(OFFICE_NEW, named).status_code == 302
    lots = quoted(make_basket(tea, foreign)).lots
    assert [(lot.discount, lot.discount_by_marketplace) for lot in lots] == [(10_000, 10_000), (20_000, 0)]
    assert list(client.post(OFFICE_NEW, filled(products="chè")).context["form"].errors) == ["products"]


def test_the_office_changes_and_ends_its_own_only(client, seller, officer):
    own, sellers = make_promotion(), make_promotion(seller)

    assert client.get(reverse("office_desk:promotion", args=[sellers.pk])).status_code == 404
    page = reverse("office_desk:promotion", args=[own.pk])
    assert client.post(page, filled(value="25")).status_code == 302
    assert Promotion.objects.for_rows().get(pk=own.pk).value == 25
    client.post(reverse("office_desk:promotion-end", args=[own.pk]))
    assert Promotion.objects.get(pk=own.pk).state == Promotion.State.OVER
    assert client.get(OFFICE_LIST).status_code == 200


def test_the_office_cancels_a_part_of_an_order_line_by_line(client, seller, officer):
    part = buy((make_product(seller=seller, region=make_region(), price=100_000), 3))[0]
    page, reduce = (reverse(f"office_desk:{name}", args=[part.number]) for name in ("order", "order-reduce"))
    line = part.lines.get()
    assert reduce in client.get(page).content.decode()

    sent = {"part-seen": part.total, f"part-line_{line.pk}": "2", "part-reason": " "}
    refused = client.post(reduce, sent)
    assert refused.status_code == 422
    assert 'value="2"' in refused.content.decode()
    assert client.post(reduce, {**sent, "part-reason": "Hết hàng"}).status_code == 302
    part.refresh_from_db()
    assert (part.lines.get().quantity, part.events.last().note) == (1, "Hết hàng")
    # Somebody else was faster; one piece is left, which is cancelled as a whole.
    assert client.post(reduce, {**sent, "part-reason": "Hết hàng"}).status_code == 422
    assert reduce not in client.get(page).content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_pages_of_orders_take_a_fixed_number_of_queries(client, officer, django_assert_num_queries, count):
    stalls = [make_seller() for _number in range(count)]
    part = buy(*(make_product(seller=stall, region=make_region()) for stall in stalls))[0]
    several = buy(*((make_product(seller=stalls[0], region=make_region()), 2) for _number in range(count)))[0]
    found = reverse("office_desk:orders", query={"q": part.order.number})
    page = reverse("office_desk:order", args=[several.number])

    for address, queries in ((found, 4), (page, 9)):
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)


def test_the_office_looks_an_order_up_and_cancels_it_with_a_reason(client, seller, officer):
    part = buy(make_product(seller=seller, region=make_region()))[0]
    page = reverse("office_desk:order", args=[part.number])
    cancel = reverse("office_desk:order-cancel", args=[part.number])
    for number in (part.number, part.order.number.lower()):
        assert page in client.get(reverse("office_desk:orders"), {"q": number}).content.decode()
    assert client.get(reverse("office_desk:orders"), {"q": "x" * 300}).status_code == 200

    assert client.post(cancel, {"reason": " "}).status_code == 422
    assert client.post(cancel, {"reason": "Người bán không trả lời"}).status_code == 302
    part.refresh_from_db()
    assert (part.state, part.events.last().note) == ("cancelled", "Người bán không trả lời")
    assert client.post(cancel, {"reason": "Lần nữa"}).status_code == 422
