"""Events as everybody sees them, and as the office plans them."""

import datetime
import json
import re

import pytest
from django.contrib.auth.models import Group
from icalendar import Calendar

from cms.domain.site import set_up
from cms.models import EventIndex
from marketplace.core import clock
from marketplace.core.models import User
from marketplace.core.roles import Role
from marketplace.events.models import Event, Livestream
from producers.models import Partner
from tests.factories.catalog import make_product, make_region, make_seller, make_user
from tests.factories.events import hold_in_the_past, make_event, make_livestream, make_registration

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def page_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def past(text, **fields):
    return make_event(starts_on=datetime.date.fromisoformat(text), booths=None, **fields)


# --- the list
def test_without_events_the_list_says_so_and_offers_the_calendar(client):
    page = page_of(client.get("/en/su-kien/"))
    assert "No new event yet" in page
    assert "/en/su-kien/lich.ics" in page


def test_coming_events_stand_before_past_ones_and_drafts_nowhere(client):
    make_event(title="Sắp tới")
    past("2026-02-04", title="Đã qua")
    make_event(title="Bản nháp", state=Event.State.DRAFT)
    page = page_of(client.get("/su-kien/"))
    assert page.index("Sắp tới") < page.index("Đã qua")
    assert "Bản nháp" not in page


def test_years_are_tabs_and_what_has_no_date_has_its_own(client):
    past("2025-05-10", title="Năm trước")
    past("2026-02-04", title="Năm nay")
    past("2024-01-01", title="Chỉ biết năm", precision=Event.Precision.YEAR)
    make_event(title="Không rõ ngày nào", precision=Event.Precision.UNKNOWN, booths=None)
    page = page_of(client.get("/en/su-kien/?year=2025"))
    assert "Năm trước" in page
    assert "Năm nay" not in page
    assert "May 2025" in page
    assert "2024, month not known" in page_of(client.get("/en/su-kien/?year=2024"))
    assert "Không rõ ngày nào" in page_of(client.get("/en/su-kien/?year=none"))
    years = [option.value for option in client.get("/su-kien/").context["years"]]
    assert years == ["2026", "2025", "2024", "none"]


def test_the_list_is_narrowed_by_kind_place_and_words(client):
    village = make_region("Xã Bát Tràng")
    past("2026-02-04", title="Hội chợ gốm", kind=Event.Kind.FAIR, region=village)
    past("2026-02-05", title="Tập huấn", kind=Event.Kind.TRAINING, region=village)
    past("2026-02-06", title="Hội chợ khác", kind=Event.Kind.FAIR, region=make_region("Xã Ô Diên"))

    def titles(query):
        context = client.get(f"/su-kien/?{query}").context
        return [event.title for month in context["latest"] for event in month.events]

    assert titles("kind=fair") == ["Hội chợ khác", "Hội chợ gốm"]
    assert titles(f"kind=fair&place={village.key}") == ["Hội chợ gốm"]
    assert titles("q=hoi+cho+gom") == ["Hội chợ gốm"]
    assert titles("q=bat+trang&kind=training") == ["Tập huấn"]
    assert "noindex" in page_of(client.get("/su-kien/?kind=fair"))


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "place=%00", "year=20x6", "year=٢٠٢٦", "page=-1", "page=9999", "year=0000", "q=!!!"],
)
def test_what_cannot_be_understood_in_the_address_is_left_out(client, query):
    make_event(title="Sắp tới")
    assert client.get(f"/su-kien/?{query}").status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_number_of_queries(client, regions, django_assert_num_queries, count):
    for number in range(count):
        make_event(region=make_region("Xã Bát Tràng"), title_en=f"Fair {number}")
        past("2026-02-04", region=make_region("Xã Ô Diên"))
        make_livestream(state="live")
    client.get("/su-kien/")
    with django_assert_num_queries(8):
        client.get("/su-kien/")
    with django_assert_num_queries(7):
        client.get("/su-kien/?year=2026")


def test_editors_words_stand_above_the_list_in_each_language(client):
    home = set_up()
    english = home.get_translations().get(locale__language_code="en").specific
    for parent, title in ((home, "Chợ phiên"), (english, "Markets")):
        page = EventIndex.objects.child_of(parent).get()
        page.title, page.intro = title, f"{title}!"
        page.save_revision().publish()
    assert "<h1>Chợ phiên</h1>" in page_of(client.get("/su-kien/"))
    assert "<h1>Markets</h1>" in page_of(client.get("/en/su-kien/"))


def test_the_editors_preview_shows_the_list():
    page = EventIndex.objects.child_of(set_up()).get()
    page.title = "Chợ phiên"
    make_event(title="Sắp tới")
    preview = page.make_preview_request().content.decode()
    assert "Chợ phiên" in preview
    assert "Sắp tới" in preview


# --- a month
def test_a_month_is_a_calendar_and_a_list(client):
    event = make_event(
        title="Tuần hàng",
        starts_on=datetime.date(2026, 11, 27),
        ends_on=datetime.date(2026, 12, 1),
        registration_closes_on=datetime.date(2026, 11, 26),
    )
    past("2026-11-01", title="Chỉ biết tháng", precision=Event.Precision.MONTH)
    past("2026-01-01", title="Chỉ biết năm", precision=Event.Precision.YEAR)
    page = page_of(client.get("/en/su-kien/thang/2026-11/"))
    # Its five days are all in the weeks that the calendar shows.
    grid = page.partition("<table")[2].partition("</table>")[0]
    assert grid.count(event.get_absolute_url()) == 5
    assert "Chỉ biết tháng" not in grid
    assert "In this month, the day is not known" in page
    assert "Chỉ biết năm" not in page
    assert "/en/su-kien/thang/2026-12/" in page
    assert event.title in page_of(client.get("/su-kien/thang/2026-12/"))


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "1999-12", "2100-01", "26-11", "2026-1"])
def test_a_month_that_there_is_not(client, month):
    assert client.get(f"/su-kien/thang/{month}/").status_code == 404


def test_nobody_walks_into_empty_months(client):
    past("2026-10-05")
    page = page_of(client.get("/su-kien/thang/2026-10/"))
    assert "thang/2026-09/" not in page
    assert "thang/2026-11/" in page
    assert "noindex" in page_of(client.get("/su-kien/thang/2031-05/"))


@pytest.mark.parametrize("count", [1, 30])
def test_a_month_takes_the_same_number_of_queries(client, django_assert_num_queries, count):
    for _number in range(count):
        make_event(region=make_region("Xã Bát Tràng"))
    client.get("/su-kien/thang/2026-12/")
    with django_assert_num_queries(4):
        client.get("/su-kien/thang/2026-12/")


# --- one event
def test_the_page_of_an_event_has_its_facts_and_the_way_to_register(client):
    event = make_event(
        title="Hội chợ Đường Lâm",
        minimum_stars=3,
        organiser="Sở Công Thương Hà Nội",
        region=make_region("Xã Bát Tràng"),
        source_url="https://www.example.org/tin",
    )
    make_registration(event)
    page = page_of(client.get(f"/en/su-kien/{event.slug}/"))
    assert "2 of 3 booths are free." in page
    assert f"/en/ban-hang/su-kien/{event.slug}/" in page
    assert "Sở Công Thương Hà Nội" in page
    assert ">example.org</a>" in page
    assert 'class="map"' in page


def test_only_confirmed_producers_of_open_stalls_are_named_with_what_is_listed_today(client):
    event = make_event(booths=5)
    confirmed = make_registration(event, confirmed=True, products=2)
    withdrawn_product = confirmed.products.order_by("pk").first()
    held = make_registration(event)
    closed = make_registration(event, make_seller(), confirmed=True)
    Partner.objects.filter(pk=closed.seller_id).update(state=Partner.State.CLOSED)
    withdrawn_product.certification.withdrawn_on = clock.today()
    withdrawn_product.certification.save()
    page = page_of(client.get(event.get_absolute_url()))
    assert confirmed.seller.name in page
    assert held.seller.name not in page
    assert closed.seller.name not in page
    shown = [
        card.pk
        for each in client.get(event.get_absolute_url()).context["participants"]
        for card in each.products
    ]
    assert shown == [confirmed.products.order_by("pk").last().pk]


@pytest.mark.parametrize("count", [1, 30])
def test_an_event_takes_the_same_number_of_queries(client, django_assert_num_queries, count):
    event = make_event(booths=count)
    for _number in range(count):
        make_registration(event, confirmed=True, products=2)
        event.programme.create(title="Khai mạc", on=event.starts_on, starts_at=datetime.time(9))
    client.get(event.get_absolute_url())
    with django_assert_num_queries(8):
        client.get(event.get_absolute_url())


def test_a_cancelled_event_says_so_and_takes_nobody(client):
    event = make_event(state=Event.State.CANCELLED, cancelled_because="Mưa lớn")
    page = page_of(client.get(f"/en/su-kien/{event.slug}/"))
    assert "This event was cancelled" in page
    assert "Mưa lớn" in page
    assert "/ban-hang/su-kien/" not in page


@pytest.mark.parametrize("state", [Event.State.DRAFT, None])
def test_a_draft_is_not_there(client, state):
    slug = make_event(state=state).slug if state else "khong-co"
    assert client.get(f"/su-kien/{slug}/").status_code == 404
    assert client.get(f"/su-kien/{slug}/lich.ics").status_code == 404


def described(page):
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return next((each for each in map(json.loads, blocks) if each["@type"] == "Event"), None)


def test_search_engines_read_what_is_known_and_no_more(client):
    event = past(
        "2026-02-01",
        title="Chợ Tết </script><b>",
        precision=Event.Precision.MONTH,
        venue="Sân đình",
        region=make_region("Xã Bát Tràng"),
        organiser="Sở Công Thương",
    )
    thing = described(page_of(client.get(event.get_absolute_url())))
    assert thing["name"] == "Chợ Tết </script><b>"
    assert (thing["startDate"], thing.get("endDate")) == ("2026-02", None)
    assert thing["eventStatus"] == "https://schema.org/EventScheduled"
    assert thing["location"]["name"] == "Sân đình"
    assert thing["location"]["address"]["addressLocality"] == "Xã Bát Tràng"
    assert thing["organizer"]["name"] == "Sở Công Thương"
    cancelled = make_event(state=Event.State.CANCELLED)
    thing = described(page_of(client.get(cancelled.get_absolute_url())))
    assert thing["eventStatus"] == "https://schema.org/EventCancelled"
    assert described(page_of(client.get(make_event(is_fictional=True).get_absolute_url()))) is None


# --- calendars and feeds
def test_the_calendar_has_what_is_coming_and_was_within_three_years_where_days_are_known(client):
    known = [make_event(), past("2023-11-24"), make_event(state=Event.State.CANCELLED)]
    past("2023-11-23")
    past("2026-02-01", precision=Event.Precision.MONTH)
    make_event(state=Event.State.DRAFT)
    answer = client.get("/su-kien/lich.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(entry["uid"]) for entry in entries} == {str(event.uid) for event in known}


def test_one_event_for_a_calendar_and_none_without_a_day(client):
    event = make_event()
    answer = client.get(f"{event.get_absolute_url()}lich.ics")
    [entry] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(entry["url"]) == f"http://testserver{event.get_absolute_url()}"
    undated = past("2026-02-01", precision=Event.Precision.MONTH)
    assert client.get(f"{undated.get_absolute_url()}lich.ics").status_code == 404


@pytest.mark.parametrize(
    "path", ["/su-kien/rss.xml", "/en/su-kien/rss.xml", "/su-kien/atom.xml", "/en/su-kien/atom.xml"]
)
def test_feeds_name_the_newest_events(client, path):
    make_event(title="Hội chợ & <b>", title_en="Fair & <b>")
    make_event(state=Event.State.DRAFT, title="Bản nháp", title_en="Draft")
    answer = client.get(path)
    text = answer.content.decode()
    titles = re.findall(r"<title[^>]*>(.*?)</title>", text)
    assert titles[1:] == ["Fair &amp; &lt;b&gt;" if path.startswith("/en/") else "Hội chợ &amp; &lt;b&gt;"]
    assert "http://testserver" in text


def test_a_search_finds_events_by_title_and_place(client):
    make_event(title="Hội chợ Đường Lâm", region=make_region("Xã Bát Tràng"))
    make_event(title="Hội chợ nháp", state=Event.State.DRAFT)
    page = page_of(client.get("/en/tim-kiem/?q=duong+lam"))
    assert "Hội chợ Đường Lâm" in page
    assert "nháp" not in page_of(client.get("/en/tim-kiem/?q=hoi+cho"))


# --- livestreams
def test_livestreams_that_are_on_planned_and_over(client):
    make_livestream(title="Đang phát", state="live")
    make_livestream(title="Sắp phát")
    make_livestream(title="Đã phát", state="ended")
    make_livestream(title="Đã gỡ", state="taken down")
    page = page_of(client.get("/su-kien/truc-tiep/"))
    assert page.index("Đang phát") < page.index("Sắp phát") < page.index("Đã phát")
    assert "Đã gỡ" not in page
    assert "Đang phát" in page_of(client.get("/su-kien/"))
    assert "Sắp phát" not in page_of(client.get("/su-kien/"))


def test_a_livestream_names_host_and_products_and_takes_complaints(client):
    livestream = make_livestream(title="Mùa sen", state="live")
    tea = make_product(seller=livestream.seller, title="Trà sen")
    hidden = make_product(seller=livestream.seller, title="Chưa công nhận", recognised=False)
    livestream.products.set([tea, hidden])
    page = page_of(client.get(f"/en/su-kien/truc-tiep/{livestream.pk}/"))
    assert livestream.seller.name in page
    assert "Trà sen" in page
    assert "Chưa công nhận" not in page
    assert "/en/lien-he/?topic=livestream&amp;about=M%C3%B9a+sen" in page
    assert livestream.presenter not in page
    assert "<iframe" not in page


@pytest.mark.parametrize("state", ["cancelled", "taken down"])
def test_a_livestream_that_was_taken_back_is_not_there(client, state):
    assert client.get(f"/su-kien/truc-tiep/{make_livestream(state=state).pk}/").status_code == 404


# --- the office
@pytest.fixture
def office(client):
    return logged_in(client, Role.OFFICE)


def logged_in(client, role):
    set_up()
    person = make_user()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def event_form(**changes):
    return {
        "title": "Hội chợ Tết",
        "kind": "fair",
        "state": "draft",
        "precision": "day",
        "starts_on": "2026-12-20",
        "programme-TOTAL_FORMS": "0",
        "programme-INITIAL_FORMS": "0",
        "programme-MIN_NUM_FORMS": "0",
        "programme-MAX_NUM_FORMS": "1000",
        **changes,
    }


def test_the_office_plans_an_event_with_its_programme(office):
    form = event_form(
        **{
            "state": "published",
            "programme-TOTAL_FORMS": "1",
            "programme-0-title": "Khai mạc",
            "programme-0-starts_at": "09:00",
        }
    )
    answer = office.post("/quan-tri/lich-su-kien/new/", form)
    assert answer.status_code == 302
    event = Event.objects.get()
    assert (event.slug, event.state) == ("hoi-cho-tet", "published")
    assert [item.title for item in event.programme.all()] == ["Khai mạc"]
    assert "Khai mạc" in page_of(office.get(event.get_absolute_url()))


def test_an_event_that_ends_before_it_begins_is_refused_in_plain_words(office):
    page = page_of(office.post("/quan-tri/lich-su-kien/new/", event_form(ends_on="2026-12-19")))
    assert not Event.objects.exists()
    assert "ends_on" in page


def test_a_change_by_the_office_counts_up_for_calendars_and_a_cancellation_is_kept(office):
    event = make_event(booths=None)
    form = event_form(title=event.title, slug=event.slug, state="cancelled", cancelled_because="Mưa lớn")
    assert office.post(f"/quan-tri/lich-su-kien/edit/{event.pk}/", form).status_code == 302
    event.refresh_from_db()
    assert (event.state, event.sequence, event.cancelled_because) == ("cancelled", 1, "Mưa lớn")
    assert office.post(f"/quan-tri/lich-su-kien/delete/{event.pk}/").status_code == 302
    assert Event.objects.filter(pk=event.pk).exists()


def test_editors_draft_events_and_only_chief_editors_publish_them(client):
    editor = logged_in(client, Role.EDITOR)
    editor.post("/quan-tri/lich-su-kien/new/", event_form(state="published"))
    event = Event.objects.get()
    assert event.state == "draft"
    form = event_form(title="Đổi tên", slug=event.slug)
    assert editor.post(f"/quan-tri/lich-su-kien/edit/{event.pk}/", form).status_code == 302
    event.refresh_from_db()
    assert event.title == "Đổi tên"
    Event.objects.update(state="published")
    editor.post(f"/quan-tri/lich-su-kien/edit/{event.pk}/", event_form(title="Lần nữa", slug=event.slug))
    event.refresh_from_db()
    assert event.title == "Đổi tên"
    chief = logged_in(client, Role.CHIEF_EDITOR)
    form = event_form(title="Lần nữa", slug=event.slug, state="published")
    chief.post(f"/quan-tri/lich-su-kien/edit/{event.pk}/", form)
    event.refresh_from_db()
    assert (event.title, event.state) == ("Lần nữa", "published")


def test_the_office_decides_on_registrations_and_says_why(office):
    event = make_event(booths=1)
    first, second = make_registration(event), make_registration(event)
    url = f"/quan-tri/dang-ky-gian/edit/{first.pk}/"
    assert first.products.get().title in page_of(office.get(url))
    assert office.post(url, {"decision": "refuse", "note": ""}).status_code == 200
    first.refresh_from_db()
    assert first.state == "held"
    assert office.post(url, {"decision": "refuse", "note": "Thiếu giấy tờ"}).status_code == 302
    assert office.post(url, {"decision": "confirm"}).status_code == 200
    assert (
        office.post(f"/quan-tri/dang-ky-gian/edit/{second.pk}/", {"decision": "confirm"}).status_code == 302
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("refused", "confirmed")


@pytest.mark.parametrize("path", ["dang-ky-gian/new/", "dang-ky-gian/delete/{pk}/"])
def test_nobody_makes_or_removes_registrations_by_hand(client, path):
    set_up()
    registration = make_registration(make_event())
    administrator = User.objects.create_superuser("quan-tri@example.org", "a password for tests")
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/quan-tri/{path.format(pk=registration.pk)}", {}).status_code == 302
    registration.refresh_from_db()


def test_the_office_takes_a_livestream_down(office):
    livestream = make_livestream(state="live", title="Mùa sen")
    url = f"/quan-tri/truc-tiep/edit/{livestream.pk}/"
    form = {
        "seller": livestream.seller_id,
        "title": livestream.title,
        "url": livestream.url,
        "presenter": livestream.presenter,
        "starts_at": "2026-11-24 09:00",
        "take_down": "Theo yêu cầu của cơ quan chức năng",
    }
    assert office.post(url, form).status_code == 302
    livestream.refresh_from_db()
    assert livestream.state == "taken down"
    assert not Livestream.objects.public().exists()


def test_the_office_chooses_the_products_of_a_livestream_among_those_of_its_seller(office):
    livestream = make_livestream(title="Mùa sen")
    own, foreign = (
        make_product(seller=livestream.seller, title="Trà sen"),
        make_product(title="Của người khác"),
    )
    url = f"/quan-tri/truc-tiep/edit/{livestream.pk}/"
    form = {
        "seller": livestream.seller_id,
        "title": livestream.title,
        "url": livestream.url,
        "presenter": livestream.presenter,
        "starts_at": "2026-11-25 09:00",
        "take_down": "",
    }
    page = page_of(office.get(url))
    assert "Trà sen" in page
    assert "Của người khác" not in page
    assert office.post(url, {**form, "products": [foreign.pk]}).status_code == 200
    assert office.post(url, {**form, "products": [own.pk]}).status_code == 302
    assert list(livestream.products.all()) == [own]


@pytest.mark.parametrize("count", [1, 19])
@pytest.mark.parametrize(("path", "queries"), [("lich-su-kien", 11), ("dang-ky-gian", 11), ("truc-tiep", 11)])
def test_the_offices_lists_take_the_same_number_of_queries(
    office, django_assert_num_queries, count, path, queries
):
    event = make_event(booths=count)
    for _number in range(count):
        make_event()
        make_registration(event)
        make_livestream()
    office.get(f"/quan-tri/{path}/")
    with django_assert_num_queries(queries):
        office.get(f"/quan-tri/{path}/")


def test_fairs_attended_stay_on_the_stall(client):
    seller = make_seller()
    attended, coming = make_event(title="Đã dự"), make_event(title="Sắp dự")
    make_registration(attended, seller, confirmed=True)
    make_registration(coming, seller, confirmed=True)
    make_registration(make_event(title="Chưa xác nhận"), seller)
    hold_in_the_past(attended)
    page = page_of(client.get(f"/en/gian-hang/{seller.slug}/"))
    assert page.index("Where to meet us") < page.index("Sắp dự") < page.index("Fairs attended")
    assert page.index("Fairs attended") < page.index("Đã dự")
    assert "Chưa xác nhận" not in page
