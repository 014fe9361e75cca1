"""The point's desk: paying by a bank's app at the counter, and the account that it goes to."""

import uuid

import pytest
from django.urls import reverse

from marketplace.core.roles import TeamRole
from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import Notice
from marketplace.payments import transfer_codes
from producers.domain import reservations
from producers.domain.bank_accounts import account_of, set_account
from producers.models import PointAct
from tests.factories.catalog import make_member, make_user
from tests.factories.points import make_point
from tests.factories.shelves import PRICE, make_shelf
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

ACCOUNT = {"bank_code": "970436", "number": "0011001234567", "holder": "HTX CHE TAN CUONG"}


@pytest.fixture
def point():
    return make_point(operator="Hợp tác xã Chè Tân Cương")


@pytest.fixture
def manager(client, point):
    person = make_member(point.seller, TeamRole.MANAGER)
    client.force_login(person)
    return person


@pytest.fixture
def account(point):
    return set_account(point.seller, actor=make_user(), **ACCOUNT)


def url(name: str, point, *args) -> str:
    return reverse(f"point_desk:{name}", args=[point.seller.slug, *args])


def bill(record, quantity, **fields) -> dict:
    return {"line": record.pk, f"quantity_{record.pk}": quantity, "client_id": str(uuid.uuid4()), **fields}


def test_the_counter_shows_a_code_for_the_sum_and_the_receipt_has_its_words(client, point, manager, account):
    record = make_shelf(point=point)
    page = client.post(url("sell", point), bill(record, 2, act="count"))
    shown, code = page.context["transfer"], page.context["form"]["transfer"].value()
    assert (shown.amount, shown.words, transfer_codes.codes_in(code)) == (2 * PRICE, code, [code])
    assert "<svg" in page.text
    sent = bill(record, 2, act="pay", paid_by="vietqr", transfer=code, shown=shown.amount)
    assert client.post(url("sell", point), sent).status_code == 302
    sale = PointAct.objects.get(kind="sale")
    assert (sale.paid_by, sale.paper) == ("vietqr", code)
    assert code in client.get(url("act", point, sale.pk)).text
    assert client.get(url("receipt", point, sale.pk)).status_code == 200


def test_a_code_for_another_sum_is_not_taken(client, point, manager, account):
    record = make_shelf(point=point)
    sent = bill(record, 3, act="pay", paid_by="vietqr", transfer=transfer_codes.new_code(), shown=2 * PRICE)
    page = client.post(url("sell", point), sent)
    assert page.status_code == 422
    assert page.context["form"].errors["paid_by"]
    assert page.context["transfer"].amount == 3 * PRICE
    assert not PointAct.objects.filter(kind="sale").exists()


def test_the_bill_after_a_sale_has_another_code(client, point, manager, account):
    record = make_shelf(point=point)
    code = transfer_codes.new_code()
    sent = bill(record, 1, act="pay", paid_by="vietqr", transfer=code, shown=PRICE)
    client.post(url("sell", point), sent)
    for act, status in (("count", 200), ("pay", 422)):
        more = sent | {f"quantity_{record.pk}": 2, "shown": 2 * PRICE, "act": act}
        page = client.post(url("sell", point), more)
        words = page.context["transfer"].words
        assert (page.status_code, transfer_codes.codes_in(words)) == (status, [words])
        assert words != code
        assert f'name="transfer" value="{words}"' in page.text


def test_no_code_without_an_account_and_no_words_that_are_not_ours(client, point, manager):
    record = make_shelf(point=point)
    assert client.post(url("sell", point), bill(record, 1, act="count")).context["transfer"] is None
    sent = bill(record, 1, act="pay", paid_by="vietqr", transfer="<b>", shown=PRICE)
    client.post(url("sell", point), sent)
    assert PointAct.objects.get(kind="sale").paper == ""


def test_what_is_owed_for_a_reservation_has_its_code(client, point, manager, account):
    record = make_shelf(point=point)
    held = reservations.reserve(point, "100001-1", [(record.pk, 2, PRICE)])
    shown = client.get(url("pickup", point, held.code)).context["transfer"]
    assert (shown.amount, shown.words) == (2 * PRICE, "100001-1")


def test_a_device_gets_the_account_to_draw_codes_without_network(client, point, manager, account):
    said = client.get(url("goods", point)).json()["account"]
    assert (said["bank"], said["number"], said["holder"]) == tuple(ACCOUNT.values())
    assert said["bank_name"] == "Vietcombank"


def test_the_manager_names_the_account_in_the_operators_name_and_the_owner_is_told(client, point, manager):
    owner = make_member(point.seller, TeamRole.OWNER)
    assert client.post(url("account", point), ACCOUNT).status_code == 302
    current = account_of(point.seller)
    assert (current.number, current.is_other_name, current.set_by) == (ACCOUNT["number"], False, manager)
    assert ACCOUNT["number"] in client.get(url("account", point)).text
    run_tasks()
    [notice] = Notice.objects.listed_for(owner)
    assert KINDS[notice.kind].address_of(notice.facts) == url("account", point)


def test_an_account_in_another_name_has_to_be_confirmed(client, point, manager):
    other = {**ACCOUNT, "holder": "NGUYEN VAN A"}
    page = client.post(url("account", point), other)
    assert page.status_code == 422
    assert 'value="NGUYEN VAN A"' in page.text
    assert account_of(point.seller) is None
    client.post(url("account", point), {**other, "is_other_name": "on"})
    assert account_of(point.seller).is_other_name
