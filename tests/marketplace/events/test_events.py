import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from marketplace.core import clock
from marketplace.events.models import Event
from tests.factories.catalog import make_region
from tests.factories.events import make_event

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

Precision = Event.Precision


def day(text):
    return datetime.date.fromisoformat(text)


def event_that(**fields):
    return Event(**{"title": "Hội chợ", "kind": Event.Kind.FAIR, "starts_on": day("2026-12-01"), **fields})


def errors_of(event):
    with override("en"):
        with pytest.raises(ValidationError) as raised:
            event.full_clean()
        return raised.value.message_dict


def test_an_event_that_ends_before_it_begins_is_refused_at_the_field():
    event = event_that(ends_on=day("2026-11-30"))
    assert errors_of(event) == {"ends_on": ["The event would end before it begins."]}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_on": None}, "starts_on"),
        ({"precision": Precision.UNKNOWN}, "precision"),
        ({"opens_at": datetime.time(20), "closes_at": datetime.time(8)}, "closes_at"),
        ({"slug": "truc-tiep"}, "slug"),
        ({"latitude": 21.0}, "longitude"),
        ({"registration_opens_on": day("2026-11-01")}, "registration_closes_on"),
        (
            {
                "registration_opens_on": day("2026-11-20"),
                "registration_closes_on": day("2026-11-10"),
                "booths": 1,
            },
            "registration_closes_on",
        ),
        (
            {
                "registration_opens_on": day("2026-11-01"),
                "registration_closes_on": day("2026-12-02"),
                "booths": 1,
            },
            "registration_closes_on",
        ),
        ({"registration_opens_on": day("2026-11-01"), "registration_closes_on": day("2026-11-10")}, "booths"),
    ],
)
def test_what_cannot_be_is_said_where_it_is_to_be_mended(fields, field):
    assert field in errors_of(event_that(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_on": day("2026-11-30")},
        {"starts_on": None, "precision": Precision.DAY},
        {"booths": 1, "booths_taken": 2},
        {"booths": None, "booths_taken": 1},
        {"registration_opens_on": day("2026-11-20"), "registration_closes_on": day("2026-11-10")},
    ],
)
def test_the_database_refuses_it_too(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        event_that(**fields).save()
    assert not Event.objects.exists()


def test_slugs_lose_their_marks_and_are_numbered():
    titles = ["Hội chợ Đường Lâm", "Hội chợ Đường Lâm", "Hội chợ Đường Lâm", "Trực tiếp"]
    slugs = [make_event(title=title).slug for title in titles]
    assert slugs == ["hoi-cho-duong-lam", "hoi-cho-duong-lam-2", "hoi-cho-duong-lam-3", "truc-tiep-2"]


def test_coming_past_and_this_month():
    today = clock.today()
    on_now = make_event(starts_on=today - datetime.timedelta(days=2), ends_on=today, booths=None)
    soon = make_event(starts_on=today + datetime.timedelta(days=3), booths=None)
    next_month = make_event(starts_on=day("2026-12-10"), booths=None)
    in_november = make_event(starts_on=day("2026-11-15"), precision=Precision.MONTH, booths=None)
    over = make_event(starts_on=today - datetime.timedelta(days=1), booths=None)
    this_year = make_event(starts_on=day("2026-05-05"), precision=Precision.YEAR, booths=None)
    undated = make_event(precision=Precision.UNKNOWN, booths=None)
    draft = make_event(state=Event.State.DRAFT, booths=None)

    public = Event.objects.public()
    assert draft not in public
    assert list(public.coming()) == [this_year, in_november, on_now, soon, next_month]
    assert list(public.past()) == [over, undated]
    assert list(public.this_month()) == [in_november, on_now, soon]
    assert list(public.in_month(2026, 12)) == [next_month]


def test_it_is_on_only_where_its_days_are_known():
    today = clock.today()
    assert make_event(starts_on=today, booths=None).is_on
    assert not make_event(starts_on=today, precision=Precision.MONTH, booths=None).is_on
    assert not make_event(starts_on=today, booths=None, state=Event.State.CANCELLED).is_on


@pytest.mark.parametrize(
    ("opens", "closes", "is_open"), [(0, 0, True), (-3, 3, True), (1, 5, False), (-5, -1, False)]
)
def test_registration_is_open_from_the_first_to_the_last_day(opens, closes, is_open):
    today = clock.today()
    event = make_event(
        registration_opens_on=today + datetime.timedelta(days=opens),
        registration_closes_on=today + datetime.timedelta(days=closes),
    )
    assert event.is_open_for_registration is is_open


def test_it_is_found_by_words_without_marks_and_by_its_place():
    event = make_event(title="Hội chợ Đường Lâm", venue="Đình làng", region=make_region("Xã Bát Tràng"))
    assert event.folded.startswith("hoi cho duong lam dinh lang xa bat trang")


def test_texts_are_shown_in_the_readers_language_and_the_other_where_it_lacks():
    event = make_event(title="Hội chợ", title_en="Fair", intro="Giới thiệu")
    with override("en"):
        assert (event.display_title, event.title_language) == ("Fair", "en")
        assert (event.display_intro, event.intro_language) == ("Giới thiệu", "vi")
    with override("vi"):
        assert (event.display_title, event.title_language) == ("Hội chợ", "vi")
