"""Applications: complete before they are sent, still while the office reads them, and what approval opens."""

import pytest
from django.db import connection

from marketplace.core import clock
from marketplace.core.exceptions import Refused
from marketplace.core.roles import Right, TeamRole
from marketplace.core.sealed import seal, unseal
from marketplace.legal.models import Acceptance, Kind, Version
from producers.domain import applications
from producers.domain.applications import ApplicationMoved, NotComplete
from producers.models import BankAccount, Partner, PointOfSale, SellerApplication
from tests.factories.catalog import make_member, make_region, make_seller, make_user
from tests.factories.points import make_point
from tests.factories.sellers import make_application, make_officer

POINT = {
    "kind": "point",
    "point_name": "Điểm bán OCOP Tây Hồ",
    "point_kind": "centre",
    "point_street": "Số 5 phố Trích Sài",
}

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = SellerApplication.State


@pytest.fixture
def officer():
    return make_officer()


# --- writing and sending
def test_an_application_is_sent_when_every_step_is_done():
    person = make_user()
    application = applications.begin(person)
    with pytest.raises(NotComplete) as refusal:
        applications.send(application, actor=person, terms_edition="1")
    assert refusal.value.steps == ["kind", "identity", "contact", "bank", "papers"]

    application = make_application(sent=False, needs_no_papers=False)
    assert applications.missing_steps(application) == ["papers"]


def test_what_the_office_reads_does_not_change():
    application = make_application()
    with pytest.raises(ApplicationMoved):
        applications.write(application, "identity", {"legal_name": "Tên khác"})
    application.refresh_from_db()
    assert application.legal_name == "Hợp tác xã Chè Tân Cương Xanh"

    applications.take_back(application, actor=application.applicant)
    applications.write(application, "identity", {"legal_name": "Tên khác"})
    assert SellerApplication.objects.get().legal_name == "Tên khác"


def test_the_acceptance_of_the_terms_is_on_record():
    version = Version.objects.create(kind=Kind.SELLING, edition="2026-11", effective_from=clock.today())
    application = make_application()
    acceptance = Acceptance.objects.get()
    assert (acceptance.version, acceptance.user) == (version, application.applicant)
    assert (acceptance.way, application.terms_edition) == ("selling", "2026-11")


# --- what the office decides
def test_approval_opens_a_stall_with_its_owner_identity_and_account(officer):
    application = make_application()
    seller = applications.approve(application, actor=officer)

    seller.refresh_from_db()
    assert (seller.name, seller.state) == ("Hợp tác xã Chè Tân Cương Xanh", Partner.State.OPEN)
    assert seller.business_code == "0100109106"
    assert seller.registered_address == application.address
    assert seller.registered_address.startswith("Xóm Hồng Thái, ")
    assert seller.grants(application.applicant, Right.MANAGE_TEAM)
    assert BankAccount.objects.get(seller=seller).number == "0011001932418"
    assert [step.state for step in application.steps.all()] == ["draft", "sent", "approved"]


def test_asking_for_more_opens_the_application_again(officer):
    application = make_application()
    with pytest.raises(Refused):
        applications.ask(application, actor=officer, note=" ")
    applications.ask(application, actor=officer, note="Ảnh giấy chứng nhận bị mờ.")
    assert application.is_writable
    applications.send(application, actor=application.applicant, terms_edition="1", answer="Đã chụp lại.")
    applications.approve(application, actor=officer)


def test_a_refusal_has_a_reason_and_is_the_end(officer):
    application = make_application()
    applications.refuse(application, actor=officer, note="Mã số thuế thuộc doanh nghiệp khác.")
    for act in (applications.approve, applications.ask, applications.refuse):
        with pytest.raises(ApplicationMoved):
            act(application, actor=officer, note="x")
    assert not Partner.objects.exists()


def test_of_two_who_decide_the_second_is_told_and_nothing_is_left_over(officer):
    application = make_application()
    stale = SellerApplication.objects.get(pk=application.pk)
    applications.approve(application, actor=officer)
    with pytest.raises(ApplicationMoved):
        applications.approve(stale, actor=officer)
    assert Partner.objects.count() == 1


def test_a_person_opens_several_stalls(officer):
    person = make_user()
    sellers = {
        applications.approve(make_application(applicant=person, legal_name=name), actor=officer)
        for name in ("Hộ kinh doanh Một", "Hộ kinh doanh Hai")
    }
    assert len({seller.slug for seller in sellers}) == 2
    assert person.memberships.filter(role=TeamRole.OWNER).count() == 2


# --- claiming a stall that the import brought
def test_stalls_of_the_same_name_or_code_are_found_without_those_that_have_a_team(officer):
    same_name = make_seller(name="HTX chè Tân Cương xanh")
    same_code = make_seller(name="Chè ABC", business_code="0100109106")
    taken = make_seller(name="HTX Chè Tân Cương Xanh")
    make_member(taken)
    make_seller(name="Khác hẳn")
    assert set(applications.candidates(make_application())) == {same_name, same_code}


def test_an_existing_stall_is_handed_over_with_its_public_name(officer):
    stall = make_seller(name="HTX chè Tân Cương")
    application = make_application(claims=stall)
    assert applications.approve(application, actor=officer, existing=stall) == stall
    stall.refresh_from_db()
    assert (stall.name, stall.registered_name) == ("HTX chè Tân Cương", "Hợp tác xã Chè Tân Cương Xanh")
    assert stall.grants(application.applicant, Right.MANAGE_TEAM)
    with pytest.raises(Refused):
        applications.approve(make_application(), actor=officer, existing=stall)


# --- what is never shown
def test_a_personal_number_lies_sealed_in_the_database():
    application = make_application(business_code="", personal_number=seal("001085012345"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM partner_sellerapplication WHERE id = %s", [application.pk])
        assert "001085012345" not in repr(cursor.fetchone())
    application.refresh_from_db()
    assert unseal(application.personal_number) == "001085012345"


def test_a_new_key_stands_in_front_and_the_old_one_still_opens(settings):
    from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - only here

    old, new = (Fernet.generate_key().decode() for _number in range(2))
    settings.FIELD_KEYS = [old]
    sealed = seal("001085012345")
    settings.FIELD_KEYS = [new, old]
    assert unseal(sealed) == "001085012345"
    settings.FIELD_KEYS = [new]
    with pytest.raises(InvalidToken):
        unseal(sealed)


# --- points of sale
def test_an_application_for_a_point_has_one_step_more():
    for_stall, for_point = make_application(sent=False), make_application(sent=False, **POINT)
    assert "point" not in applications.steps_of(for_stall)
    assert "point" in applications.steps_of(for_point)
    for_point.steps_done.remove("point")
    assert applications.missing_steps(for_point) == ["point"]


def test_an_approved_point_is_in_the_register_with_its_operator_as_the_owner():
    region = make_region("Phường Tây Hồ", province="Thành phố Hà Nội")
    application = make_application(point_region=region, **POINT)

    seller = applications.approve(application, actor=make_officer())

    point = PointOfSale.objects.public().get(seller=seller)
    assert (point.name, point.kind, point.operator) == (POINT["point_name"], "centre", application.legal_name)
    assert (point.address, seller.region) == (POINT["point_street"], region)
    assert (seller.kind, seller.business_code) == ("point", "0100109106")
    assert seller.registered_address == application.address
    assert seller.grants(application.applicant, Right.RUN_POINT)
    assert seller not in Partner.objects.public()
    assert "tay ho" in point.folded
    assert "hop tac xa che tan cuong xanh" in point.folded


def test_a_point_of_the_register_is_handed_over():
    point = make_point(name=POINT["point_name"])
    application = make_application(**POINT)
    assert list(applications.candidates(application)) == [point.seller]
    assert list(applications.candidates(make_application())) == []

    seller = applications.approve(application, actor=make_officer(), existing=point.seller)

    assert seller == point.seller
    point.refresh_from_db()
    assert point.operator == application.legal_name
