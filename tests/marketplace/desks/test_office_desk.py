"""The office's desk: applications, listings with bulk approval, banned words, take-downs and suspensions."""

import datetime

import pytest
from django.urls import reverse

from catalog.domain import listings
from catalog.models import BannedWord, Listing, ListingCheck, Product, TakeDown
from marketplace.core import clock
from marketplace.desks.office import listings as office_listings
from producers.models import Partner, SellerApplication, Suspension
from tests.factories.catalog import make_member, make_picture, make_product, make_seller
from tests.factories.sellers import make_application, make_officer, make_paper, make_take_down

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES = {"index": 12, "applications": 6, "listings": 5, "measures": 5, "words": 4}


@pytest.fixture
def officer(client):
    person = make_officer()
    client.force_login(person)
    return person


def url(name: str, *args) -> str:
    return reverse(f"office_desk:{name}", args=args)


def renamed(title="Chè Tân Cương", **fields) -> ListingCheck:
    product = make_product(**fields)
    return listings.submit(product, actor=None, changes={"title": title})


# --- applications
def test_an_application_is_approved_as_a_new_stall(client, officer):
    application = make_application()
    client.post(url("application", application.pk), {"act": "approve", "stall": "new", "note": ""})
    application.refresh_from_db()
    assert (application.state, application.decided_by) == (SellerApplication.State.APPROVED, officer)
    assert application.seller.team.get().user == application.applicant


def test_a_stall_of_the_same_name_is_offered_and_handed_over(client, officer):
    stall = make_seller(name="HTX chè Tân Cương Xanh")
    application = make_application()
    form = client.get(url("application", application.pk)).context["form"]
    assert [value for value, _words in form.fields["stall"].choices] == ["new", str(stall.pk)]
    client.post(url("application", application.pk), {"act": "approve", "stall": str(stall.pk), "note": ""})
    application.refresh_from_db()
    assert application.seller == stall


def test_a_stall_that_is_no_candidate_cannot_be_given_away(client, officer):
    stall = make_seller(name="Khác hẳn")
    make_member(stall)
    application = make_application()
    sent = {"act": "approve", "stall": str(stall.pk), "note": ""}
    assert client.post(url("application", application.pk), sent).status_code == 422
    application.refresh_from_db()
    assert application.state == SellerApplication.State.SENT


@pytest.mark.parametrize("act", ["ask", "refuse"])
def test_who_asks_or_refuses_says_why(client, officer, act):
    application = make_application()
    response = client.post(url("application", application.pk), {"act": act, "stall": "new", "note": ""})
    assert response.status_code == 422
    assert "note" in response.context["form"].errors
    client.post(url("application", application.pk), {"act": act, "stall": "new", "note": "Thiếu giấy"})
    application.refresh_from_db()
    assert application.state == {"ask": "asked", "refuse": "refused"}[act]
    assert application.steps.last().note == "Thiếu giấy"


def test_a_draft_is_nobodys_business(client, officer):
    application = make_application(sent=False)
    paper = make_paper(application)
    assert client.get(url("application", application.pk)).status_code == 404
    assert client.get(url("application-paper", application.pk, paper.pk)).status_code == 404


def test_the_desk_does_not_show_a_personal_number(client, officer):
    application = make_application(business_code="", personal_number="gAAAAAB-sealed")
    assert "gAAAAAB" not in client.get(url("application", application.pk)).content.decode()


# --- listings
def test_what_is_ticked_is_approved_together(client, officer):
    checks = [renamed() for _number in range(3)]
    client.post(url("listings-approve"), {"check": [check.pk for check in checks[:2]]})
    assert Product.objects.filter(title="Chè Tân Cương").count() == 2
    assert list(ListingCheck.objects.waiting()) == [checks[2]]


def test_a_marked_listing_is_looked_at_by_itself(client, officer):
    BannedWord.objects.create(word="thần dược")
    check = renamed(title="Chè thần dược")
    page = client.get(url("listings"))
    assert f'value="{check.pk}"' not in page.content.decode()
    client.post(url("listings-approve"), {"check": [check.pk]})
    check.refresh_from_db()
    assert check.state == ListingCheck.State.WAITING
    client.post(url("listing", check.pk), {"act": "approve"})
    check.refresh_from_db()
    assert check.state == ListingCheck.State.APPROVED


def test_one_that_was_decided_meanwhile_does_not_stop_the_others(client, officer):
    first, second = renamed(), renamed()
    listings.take_back(first, actor=None)
    response = client.post(
        url("listings-approve"), {"check": [first.pk, second.pk, "x", 999_999]}, follow=True
    )
    second.refresh_from_db()
    assert second.state == ListingCheck.State.APPROVED
    assert len(list(response.context["messages"])) == 2


def test_sending_back_needs_a_reason_that_the_seller_reads(client, officer):
    check = renamed()
    response = client.post(url("listing", check.pk), {"act": "send_back", "reason": " "})
    assert response.status_code == 422
    client.post(url("listing", check.pk), {"act": "send_back", "reason": "Tên  không đúng nhãn"})
    check.refresh_from_db()
    assert (check.state, check.reason) == (ListingCheck.State.SENT_BACK, "Tên không đúng nhãn")


def test_the_page_shows_before_and_after_with_pictures(client, officer):
    product = make_product(title="Tên cũ")
    old = make_picture(product)
    pictures = [
        {"original": "products/moi-960.webp", "width": 960, "height": 720, "caption": "Vườn"},
        {"original": old.original.name, "width": 960, "height": 1200, "caption": ""},
    ]
    check = listings.submit(product, actor=None, changes={"title": "Tên mới", "pictures": pictures})
    shown = client.get(url("listing", check.pk)).context["shown"]
    assert [(part.before, part.after) for part in shown.parts] == [("Tên cũ", "Tên mới")]
    assert [picture.is_new for picture in shown.pictures] == [True, False]


def test_the_page_shows_everything_that_was_sent():
    sent = listings.content_of(make_product())
    assert set(sent) == {*office_listings.LABELS, "pictures"}


# --- words
def test_a_word_is_kept_once_in_one_form(client, officer):
    client.post(url("words"), {"word": "  Thần  DƯỢC ", "rule": "marked", "note": ""})
    word = BannedWord.objects.get()
    assert (word.word, word.folded) == ("thần dược", "than duoc")
    response = client.post(url("words"), {"word": "THẦN DƯỢC", "rule": "refused", "note": ""})
    assert response.status_code == 422
    assert client.post(url("words"), {"word": "!!!", "rule": "refused"}).status_code == 422
    client.post(url("word-remove", word.pk))
    assert not BannedWord.objects.exists()


# --- take-downs and suspensions
def measure(**fields) -> dict:
    received = clock.now().astimezone(clock.HA_NOI) - datetime.timedelta(hours=2)
    return {
        "ground": "authority",
        "authority": "Đội Quản lý thị trường số 1",
        "reference": "12/QLTT",
        "received_at": received.strftime("%Y-%m-%dT%H:%M"),
        "reason": "Nhãn sai",
        "act": "now",
        **fields,
    }


def test_a_listing_is_down_at_once_with_its_record(client, officer):
    product = make_product()
    client.post(f"{url('measure-new', 'go')}?about={product.pk}", measure())
    take_down = TakeDown.objects.get()
    assert (take_down.authority, take_down.done_by) == ("Đội Quản lý thị trường số 1", officer)
    assert take_down.due_at - take_down.received_at == datetime.timedelta(hours=24)
    assert listings.state_of(product) == Listing.State.TAKEN_DOWN
    page = client.get(product.get_absolute_url())
    assert (page.status_code, "noindex" in page.content.decode()) == (200, True)


def test_what_is_only_recorded_stands_first_until_it_is_done(client, officer):
    product = make_product()
    client.post(f"{url('measure-new', 'go')}?about={product.pk}", measure(act="later"))
    take_down = TakeDown.objects.get()
    assert client.get(url("measures")).context["rows"][0]["measure"] == take_down
    client.post(url("measure-carry-out", "go", take_down.pk))
    product.refresh_from_db()
    assert not product.is_public
    client.post(url("measure-lift", "go", take_down.pk), {"reason": "Đã sửa nhãn"})
    product.refresh_from_db()
    assert product.is_public


def test_a_stall_is_suspended_at_once_only_on_an_authoritys_request(client, officer):
    first, second = make_seller(), make_seller()
    client.post(f"{url('measure-new', 'dung')}?about={first.pk}", measure())
    client.post(f"{url('measure-new', 'dung')}?about={second.pk}", measure(ground="office", authority=""))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (Partner.State.SUSPENDED, Partner.State.OPEN)
    notice = Suspension.objects.get(seller=second)
    assert notice.begins_at - clock.now() == datetime.timedelta(days=5)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"authority": ""}, "authority"),
        ({"reason": ""}, "reason"),
        ({"received_at": "2099-01-01T00:00"}, "received_at"),
        ({"received_at": "hôm qua"}, "received_at"),
        ({"received_at": "0001-01-01T00:00"}, "received_at"),
        ({"ground": "mood"}, "ground"),
    ],
)
def test_bad_input_is_told_and_nothing_is_recorded(client, officer, fields, fault):
    product = make_product()
    response = client.post(f"{url('measure-new', 'go')}?about={product.pk}", measure(**fields))
    assert response.status_code == 422
    assert fault in response.context["form"].errors
    assert not TakeDown.objects.exists()


def test_listings_and_stalls_are_found_without_marks(client, officer):
    product = make_product(title="Chè Tân Cương")
    assert client.get(url("measure-new", "go"), {"q": "tan cuong"}).context["found"] == [product]
    stall = make_seller(name="Hợp tác xã Gốm")
    assert client.get(url("measure-new", "dung"), {"q": "gom"}).context["found"] == [stall]
    assert client.get(url("measure-new", "dung"), {"about": "x"}).status_code == 404


# --- queries
@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("name", QUERIES)
def test_the_lists_take_the_same_queries(client, officer, name, number, django_assert_num_queries):
    for place in range(number):
        make_application()
        product = make_product(title="Tên cũ")
        listings.submit(product, actor=None, changes={"title": "Tên mới", "region": product.region_id})
        make_take_down(product, actor=officer)
        BannedWord.objects.create(word=f"từ {place}")
    with django_assert_num_queries(QUERIES[name]):
        client.get(url(name))
