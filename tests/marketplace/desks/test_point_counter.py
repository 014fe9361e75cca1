"""The point's desk: receiving goods and selling them at the counter, by plain forms."""

import datetime
import uuid

import pytest
from django.urls import reverse

from catalog.domain.certify import withdraw
from marketplace.core import clock
from marketplace.core.roles import TeamRole
from producers.models import Batch, PointAct, StockRecord
from tests.factories.catalog import make_member, make_product
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

EAN, OTHER_EAN = "8936000000011", "8936000000028"


@pytest.fixture
def point():
    return make_point()


@pytest.fixture(autouse=True)
def clerk(client, point):
    person = make_member(point.seller, TeamRole.CLERK)
    client.force_login(person)
    return person


def selling(point) -> str:
    return reverse("point_desk:sell", args=[point.seller.slug])


def receiving(point) -> str:
    return reverse("point_desk:receive", args=[point.seller.slug])


def arrival(product, **fields) -> dict:
    last = clock.today() + datetime.timedelta(days=30)
    values = {
        "quantity": "10",
        "expires_on": last.isoformat(),
        "terms": "consignment",
        "unit_cost": "30.000",
        "price": "45.000",
        **fields,
    }
    return {"line": product.pk, **{f"l{product.pk}-{name}": value for name, value in values.items()}}


def delivery(*lines: dict, **fields) -> dict:
    sent = {"act": "receive", "client_id": str(uuid.uuid4()), "paper": "", "line": []}
    for line in lines:
        sent["line"].append(line.pop("line"))
        sent |= line
    return {**sent, **fields}


# --- receiving
@pytest.mark.parametrize("code", ["upc", "page", "certificate", "name"])
def test_a_product_is_found_by_each_of_its_codes(client, point, code):
    product = make_product(title="Bạch trà Tà Xùa", upc=EAN)
    make_product()
    texts = {
        "upc": EAN,
        "page": f"https://shop.example{product.get_absolute_url()}",
        "certificate": f"https://shop.example/chung-nhan/{product.certification.code}/",
        "name": "ta xua",
    }
    (form,) = client.post(receiving(point), {"code": texts[code]}).context["lines"].forms
    assert form.product == product


def test_what_is_typed_stays_while_lines_are_added(client, point):
    product, other = make_product(upc=EAN), make_product()
    sent = {**arrival(product, quantity="x", lot="L7"), "code": "", "add": other.pk, "paper": "PN 5"}
    response = client.post(receiving(point), sent)
    assert [form.product for form in response.context["lines"].forms] == [product, other]
    text = response.content.decode()
    assert response.status_code == 200
    assert all(f'value="{each}"' in text for each in ("x", "L7", "PN 5"))
    left = client.post(receiving(point), {**arrival(product), "remove": product.pk})
    assert left.context["lines"].forms == []


def test_a_delivery_of_two_producers_is_received_once(client, point):
    product, other = make_product(), make_product()
    sent = delivery(arrival(product), arrival(other, terms="bought", unit_cost=""), paper="PN 5")
    for _twice in range(2):
        assert client.post(receiving(point), sent).status_code == 302
    assert PointAct.objects.filter(kind="receipt", paper="PN 5").count() == 2
    stock = StockRecord.objects.filter(partner=point.seller)
    assert list(stock.values_list("num_in_stock", "price")) == [(10, 45_000)] * 2
    assert set(Batch.objects.values_list("producer", flat=True)) == {product.producer_id, other.producer_id}
    again = client.post(receiving(point), {**sent, "client_id": str(uuid.uuid4())})
    assert again.status_code == 422
    assert again.context["note"].errors
    assert 'value="PN 5"' in again.content.decode()


def test_another_delivery_under_the_number_of_one_is_received_too(client, point):
    product = make_product()
    sent = delivery(arrival(product))
    client.post(receiving(point), sent)
    more = delivery(arrival(product, quantity="7"), client_id=sent["client_id"])

    page = client.post(receiving(point), more)

    assert page.status_code == 422
    assert PointAct.objects.get(kind="receipt").number in str(page.context["note"].errors)
    number = str(page.context["note"]["client_id"].value())
    assert number != sent["client_id"]
    assert client.post(receiving(point), more | {"client_id": number}).status_code == 302
    assert sorted(Batch.objects.values_list("quantity_left", flat=True)) == [7, 10]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "mười"}, "quantity"),
        ({"expires_on": "2026-11-23"}, "expires_on"),
        ({"expires_on": "31/02/2027"}, "expires_on"),
        ({"unit_cost": ""}, "unit_cost"),
        ({"price": ""}, "price"),
        ({"price": "45.000,5"}, "price"),
        ({"terms": "gift"}, "terms"),
    ],
)
def test_what_cannot_be_received_is_said_at_its_field(client, point, changes, field):
    product = make_product()
    response = client.post(receiving(point), delivery(arrival(product, **changes)))
    assert response.status_code == 422
    (form,) = response.context["lines"].forms
    assert list(form.errors) == [field]
    assert not Batch.objects.exists()


def test_a_withdrawn_product_and_anothers_barcode_are_refused(client, point):
    product = make_product(upc=EAN)
    make_product(title="Trà sen", upc=OTHER_EAN)
    response = client.post(receiving(point), delivery(arrival(product, barcode=OTHER_EAN)))
    assert response.status_code == 422
    assert "Trà sen" in str(response.context["note"].errors)
    assert client.post(receiving(point), {"code": "8936000000013"}).status_code == 422
    withdraw(product.certification, on=clock.today(), decision="1/QĐ", reason="sai")
    response = client.post(receiving(point), delivery(arrival(product)))
    assert response.status_code == 422
    assert product.title in str(response.context["note"].errors)
    assert not Batch.objects.exists()


def test_an_empty_delivery_and_odd_keys_are_no_errors_of_the_server(client, point):
    assert client.post(receiving(point), delivery()).status_code == 422
    assert client.post(receiving(point), {"add": "9" * 30}).status_code == 404
    assert client.post(receiving(point), {"line": ["x", "1" * 40], "client_id": "no"}).status_code == 200


# --- selling
def bill(*lines, act: str = "pay", **fields) -> dict:
    sent = {"act": act, "paid_by": "cash", "client_id": str(uuid.uuid4()), "line": []}
    for record, quantity in lines:
        sent["line"].append(record.pk)
        sent[f"quantity_{record.pk}"] = quantity
    sent["shown"] = sum(PRICE * int(quantity) for _record, quantity in lines if quantity.isdecimal())
    return sent | fields


def test_a_bill_grows_by_scanning_and_is_paid_once(client, point):
    record = make_shelf(point=point, product=make_product(upc=EAN))
    response = client.post(selling(point), {"code": EAN})
    assert response.context["bill"].total == PRICE
    response = client.post(selling(point), bill((record, "1"), act="find", code=EAN))
    assert response.context["bill"].total == 2 * PRICE
    sent = bill((record, "2"), given="100.000")
    response = client.post(selling(point), sent, follow=True)
    assert "10.000" in response.content.decode()
    client.post(selling(point), sent)
    sale = PointAct.objects.get(kind="sale")
    assert (sale.amount, sale.lines.get().quantity) == (2 * PRICE, 2)
    record.refresh_from_db()
    assert record.num_in_stock == 8


@pytest.mark.parametrize("paid_by", ["cash", "vietqr"])
def test_nothing_is_sold_at_a_sum_that_nobody_has_seen(client, point, paid_by):
    record = make_shelf(point=point)
    StockRecord.objects.filter(pk=record.pk).update(price=PRICE + 5_000)
    sent = bill((record, "2"), paid_by=paid_by, given="100.000")
    for unseen in ({}, {"shown": ""}):
        page = client.post(selling(point), sent | unseen)
        assert page.status_code == 422
        assert "100.000" in str(page.context["form"].errors)
    assert 'value="100.000"' in page.text
    assert not PointAct.objects.filter(kind="sale").exists()
    assert f'name="shown" value="{2 * PRICE + 10_000}"' in page.text
    assert client.post(selling(point), sent | {"shown": 2 * PRICE + 10_000}).status_code == 302
    assert PointAct.objects.get(kind="sale").amount == 2 * PRICE + 10_000


def test_another_bill_under_the_number_of_a_sale_is_another_sale(client, point):
    record = make_shelf(point=point)
    sent = bill((record, "2"))
    client.post(selling(point), sent)
    sale = PointAct.objects.get(kind="sale")

    page = client.post(selling(point), bill((record, "3"), client_id=sent["client_id"]))

    assert page.status_code == 422
    assert sale.number in str(page.context["form"].errors)
    number = page.context["form"]["client_id"].value()
    assert str(number) != sent["client_id"]
    assert client.post(selling(point), bill((record, "3"), client_id=str(number))).status_code == 302
    assert [act.amount for act in PointAct.objects.filter(kind="sale")] == [3 * PRICE, 2 * PRICE]


def test_a_bill_that_goes_on_after_its_sale_has_a_new_number(client, point):
    record = make_shelf(point=point)
    sent = bill((record, "1"), act="count")
    form = client.post(selling(point), sent).context["form"]
    assert str(form["client_id"].value()) == sent["client_id"]
    client.post(selling(point), sent | {"act": "pay"})
    form = client.post(selling(point), sent).context["form"]
    assert str(form["client_id"].value()) != sent["client_id"]


def test_a_bill_for_the_last_pieces_that_is_sent_again_is_the_same_sale(client, point):
    record = make_shelf(point=point)
    sent = bill((record, "10"))
    assert [client.post(selling(point), sent).status_code for _twice in range(2)] == [302, 302]
    assert PointAct.objects.filter(kind="sale").count() == 1


@pytest.mark.parametrize(
    ("quantity", "fields"),
    [
        ("11", {}),
        ("x", {}),
        ("0", {}),
        ("1", {"given": "1.000"}),
        ("1", {"given": "nhiều"}),
        ("1", {"paid_by": "gold"}),
    ],
)
def test_what_cannot_be_sold_is_said_and_kept(client, point, quantity, fields):
    record = make_shelf(point=point)
    response = client.post(selling(point), bill((record, quantity), **fields))
    assert response.status_code == 422
    assert f'value="{quantity}"' in response.content.decode()
    assert not PointAct.objects.filter(kind="sale").exists()


def test_several_of_a_name_are_offered_and_a_line_is_taken_off(client, point):
    records = [make_shelf(point=point, product=make_product(title=f"Trà {each}")) for each in ("sen", "nhài")]
    choices = client.post(selling(point), {"code": "tra"}).context["found"].choices
    assert sorted(each.pk for each in choices) == [each.pk for each in records]
    chosen = client.post(selling(point), bill(act="", add=records[0].pk)).context["bill"]
    assert [line.record.pk for line in chosen.lines] == [records[0].pk]
    left = client.post(selling(point), bill((records[0], "1"), act="", remove=records[0].pk))
    assert left.context["bill"].lines == []
    elsewhere = make_shelf()
    assert client.post(selling(point), bill((elsewhere, "1"))).status_code == 422


def test_a_product_that_does_not_lie_here_says_so(client, point):
    make_product(upc=EAN)
    response = client.post(selling(point), {"code": EAN})
    assert response.status_code == 422
    assert response.context["found"].trouble
