"""E-invoices: the stall's VAT, the export of a day, the seller's number and the buyer's request."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from marketplace.core import clock
from marketplace.core.roles import TeamRole
from marketplace.notifications.models import Notice
from marketplace.sales import links
from marketplace.sales.domain import fulfil, invoicing, vat
from marketplace.sales.domain.invoicing import Recipient
from marketplace.sales.models import Invoice, InvoiceRequest
from tests.factories.catalog import make_member, make_seller, make_user
from tests.marketplace.sales.cases import buy, make_product
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

NUMBER = {"number": "1C26THT-00000123", "issued_on": "2026-11-24", "link": "https://hoadon.example.vn/123"}
TO = {"name": "Công ty Hoa Ban", "tax_code": "0100109106", "address": "1 Tràng Tiền, Hà Nội"}


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn", slug="htx-bac-son")


@pytest.fixture
def owner(client, seller):
    member = make_member(seller)
    client.force_login(member)
    return member


@pytest.fixture
def buyer():
    return make_user()


@pytest.fixture
def order(seller, buyer):
    vat.declare(seller, is_declared=True, actor=make_user())
    return buy((make_product(seller), 2), user=buyer)[0]


def page_of(order):
    return reverse("producer_desk:invoice", args=[order.number])


def test_the_seller_notes_the_invoice_and_the_buyer_is_told_and_sees_it(client, order, owner, buyer):
    shown = client.get(page_of(order)).content.decode()
    assert "20.000" in shown
    for _twice in range(2):
        assert client.post(page_of(order), NUMBER).status_code == 302
    run_tasks()
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.entered_by) == (NUMBER["number"], owner)
    assert Notice.objects.filter(recipient=buyer, kind="invoice").count() == 1
    client.force_login(buyer)
    page = client.get(reverse("customer:order-invoices", args=[order.order.number])).content.decode()
    assert NUMBER["number"] in page
    assert NUMBER["link"] in page
    assert "20.000" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"issued_on": "2026-11-25"},
        {"issued_on": "2026-11-23"},
        {"issued_on": "hôm qua"},
        {"link": "javascript:alert(1)"},
        {"number": "x" * 41},
        {"number": "a\x00b"},
    ],
)
def test_what_cannot_be_an_invoice_is_said_and_kept_in_the_form(client, order, owner, wrong):
    answer = client.post(page_of(order), {**NUMBER, **wrong})
    assert answer.status_code == 422
    assert not Invoice.objects.exists()
    kept = next(value for name, value in NUMBER.items() if name not in wrong)
    assert kept in answer.content.decode()


def test_the_buyer_says_to_whom_and_the_seller_reads_it(client, order, owner):
    page = reverse("customer:order-invoices", args=[order.order.number, links.guest_link_token(order.order)])
    client.logout()
    assert client.post(page, {**TO, "tax_code": "0100109107"}).status_code == 422
    assert client.post(page, {**TO, "name": ""}).status_code == 422
    for _twice in range(2):
        assert client.post(page, {**TO, "tax_code": "0100 109 106"}).status_code == 302
    run_tasks()
    assert InvoiceRequest.objects.get().tax_code == TO["tax_code"]
    assert Notice.objects.filter(recipient=owner, kind="invoice_requested").count() == 1
    client.force_login(owner)
    assert TO["address"] in client.get(page_of(order)).content.decode()


def test_the_day_is_taken_away_by_order_and_rate(client, seller, order, owner):
    fulfil.cancel(buy(make_product(seller))[0], actor=None, note="Hết hàng")
    client.post(page_of(order), NUMBER)
    url = reverse("producer_desk:vat-take-away", query={"stall": seller.slug, "day": "2026-11-24"})
    rows = list(openpyxl.load_workbook(BytesIO(client.get(url).getvalue())).active.values)
    assert len(rows) == 2
    assert rows[1][0] == order.number
    assert rows[1][5:] == ("8", 250_000, 20_000, 270_000, NUMBER["number"])


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_far_off_gives_no_file(client, seller, owner, day):
    url = reverse("producer_desk:vat-take-away", query={"stall": seller.slug, "day": day})
    assert client.get(url).status_code == 302


def test_only_who_runs_the_team_says_whether_the_stall_declares(client, seller, owner):
    page = reverse("producer_desk:vat", query={"stall": seller.slug})
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"is_declared": "yes"}).status_code == 302
    assert vat.declaring([seller]) == {seller.pk}
    client.force_login(make_member(seller, TeamRole.MANAGER))
    answer = client.post(page, {"is_declared": "no"})
    assert answer.status_code == 403
    assert vat.declaring([seller]) == {seller.pk}


@pytest.mark.parametrize("number", [1, 30])
def test_the_day_costs_the_same_for_one_order_and_thirty(
    client, seller, owner, django_assert_num_queries, number
):
    product = make_product(seller, in_stock=50)
    for _time in range(number):
        buy(product)
    url = reverse("producer_desk:vat-take-away", query={"stall": seller.slug, "day": "2026-11-24"})
    client.get(url).getvalue()
    with django_assert_num_queries(7):
        client.get(url).getvalue()


@pytest.mark.parametrize("count", [1, 30])
def test_pages_take_a_fixed_number_of_queries(client, seller, buyer, owner, django_assert_num_queries, count):
    for number in range(count):
        vat.declare(seller, is_declared=number % 2 == 0, actor=make_user())
    vat.declare(seller, is_declared=True, actor=make_user())
    part = buy(*(make_product(seller) for _time in range(count)), user=buyer)[0]
    for number in range(count):
        invoicing.enter(part, actor=make_user(), number=f"1C26THT-{number}", issued_on=clock.today(), link="")
        invoicing.ask(part.order, Recipient(**{**TO, "name": f"Công ty {number}"}), actor=buyer)
    of_buyer = reverse("customer:order-invoices", args=[part.order.number])
    pages = [
        (reverse("producer_desk:vat"), owner, 6),
        (reverse("producer_desk:invoice", args=[part.number]), owner, 10),
        (of_buyer, buyer, 10),
    ]
    for page, person, queries in pages:
        client.force_login(person)
        client.get(page)
        with django_assert_num_queries(queries):
            client.get(page)


@pytest.mark.parametrize("count", [1, 30])
def test_the_invoices_of_an_order_of_many_sellers_take_a_fixed_number_of_queries(
    client, buyer, django_assert_num_queries, count
):
    stalls = [make_seller() for _time in range(count)]
    order = buy(*(make_product(stall) for stall in stalls), user=buyer)[0].order
    client.force_login(buyer)
    page = reverse("customer:order-invoices", args=[order.number])
    client.get(page)
    with django_assert_num_queries(10):
        client.get(page)
