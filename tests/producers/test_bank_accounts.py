"""Banks by code, numbers and holders as banks write them, and the account of a seller with its history."""

import re

import pytest
from django.core.exceptions import ValidationError

from marketplace.core.models import Activity
from producers import banks
from producers.domain.bank_accounts import AccountRefused, account_of, remove_account, set_account
from producers.models import BankAccount
from producers.signals import bank_account_set
from tests.factories.catalog import make_member, make_seller

VIETCOMBANK = "970436"


@pytest.mark.unit
def test_banks_have_codes_of_six_digits_and_names_of_their_own():
    every = banks.all_banks()
    assert all(re.fullmatch(r"\d{6}", bank.code) for bank in every)
    assert len({bank.code for bank in every}) == len({bank.short_name for bank in every}) == len(every) >= 40
    assert banks.bank_of(VIETCOMBANK).short_name == "Vietcombank"
    assert banks.bank_of("000000") is None


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "number"),
    [("0123 456 789", "0123456789"), ("19.03.6262.6262", "190362626262"), ("vqrq0001abc", "VQRQ0001ABC")],
)
def test_a_number_loses_what_people_put_between_its_digits(text, number):
    assert banks.clean_number(text) == number


@pytest.mark.unit
@pytest.mark.parametrize("text", ["", "12345", "1" * 20, "12345678!", "số tài khoản", "１２３４５６７"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValidationError):
        banks.clean_number(text)


@pytest.mark.unit
def test_a_holder_is_written_as_banks_write_it():
    assert banks.clean_holder(" Hợp tác xã  Đông Cao ") == "HOP TAC XA DONG CAO"
    for text in ("", "  ", "123", "東京"):
        with pytest.raises(ValidationError):
            banks.clean_holder(text)


@pytest.mark.unit
def test_short_and_long_forms_of_a_name_are_the_same_holder():
    assert banks.is_holder("HTX RAU SACH VAN DUC", "Hợp tác xã Rau sạch Văn Đức", "")
    assert banks.is_holder("NGUYEN THI LAN", "Hộ kinh doanh Lan", "Nguyễn Thị Lan")
    assert not banks.is_holder("NGUYEN THI LAN", "Hợp tác xã Rau sạch Văn Đức", "")


# --- the account
def account(**fields) -> dict:
    return {"bank_code": VIETCOMBANK, "number": "0011004567890", "holder": "HTX BAC SON", **fields}


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def owner(seller):
    return make_member(seller)


@pytest.fixture
def told():
    heard = []

    def hear(sender, **news):
        heard.append(news["account"])

    bank_account_set.connect(hear)
    yield heard
    bank_account_set.disconnect(hear)


@pytest.mark.integration
@pytest.mark.django_db
def test_a_change_keeps_what_was_before(seller, owner, told):
    first = set_account(seller, actor=owner, **account())
    second = set_account(seller, actor=owner, **account(number="19036262"))
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert account_of(seller) == second
    assert told == [first, second]
    acts = Activity.objects.filter(act="bank_account.set")
    assert [act.details["number"] for act in acts.order_by("pk")] == ["…7890", "…6262"]

    remove_account(seller, actor=owner)
    assert account_of(seller) is None
    assert BankAccount.objects.filter(seller=seller).count() == 2


@pytest.mark.integration
@pytest.mark.django_db
def test_the_same_account_again_changes_nothing(seller, owner, told):
    assert set_account(seller, actor=owner, **account()) == set_account(seller, actor=owner, **account())
    assert len(told) == 1


@pytest.mark.integration
@pytest.mark.django_db
def test_another_name_has_to_be_confirmed(seller, owner, told):
    wanted = account(holder="TRAN VAN BINH")
    with pytest.raises(AccountRefused):
        set_account(seller, actor=owner, **wanted)
    assert (account_of(seller), told) == (None, [])
    assert set_account(seller, actor=owner, **wanted, is_other_name=True).is_other_name
    # Whoever confirms what needs no confirming is not marked for it.
    assert not set_account(seller, actor=owner, **account(), is_other_name=True).is_other_name


@pytest.mark.integration
@pytest.mark.django_db
def test_a_bank_that_does_not_exist_is_refused(seller, owner):
    with pytest.raises(AccountRefused):
        set_account(seller, actor=owner, **account(bank_code="123456"))
