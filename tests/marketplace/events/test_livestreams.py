import datetime

import pytest
from django.db import IntegrityError, transaction

from marketplace.core import clock
from marketplace.core.models import Activity, PublicChange
from marketplace.events.domain import livestreams
from marketplace.events.domain.livestreams import StepForbidden, TooEarly
from marketplace.events.housekeeping import end_forgotten_livestreams
from marketplace.events.models import Livestream
from producers.models import Partner
from tests.factories.catalog import make_product, make_seller, make_user
from tests.factories.events import make_livestream

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def soon(minutes=10):
    return clock.now() + datetime.timedelta(minutes=minutes)


def test_a_livestream_goes_live_and_off_and_each_step_is_recorded():
    livestream, host = make_livestream(starts_at=soon()), make_user()
    livestreams.start(livestream, actor=host)
    assert (livestream.state, livestream.started_at) == ("live", clock.now())
    livestreams.end(livestream, actor=host)
    assert (livestream.state, livestream.ended_at) == ("ended", clock.now())
    acts = Activity.objects.order_by("pk").values_list("act", "actor")
    assert list(acts) == [("livestream.live", host.pk), ("livestream.ended", host.pk)]


def test_going_live_moves_the_version_of_the_pages():
    livestream = make_livestream(starts_at=soon())
    before = PublicChange.objects.version()
    livestreams.start(livestream, actor=None)
    assert PublicChange.objects.version() > before


def test_nobody_goes_live_long_before_the_announced_time():
    livestream = make_livestream(starts_at=soon(61))
    with pytest.raises(TooEarly):
        livestreams.start(livestream, actor=None)
    livestream.refresh_from_db()
    assert livestream.state == "planned"


@pytest.mark.parametrize(
    ("state", "act"), [("ended", "start"), ("planned", "end"), ("live", "call_off"), ("cancelled", "start")]
)
def test_steps_that_are_not_possible_change_nothing(state, act):
    livestream = make_livestream(starts_at=soon(), state=state)
    with pytest.raises(StepForbidden):
        getattr(livestreams, act)(livestream, actor=None)
    livestream.refresh_from_db()
    assert livestream.state == state


def test_what_everybody_may_see():
    now = clock.now()
    live = make_livestream(state="live", started_at=now)
    planned = make_livestream()
    ended = make_livestream(state="ended")
    make_livestream(state="cancelled")
    make_livestream(state="taken down")
    make_livestream(make_seller(state=Partner.State.SUSPENDED), state="live")
    public = Livestream.objects.public()
    assert (list(public.live_now()), list(public.coming()), list(public.past())) == (
        [live],
        [planned],
        [ended],
    )


@pytest.mark.parametrize("state", ["planned", "live", "ended"])
def test_the_office_takes_down_whatever_its_state_and_keeps_the_record(state):
    livestream = make_livestream(state=state)
    livestreams.take_down(livestream, actor=None, reason="Theo yêu cầu")
    assert (livestream.state, livestream.taken_down_because) == ("taken down", "Theo yêu cầu")
    assert not Livestream.objects.public().exists()
    with pytest.raises(StepForbidden):
        livestreams.take_down(livestream, actor=None, reason="Lần nữa")


def test_a_livestream_that_its_host_forgot_ends_by_itself():
    forgotten = make_livestream(state="live", started_at=clock.now() - datetime.timedelta(hours=6))
    fresh = make_livestream(state="live", started_at=clock.now() - datetime.timedelta(hours=5, minutes=59))
    assert end_forgotten_livestreams.call() == 1
    forgotten.refresh_from_db()
    fresh.refresh_from_db()
    assert (forgotten.state, fresh.state) == ("ended", "live")


def test_one_that_is_over_cannot_be_rewritten():
    livestream = make_livestream(state="ended")
    livestream.title = "Khác"
    with pytest.raises(StepForbidden):
        livestreams.announce(livestream, products=[], actor=None)
    assert Livestream.objects.get().title != "Khác"


def test_a_stale_form_does_not_put_a_live_one_back():
    livestream = make_livestream(starts_at=soon())
    stale = Livestream.objects.get()
    livestreams.start(livestream, actor=None)
    tea = make_product(seller=livestream.seller)
    livestreams.announce(stale, products=[tea], actor=None)
    livestream.refresh_from_db()
    assert (livestream.state, list(livestream.products.all())) == ("live", [tea])
    assert livestream.started_at == clock.now()


def test_one_that_ends_before_it_begins_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_livestream(starts_at=soon(), ends_at=clock.now())
