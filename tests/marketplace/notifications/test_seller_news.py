"""News of becoming and being a seller: the office, applicants, owners and who is invited."""

import datetime

import pytest
from django.core import mail
from django.utils.translation import override

from catalog.domain import listings, stall_checks, takedowns
from marketplace.core import clock
from marketplace.core.roles import TeamRole
from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import Notice
from marketplace.payments import methods
from marketplace.payments.domain import stripe_disputes
from marketplace.sales.domain import returns
from producers.domain import applications, bank_accounts, suspensions, team
from tests.factories import contact
from tests.factories.catalog import make_member, make_product, make_seller, make_user
from tests.factories.payments import make_paid_visit, make_stripe_account
from tests.factories.sellers import (
    make_application,
    make_invitation,
    make_officer,
    make_stall_check,
    make_take_down,
)
from tests.marketplace.sales.cases import buy
from tests.marketplace.sales.cases import make_product as make_sold
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def owner(seller):
    return make_member(seller, user=make_user(language="en"))


@pytest.fixture
def officer():
    return make_officer()


def told(person) -> list[tuple[str, str, str]]:
    """Kind, title and text, in English, of what the person was told, the oldest first."""
    run_tasks()
    with override("en"):
        return [
            (each.kind, KINDS[each.kind].title_of(each.facts), KINDS[each.kind].text_of(each.facts))
            for each in Notice.objects.filter(recipient=person).order_by("pk")
        ]


# --- applications
def test_the_office_hears_of_each_application_that_is_sent_and_nobody_else(officer):
    colleague, stranger, gone = make_officer(), make_user(), make_officer()
    gone.is_active = False
    gone.save()
    application = make_application()
    for person in (officer, colleague):
        assert [(kind, title) for kind, title, _text in told(person)] == [
            ("application_sent", "Hợp tác xã Chè Tân Cương Xanh asks to become a seller")
        ]
        notice = Notice.objects.get(recipient=person)
        assert KINDS[notice.kind].address_of(notice.facts).endswith(f"/ho-so/{application.pk}/")
    assert told(stranger) == told(gone) == []
    # Taken back and sent anew is news again; a draft is not.
    applications.take_back(application, actor=application.applicant)
    assert len(told(officer)) == 1
    applications.send(application, actor=application.applicant, terms_edition="2026-11")
    assert len(told(officer)) == 2


@pytest.mark.parametrize(
    ("decide", "state"), [(applications.ask, "The office asks for more"), (applications.refuse, "Refused")]
)
def test_the_applicant_reads_the_answer_with_its_reason(officer, decide, state):
    application = make_application()
    decide(application, actor=officer, note="Thiếu giấy phép.")
    expected = ("application", f"Your application as a seller: {state}", "Thiếu giấy phép.")
    assert told(application.applicant) == [expected]
    assert application.applicant.email in [message.to[0] for message in mail.outbox]


def test_an_approved_applicant_is_told_of_the_stall_and_of_where_it_is_paid(officer):
    application = make_application()
    applications.approve(application, actor=officer)
    assert {kind for kind, _title, _text in told(application.applicant)} == {"application", "bank_account"}


# --- listings and measures
def test_who_edits_products_reads_what_the_office_decided(seller, owner, officer):
    packer = make_member(seller, TeamRole.PACKER)
    product = make_product(title="Gốm Bát Tràng", seller=seller)
    check = listings.submit(product, actor=owner, changes={"title": "Gốm cổ"})
    listings.send_back(check, actor=officer, reason="Tên sai.")
    ((kind, title, text),) = told(owner)
    assert (kind, text) == ("listing", "Tên sai.")
    assert title == "The office has looked at Gốm Bát Tràng: Sent back"
    assert told(packer) == []


def test_a_take_down_is_told_when_it_is_done_and_when_it_is_lifted(seller, owner, officer):
    product = make_product(title="Gốm", seller=seller)
    take_down = make_take_down(product)
    assert told(owner) == []
    takedowns.carry_out(take_down, actor=officer)
    takedowns.lift(take_down, actor=officer, reason="Nhãn đã sửa.")
    done, lifted = told(owner)
    assert (done[0], done[2]) == ("take_down", "Reason: Nhãn sai")
    assert (lifted[0], lifted[2]) == ("take_down", "Reason: Nhãn đã sửa.")


def test_a_suspension_is_told_with_its_notice(seller, owner, officer):
    suspensions.order(
        seller,
        ground="authority",
        authority="Sở Công Thương",
        reason="Hàng giả",
        actor=officer,
        received_at=clock.now() - datetime.timedelta(minutes=5),
    )
    ((kind, title, text),) = told(owner)
    assert (kind, text) == ("suspension", "Reason: Hàng giả")
    assert title.startswith("Suspension of the stall HTX Bắc Sơn")


def test_the_stalls_page_comes_back_with_its_reason(seller, owner, officer):
    check = make_stall_check(seller, actor=owner)
    stall_checks.send_back(check, actor=officer, reason="Ảnh mờ.")
    title = "The office has looked at the page of HTX Bắc Sơn: Sent back"
    assert told(owner) == [("stall_page", title, "Ảnh mờ.")]


# --- team and money
def test_owners_alone_hear_of_another_account_and_see_only_its_end(seller, owner):
    manager = make_member(seller, TeamRole.MANAGER)
    bank_accounts.set_account(
        seller,
        actor=owner,
        bank_code="970436",
        number="0011001932418",
        holder="HTX BAC SON",
        is_other_name=True,
    )
    ((kind, title, _text),) = told(owner)
    assert kind == "bank_account"
    assert "2418" in title
    assert "0011001932418" not in title
    assert told(manager) == []


def test_who_is_invited_by_mail_gets_the_link_of_the_newest_invitation_alone(seller, owner):
    invitation = make_invitation(seller, actor=owner, email="chi-lan@example.org")
    team.renew(invitation, actor=owner)
    run_tasks()
    (message,) = mail.outbox
    assert message.to == ["chi-lan@example.org"]
    assert message.subject == "You are invited to the team of HTX Bắc Sơn"
    assert invitation.nonce not in message.body or invitation.nonce == seller.invitations.get().nonce


def test_an_invitation_that_was_withdrawn_is_not_mailed(seller, owner):
    invitation = make_invitation(seller, actor=owner, email="chi-lan@example.org")
    team.withdraw(invitation, actor=owner)
    run_tasks()
    assert mail.outbox == []


# --- decisions about returns
def test_seller_and_buyer_are_told_what_the_office_decided_about_a_return(seller, owner, officer):
    buyer = make_user(language="en")
    part = contact.deliver(buy(make_sold(seller, price=100_000), user=buyer)[0])
    request = contact.make_return(part)
    returns.decide(request, amount=100_000, actor=officer, note="Ảnh cho thấy hộp vỡ")
    title = f"Return of order {part.number}: Decided by the office, refund due"
    assert [title_told for _kind, title_told, _text in told(owner)][-1] == title
    assert told(buyer)[-1][1:] == (title, "Ảnh cho thấy hộp vỡ")


# --- disputed card payments
@pytest.mark.parametrize(
    ("returned", "text"),
    [
        (0, "The money has gone back to the buyer."),
        (50_000, "The money has gone back to the buyer. Of it the buyer had 50.000 ₫ back before."),
    ],
)
def test_a_lost_dispute_is_told_with_what_the_buyer_had_back_before(owner, seller, stripe, returned, text):
    make_stripe_account(seller)
    session = make_paid_visit(buy(make_sold(seller), method="stripe")[0].payments.get())
    if returned:
        methods.get("stripe").refund(session.payment, returned, way="cash", proof="", actor=None)
    lost = {"id": "dp_1", "currency": "vnd", "amount": session.amount, "status": "lost", "created": 1}
    stripe_disputes.note(session, lost, clock.now())
    assert ("card_dispute_closed", text) in [
        (kind, words.replace("\xa0", " ")) for kind, _title, words in told(owner)
    ]
