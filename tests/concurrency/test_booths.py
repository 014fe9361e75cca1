"""The last booth and many producers, on SQLite and on PostgreSQL."""

from collections import Counter

import pytest

from marketplace.events.domain import booths
from marketplace.events.domain.booths import AlreadyRegistered, StepForbidden
from marketplace.events.models import BoothRegistration, Event
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_product, make_seller
from tests.factories.events import make_event, make_registration

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def register(event, seller, product):
    return booths.register(
        event, seller, products=[product], contact_name="Lan", contact_phone="+84912345678", actor=None
    )


def states(event) -> Counter:
    return Counter(event.registrations.values_list("state", flat=True))


def assert_counter_is_right(event) -> None:
    occupying = event.registrations.filter(state__in=("held", "confirmed")).count()
    assert Event.objects.get(pk=event.pk).booths_taken == occupying


def test_twenty_producers_and_the_last_booth_exactly_one_gets_it():
    event = make_event(booths=1)
    sellers = [make_seller() for _number in range(20)]
    products = [make_product(seller=seller) for seller in sellers]

    results = at_once(20, lambda place: register(event, sellers[place], products[place]))

    assert [type(result) for result in results] == [BoothRegistration] * 20
    assert states(event) == {"held": 1, "waiting": 19}
    assert_counter_is_right(event)


def test_one_producer_with_many_clicks_is_registered_once():
    event, seller = make_event(booths=5), make_seller()
    product = make_product(seller=seller)

    results = at_once(8, lambda place: register(event, seller, product))

    assert Counter(type(result) for result in results) == {BoothRegistration: 1, AlreadyRegistered: 7}
    assert states(event) == {"held": 1}
    assert_counter_is_right(event)


def test_who_withdraw_at_once_leave_their_booths_to_as_many_who_wait():
    event = make_event(booths=3)
    registrations = [make_registration(event) for _number in range(8)]
    assert states(event) == {"held": 3, "waiting": 5}

    at_once(3, lambda place: booths.withdraw(registrations[place], actor=None))

    assert states(event) == {"withdrawn": 3, "held": 3, "waiting": 2}
    waiting = event.registrations.filter(state="waiting").order_by("pk")
    assert list(waiting) == registrations[6:]
    assert_counter_is_right(event)


def test_confirming_and_withdrawing_at_once_end_in_one_story():
    event = make_event(booths=1)
    registration, other = make_registration(event), make_registration(event)

    def act(place):
        mine = BoothRegistration.objects.get(pk=registration.pk)
        step = booths.confirm if place % 2 else booths.withdraw
        return step(mine, actor=None)

    results = at_once(6, act)

    # The withdrawal may come before or after the confirmation, and happens once.
    assert {type(result) for result in results} <= {type(None), StepForbidden}
    registration.refresh_from_db()
    other.refresh_from_db()
    assert (registration.state, other.state) == ("withdrawn", "held")
    steps = list(registration.steps.values_list("state", flat=True))
    assert steps in (["held", "withdrawn"], ["held", "confirmed", "withdrawn"])
    assert_counter_is_right(event)
