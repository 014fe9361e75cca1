"""Becoming a seller: step by step, nothing typed is lost, and what is secret does not come back."""

import pytest
from django.core.files.storage import FileSystemStorage
from django.urls import reverse

from marketplace.core import clock
from marketplace.core.private_files import private_storage
from marketplace.core.sealed import unseal
from marketplace.legal.models import Acceptance, Kind, Version
from producers.models import ApplicationPaper, SellerApplication
from tests.factories.catalog import make_member, make_region, make_seller, make_user
from tests.factories.files import PDF, SECRET, SVG_WITH_SCRIPT, photograph, upload
from tests.factories.sellers import make_application, make_paper

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = SellerApplication.State
QUERIES_OF_LIST = 5
QUERIES_OF_STEP = 6


@pytest.fixture
def person(client):
    user = make_user()
    client.force_login(user)
    return user


def step_url(application, step: str) -> str:
    return reverse("producer_desk:application-step", args=[application.pk, step])


def identity(**fields) -> dict:
    return {"legal_name": "Hộ Nguyễn Thị Lan", "code": "0100109106", "representative": "Lan", **fields}


# --- from beginning to end
def test_a_household_goes_through_all_steps_and_sends(client, person):
    Version.objects.create(kind=Kind.SELLING, edition="2026-11", effective_from=clock.today())
    commune = make_region()
    response = client.post(reverse("producer_desk:application-new"))
    application = SellerApplication.objects.get()
    assert response.headers["Location"] == step_url(application, "loai")

    answers = {
        "loai": {"legal_form": "household"},
        "danh-tinh": identity(code="001 085 012 345"),
        "lien-he": {
            "phone": "0912 345 678",
            "email": "lan@example.org",
            "province": commune.parent_id,
            "commune": commune.name,
            "street": "Xóm 3",
        },
        "tai-khoan": {
            "bank_code": "970436",
            "bank_number": "0011 0019 32418",
            "bank_holder": "Nguyễn Thị Lan",
        },
        "giay-to": {"file": upload(photograph()), "kind": "food safety", "number": "12/ATTP"},
    }
    follows = ["danh-tinh", "lien-he", "tai-khoan", "giay-to", "gui"]
    for (step, sent), after in zip(answers.items(), follows, strict=True):
        if step == "tai-khoan":
            sent = {**sent, "is_other_name": "on"}
        response = client.post(step_url(application, step), sent)
        assert response.headers.get("Location") == step_url(application, after), step

    page = client.get(step_url(application, "gui"))
    assert page.context["missing"] == []
    response = client.post(step_url(application, "gui"), {"terms": "on", "edition": "2026-11"})
    application.refresh_from_db()
    assert application.state == State.SENT
    assert (application.phone, application.bank_number) == ("+84912345678", "0011001932418")
    assert unseal(application.personal_number) == "001085012345"
    assert Acceptance.objects.get().user == person


def test_a_personal_number_never_comes_back_to_the_page(client, person):
    application = make_application(applicant=person, sent=False, business_code="")
    client.post(step_url(application, "danh-tinh"), identity(code="001085012345"))
    for url in (
        step_url(application, "danh-tinh"),
        reverse("producer_desk:application", args=[application.pk]),
    ):
        assert "001085012345" not in client.get(url).content.decode()
    # Left empty it stays; another code takes its place.
    client.post(step_url(application, "danh-tinh"), identity(code=""))
    application.refresh_from_db()
    assert unseal(application.personal_number) == "001085012345"
    client.post(step_url(application, "danh-tinh"), identity(code="0100109106-001"))
    application.refresh_from_db()
    assert (application.personal_number, application.business_code) == ("", "0100109106001")


def test_who_runs_a_point_of_sale_is_asked_where_it_is(client, person):
    application = make_application(applicant=person, sent=False)
    client.post(step_url(application, "loai"), {"legal_form": "company", "kind": "point"})
    commune = make_region("Phường Tây Hồ", province="Thành phố Hà Nội")
    answers = {
        "point_name": "Điểm bán OCOP Tây Hồ",
        "point_kind": "fair",
        "province": commune.parent_id,
        "commune": commune.name,
        "street": "Số 5 phố Trích Sài",
        "point_opens_on": "2026-12-01",
    }

    page = client.post(step_url(application, "diem-ban"), {**answers, "point_last_day": "2026-11-30"})
    assert page.status_code == 422
    assert page.context["form"]["point_name"].value() == answers["point_name"]
    response = client.post(step_url(application, "diem-ban"), {**answers, "point_last_day": "2026-12-05"})

    assert response.headers["Location"] == step_url(application, "tai-khoan")
    application.refresh_from_db()
    assert (application.kind, application.point_kind, application.point_region) == ("point", "fair", commune)
    assert "Số 5 phố Trích Sài, Phường Tây Hồ" in application.point_address
    shown = client.get(reverse("producer_desk:application", args=[application.pk])).content.decode()
    assert "Điểm bán OCOP Tây Hồ" in shown
    assert "Tây Hồ" in client.get(step_url(application, "diem-ban")).content.decode()


def test_a_stall_has_no_step_of_a_point(client, person):
    application = make_application(applicant=person, sent=False)
    assert client.get(step_url(application, "diem-ban")).status_code == 404


# --- bad input
def test_a_wrong_digit_is_told_and_nothing_typed_is_lost(client, person):
    application = make_application(applicant=person, sent=False)
    response = client.post(step_url(application, "danh-tinh"), identity(code="0100109107"))
    assert response.status_code == 422
    assert response.context["form"]["legal_name"].value() == "Hộ Nguyễn Thị Lan"
    assert "code" in response.context["form"].errors
    application.refresh_from_db()
    assert application.legal_name == "Hợp tác xã Chè Tân Cương Xanh"


def test_an_account_in_another_name_is_asked_about(client, person):
    application = make_application(applicant=person, sent=False)
    account = {"bank_code": "970436", "bank_number": "0011001932418", "bank_holder": "TRAN VAN NAM"}
    assert client.post(step_url(application, "tai-khoan"), account).status_code == 422
    account["is_other_name"] = "on"
    assert client.post(step_url(application, "tai-khoan"), account).status_code == 302


@pytest.mark.parametrize(
    "file",
    [
        upload(SVG_WITH_SCRIPT, "giay.svg", "image/svg+xml"),
        upload(b"no picture", "anh.jpg"),
        upload(photograph(), "giay.pdf", "application/pdf"),
    ],
    ids=["svg", "no picture", "picture called pdf"],
)
def test_what_is_no_paper_is_refused(client, person, file):
    application = make_application(applicant=person, sent=False)
    response = client.post(step_url(application, "giay-to"), {"file": file, "kind": "other"})
    assert response.status_code == 422
    assert not ApplicationPaper.objects.exists()


def test_a_step_of_an_application_that_was_sent_is_closed(client, person):
    application = make_application(applicant=person)
    response = client.post(step_url(application, "danh-tinh"), identity())
    assert response.headers["Location"] == reverse("producer_desk:application", args=[application.pk])
    assert client.get(step_url(application, "khong-co")).status_code == 302


def test_sending_without_all_steps_names_them(client, person):
    client.post(reverse("producer_desk:application-new"))
    application = SellerApplication.objects.get()
    response = client.post(step_url(application, "gui"), {"terms": "on", "edition": ""})
    assert response.status_code == 422
    assert [step.code for step in response.context["missing"]] == [
        "kind",
        "identity",
        "contact",
        "bank",
        "papers",
    ]


def test_other_terms_than_the_page_showed_are_not_agreed_to(client, person):
    application = make_application(applicant=person, sent=False)
    Version.objects.create(kind=Kind.SELLING, edition="2026-12", effective_from=clock.today())
    response = client.post(step_url(application, "gui"), {"terms": "on", "edition": "2026-11"})
    assert response.status_code == 422
    application.refresh_from_db()
    assert application.state == State.DRAFT


# --- papers
def test_papers_lie_outside_the_public_folder_without_what_the_camera_wrote(client, person, settings):
    application = make_application(applicant=person, sent=False)
    client.post(step_url(application, "giay-to"), {"file": upload(photograph()), "kind": "food safety"})
    paper = ApplicationPaper.objects.get()
    assert isinstance(paper.file.storage, FileSystemStorage)
    assert paper.file.path.startswith(str(settings.PRIVATE_ROOT))
    response = client.get(reverse("producer_desk:application-paper", args=[application.pk, paper.pk]))
    content = b"".join(response.streaming_content)
    assert SECRET not in content
    assert response.headers["Content-Type"] == "image/jpeg"


def test_a_paper_that_is_taken_out_is_gone(client, person, django_capture_on_commit_callbacks):
    application = make_application(applicant=person, sent=False)
    paper = make_paper(application)
    assert private_storage().exists(paper.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("producer_desk:application-paper-drop", args=[application.pk, paper.pk]))
    assert not application.papers.exists()
    assert not private_storage().exists(paper.file.name)


def test_a_pdf_stays_as_it_is(client, person):
    application = make_application(applicant=person, sent=False)
    sent = {"file": upload(PDF, "giay.pdf", "application/pdf"), "kind": "food safety"}
    client.post(step_url(application, "giay-to"), sent)
    with ApplicationPaper.objects.get().file.open() as file:
        assert file.read() == PDF


# --- claiming
def test_only_a_stall_without_a_team_can_be_claimed(client, person):
    free, taken = make_seller(), make_seller()
    make_member(taken)
    for stall in (free, taken):
        client.post(reverse("producer_desk:application-new"), {"stall": stall.slug})
    assert list(SellerApplication.objects.order_by("pk").values_list("claims", flat=True)) == [free.pk, None]


def test_a_household_is_warned_that_its_address_becomes_public(client, person):
    household = make_application(applicant=person, sent=False, legal_form="household")
    company = make_application(applicant=person, sent=False, legal_form="company")
    pages = [client.get(step_url(each, "lien-he")) for each in (household, company)]
    assert [page.context["is_household"] for page in pages] == [True, False]


# --- queries
@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_the_same_queries(client, person, number, django_assert_num_queries):
    for _number in range(number):
        make_application(applicant=person)
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(reverse("producer_desk:applications"))


@pytest.mark.parametrize("number", [1, 12])
def test_the_step_of_papers_takes_the_same_queries(client, person, number, django_assert_num_queries):
    application = make_application(applicant=person, sent=False)
    for _number in range(number):
        make_paper(application)
    with django_assert_num_queries(QUERIES_OF_STEP):
        client.get(step_url(application, "giay-to"))
