"""The desk's pages of incoming money: lists, decisions, files, keys, carriers' money."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse
from pytest_django.asserts import assertHTMLEqual

from marketplace.desks.producer.transfer_forms import OwedRefundForm
from marketplace.payments.models import ColumnMapping, MoneyFile, NotificationKey, Transfer
from marketplace.sales.domain import fulfil, unpaid
from marketplace.sales.models import CarrierPayout, Parcel
from tests.factories.catalog import make_member, make_seller
from tests.factories.contact import deliver
from tests.factories.payments import come_in, make_account, make_payout, make_read_file, make_transfer
from tests.marketplace.sales.cases import buy, make_product
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES = 8
TOTAL = 150_000


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path
    settings.PAYMENT_METHODS = ["cod", "vietqr"]


@pytest.fixture
def seller():
    seller = make_seller(name="HTX Bắc Sơn")
    make_account(seller)
    return seller


@pytest.fixture
def product(seller):
    return make_product(seller, in_stock=100)


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.force_login(person)
    return person


@pytest.fixture
def seller_order(product):
    return buy(product, method="vietqr")[0]


def url(name: str, *args, **query) -> str:
    return reverse(f"producer_desk:{name}", args=args, query=query)


# --- transfers
def test_what_belongs_to_no_order_is_matched_by_its_number(client, owner, seller, seller_order):
    transfer = make_transfer(seller, TOTAL)
    assert f"{150_000:,}".replace(",", ".") in client.get(url("transfers")).content.decode()
    wrong = client.post(url("transfer-move", transfer.pk), {"act": "match", "number": "261124-XXXXX-1"})
    assert wrong.status_code == 422
    assert "261124-XXXXX-1" in wrong.content.decode()
    done = client.post(
        url("transfer-move", transfer.pk), {"act": "match", "number": f" {seller_order.number.lower()} "}
    )
    assert done.status_code == 302
    assert seller_order.payments.get().state == "paid"
    page = client.get(url("transfer", transfer.pk)).content.decode()
    assert seller_order.number in page
    assert str(owner) in page


def test_another_seller_s_order_is_no_match(client, owner, seller):
    other = buy(make_product(make_seller()))[0]
    transfer = make_transfer(seller, TOTAL)
    answer = client.post(url("transfer-move", transfer.pk), {"act": "match", "number": other.number})
    assert answer.status_code == 422
    assert other.payments.get().received == 0


def test_money_goes_back_with_its_proof(client, owner, seller):
    transfer = make_transfer(seller)
    client.post(url("transfer-move", transfer.pk), {"act": "to_refund", "note": "Chuyển nhầm"})
    assert client.post(url("transfer-move", transfer.pk), {"act": "refunded", "note": ""}).status_code == 422
    client.post(url("transfer-move", transfer.pk), {"act": "refunded", "note": "FT99"})
    transfer.refresh_from_db()
    assert transfer.state == "refunded"
    assert client.get(url("transfers", state="refunded")).context["page"].object_list[0] == transfer
    assert client.post(url("transfer-move", transfer.pk), {"act": "sell"}).status_code == 404


def test_a_transfer_is_noted_by_hand_once(client, owner, seller_order):
    here = url("transfer-note", seller_order.number)
    assert here in client.get(url("order", seller_order.number)).content.decode()
    typed = {"amount": "150.000", "booked_on": "2026-11-24", "bank_reference": "FT1", "seen_received": "0"}
    for bad in ({"amount": "nhiều"}, {"booked_on": "2026-11-25"}, {"booked_on": ""}):
        answer = client.post(here, {**typed, **bad})
        assert answer.status_code == 422
        assert "FT1" in answer.content.decode()
    assert client.post(here, typed).status_code == 302
    assert client.post(here, typed).status_code == 422
    payment = seller_order.payments.get()
    assert (payment.state, payment.received) == ("paid", TOTAL)


def test_the_order_says_until_when_the_rest_of_a_part_payment_is_awaited(client, owner, seller_order, frozen):
    come_in(seller_order.payments.get(), 1_000)
    assert "người mua có thêm chừng ấy thời gian" in client.get(url("order", seller_order.number)).text
    frozen.shift(24 * 3600)
    unpaid.release_overdue()
    assert "bạn hoàn lại số tiền đã nhận" in client.get(url("order", seller_order.number)).text


def test_what_is_owed_back_is_noted_and_no_more(client, owner, seller_order):
    payment = seller_order.payments.get()
    come_in(payment, 200_000)
    page = client.get(url("refunds-owed"))
    assert [each for each, _order, _form in page.context["rows"]] == [payment]
    given = {"payment": payment.pk, "way": "transfer", "proof": "FT5"}
    for amount in ("60.000", "0", "x"):
        answer = client.post(url("refunds-owed"), {**given, "amount": amount})
        assert answer.status_code == 422
        assert "FT5" in answer.content.decode()
    assert client.post(url("refunds-owed"), {**given, "amount": "50.000"}).status_code == 302
    assert client.post(url("refunds-owed"), {**given, "amount": "50.000"}).status_code == 422
    payment.refresh_from_db()
    assert (payment.state, payment.refunded) == ("paid", 50_000)


def test_a_row_has_the_fields_of_its_form(client, owner, seller_order):
    payment = seller_order.payments.get()
    come_in(payment, 1_200_000)
    [(_payment, _order, fresh)] = client.get(url("refunds-owed")).context["rows"]
    form = OwedRefundForm(
        auto_id=f"id_{payment.pk}_%s",
        initial={"payment": payment.pk, "amount": payment.refund_owed},
        ways=fresh.ways,
    )
    drawn = [render_to_string("parts/field.html", {"field": field}) for field in form]
    row = {"fields": form.fields, "pk": payment.pk, "fresh": fresh}
    assertHTMLEqual(render_to_string("desks/producer/refund_fields.html", row), "".join(drawn))


# --- files
def sent(content: str, kind: str = "bank", name: str = "sao-ke.csv") -> dict:
    return {"kind": kind, "file": SimpleUploadedFile(name, content.encode())}


def test_a_statement_is_sent_its_columns_named_and_the_next_goes_by_itself(client, owner, seller_order):
    code = seller_order.payments.get().transfer_request.code
    lines = f"Ngày,Ghi có,Nội dung\n24/11/2026,150.000,{code}\n"
    client.post(url("money-files"), sent(lines))
    file = MoneyFile.objects.get()
    page = client.get(url("money-file", file.pk))
    assert [page.context["form"][name].value() for name in ("booked_on", "amount", "content")] == [
        "Ngày",
        "Ghi có",
        "Nội dung",
    ]
    named = {"booked_on": "Ngày", "amount": "Ghi có", "content": "Nội dung"}
    assert client.post(url("money-file", file.pk), {**named, "content": "Ghi có"}).status_code == 422
    assert client.post(url("money-file", file.pk), {**named, "content": ""}).status_code == 422
    assert client.post(url("money-file", file.pk), named).status_code == 302
    run_tasks()
    assert client.get(url("money-file", file.pk)).context["file"].matched == 1
    assert seller_order.payments.get().state == "paid"
    client.post(url("money-files"), sent(lines + "24/11/2026,7.000,abc\n"))
    run_tasks()
    second = MoneyFile.objects.first()
    assert (second.state, second.new, second.repeated) == ("read", 1, 1)
    assert ColumnMapping.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name"), [("", "a.csv"), ("1,2\n", "a.csv"), ("x", "a.xlsx"), ("x", "a.pdf")]
)
def test_what_is_no_statement_is_told(client, owner, content, name):
    assert client.post(url("money-files"), sent(content, name=name)).status_code == 422
    assert not MoneyFile.objects.exists()


def test_a_carrier_s_list_settles_parcels(client, owner, product):
    order = buy(product)[0]
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship):
        act(order, actor=None)
    Parcel.objects.create(seller_order=order, carrier_code="ghn", tracking_number="G1")
    client.post(url("money-files"), sent("Mã vận đơn,Thu hộ\nG1,150.000\nG2,1.000\n", kind="carrier"))
    file = MoneyFile.objects.get()
    client.post(url("money-file", file.pk), {"tracking_number": "Mã vận đơn", "amount": "Thu hộ"})
    run_tasks()
    order.refresh_from_db()
    assert order.state == "delivered"
    assert "G2" in client.get(url("payouts", state="unknown")).content.decode()


# --- carriers' money by hand
def test_the_seller_says_that_the_money_is_there(client, owner, product):
    order = buy(product)[0]
    for act in (fulfil.confirm, fulfil.pack, fulfil.ship, fulfil.deliver):
        act(order, actor=None)
    page = client.get(url("payouts"))
    assert (page.context["total"], list(page.context["page"])) == (TOTAL, [order])
    for _twice in range(2):
        assert client.post(url("payout-note", order.number)).status_code == 302
    assert CarrierPayout.objects.get().state == "settled"


def test_a_payout_is_cleared_with_words(client, owner, seller):
    payout = make_payout(seller)
    client.post(url("payout-clear", payout.pk), {"note": ""})
    payout.refresh_from_db()
    assert payout.state == "unknown"
    client.post(url("payout-clear", payout.pk), {"note": "Hãng đã trả"})
    payout.refresh_from_db()
    assert (payout.state, payout.note, payout.actor) == ("cleared", "Hãng đã trả", owner)


# --- keys
def test_a_secret_is_shown_once_and_a_key_revoked(client, owner):
    made = client.post(url("bank-keys"))
    secret, key = made.context["secret"], NotificationKey.objects.get()
    assert secret in made.content.decode()
    again = client.get(url("bank-keys")).content.decode()
    assert secret not in again
    assert key.name in again
    client.post(url("bank-keys"))
    assert client.post(url("bank-keys")).status_code == 302
    assert NotificationKey.objects.count() == 2
    client.post(url("bank-key-revoke", key.pk))
    assert NotificationKey.objects.active().count() == 1


# --- how much each page asks the database
@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("page", ["transfers", "refunds-owed", "payouts", "money-files"])
def test_pages_cost_the_same_for_one_row_and_thirty(
    client, owner, seller, product, page, rows, django_assert_max_num_queries
):
    for number in range(rows):
        match page:
            case "transfers":
                make_transfer(seller, bank_reference=f"FT{number}")
            case "refunds-owed":
                come_in(buy(product, method="vietqr")[0].payments.get(), 200_000)
            case "payouts":
                make_payout(seller, tracking_number=f"G{number}")
            case "money-files":
                make_read_file(seller)
    query = {"state": "unknown"} if page == "payouts" else {}
    client.get(url(page, **query))
    with django_assert_max_num_queries(QUERIES + 3 * (page == "refunds-owed")):
        assert len(client.get(url(page, **query)).context["page"]) == min(
            rows, 30 if page != "money-files" else 20
        )


@pytest.mark.parametrize("rows", [1, 30])
def test_what_carriers_have_costs_the_same_for_one_order_and_thirty(
    client, owner, seller, product, rows, django_assert_max_num_queries
):
    for _number in range(rows):
        deliver(buy(product)[0])
    client.get(url("payouts"))
    with django_assert_max_num_queries(QUERIES):
        assert len(client.get(url("payouts")).context["page"]) == rows


def test_transfers_of_other_stalls_stay_theirs(client, owner):
    other = make_seller()
    transfer = make_transfer(other)
    assert client.get(url("transfer", transfer.pk)).status_code == 404
    assert client.get(url("transfers", stall=other.slug)).status_code == 404
    assert Transfer.objects.get().state == "unmatched"
