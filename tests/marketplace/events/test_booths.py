import pytest
from django.utils.translation import override

from marketplace.core.models import Activity
from marketplace.events.domain import booths, planning
from marketplace.events.domain.booths import (
    AlreadyRegistered,
    ProductsNotAccepted,
    RegistrationClosed,
    StepForbidden,
)
from marketplace.events.models import BoothRegistration, Event
from tests.factories.catalog import make_product, make_seller, make_user
from tests.factories.events import hold_in_the_past, make_event, make_registration

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

State = BoothRegistration.State


def register(event, seller, *products, actor=None):
    return booths.register(
        event, seller, products=products, contact_name="Lan", contact_phone="+84912345678", actor=actor
    )


def states(event):
    return list(event.registrations.order_by("pk").values_list("state", flat=True))


def taken(event):
    return Event.objects.get(pk=event.pk).booths_taken


def test_a_producer_holds_a_booth_with_its_products_and_the_history_says_who_did_it():
    event, seller, person = make_event(booths=2), make_seller(), make_user()
    tea, honey = make_product(seller=seller), make_product(seller=seller)

    registration = register(event, seller, tea, honey, actor=person)

    assert registration.state == State.HELD
    assert set(registration.products.all()) == {tea, honey}
    assert taken(event) == 1
    assert [(step.state, step.actor) for step in registration.steps.all()] == [("held", person)]
    assert Activity.objects.get(act="booth.held").subject_id == str(registration.pk)


def test_who_comes_when_all_are_taken_waits_in_the_order_of_coming(frozen):
    event = make_event(booths=1)
    for _number in range(3):
        make_registration(event)
        frozen.shift(60)
    assert states(event) == ["held", "waiting", "waiting"]
    assert taken(event) == 1


def test_who_withdraws_leaves_the_booth_to_the_first_who_waits(frozen):
    event = make_event(booths=1)
    first, second, third = (make_registration(event) for _number in range(3))

    booths.withdraw(first, actor=None)
    assert states(event) == ["withdrawn", "held", "waiting"]
    assert taken(event) == 1
    # One who only waited frees nothing.
    booths.withdraw(third, actor=None)
    assert states(event) == ["withdrawn", "held", "withdrawn"]
    second.refresh_from_db()
    booths.withdraw(second, actor=None)
    assert taken(event) == 0


def test_the_office_confirms_and_refuses_with_a_reason_which_frees_the_booth():
    event, office = make_event(booths=1), make_user()
    held, waiting = make_registration(event), make_registration(event)

    booths.refuse(held, actor=office, note="Thiếu giấy tờ")
    assert states(event) == ["refused", "held"]
    assert [(step.state, step.note) for step in held.steps.all()] == [
        ("held", ""),
        ("refused", "Thiếu giấy tờ"),
    ]
    booths.confirm(waiting, actor=office)
    assert states(event) == ["refused", "confirmed"]
    assert list(BoothRegistration.objects.confirmed()) == [waiting]
    assert taken(event) == 1


def test_a_refusal_without_a_reason_is_a_mistake():
    registration = make_registration(make_event())
    with pytest.raises(ValueError, match="reason"):
        booths.refuse(registration, actor=None, note=" ")
    registration.refresh_from_db()
    assert registration.state == State.HELD


def test_who_waits_cannot_be_confirmed():
    event = make_event(booths=1)
    make_registration(event)
    waiting = make_registration(event)
    with pytest.raises(StepForbidden):
        booths.confirm(waiting, actor=None)
    assert states(event) == ["held", "waiting"]


@pytest.mark.parametrize("step", ["confirm", "withdraw"])
def test_a_second_click_is_told_and_changes_nothing(step):
    event = make_event()
    registration = make_registration(event)
    act = getattr(booths, step)
    act(registration, actor=None)
    before = states(event), taken(event), registration.steps.count()
    if step == "confirm":
        with pytest.raises(StepForbidden):
            booths.confirm(registration, actor=None)
    else:
        with pytest.raises(StepForbidden):
            booths.withdraw(registration, actor=None)
    assert (states(event), taken(event), registration.steps.count()) == before


def test_one_registration_for_each_stall_and_who_withdrew_may_come_again_behind_the_others():
    event = make_event(booths=1)
    first = make_registration(event)
    with pytest.raises(AlreadyRegistered):
        register(event, first.seller, first.products.first())
    second = make_registration(event)
    booths.withdraw(first, actor=None)

    again = register(event, first.seller, first.products.first())

    assert again.pk == first.pk
    assert again.state == State.WAITING
    second.refresh_from_db()
    assert second.state == State.HELD


def test_only_the_sellers_own_listed_products_with_enough_stars():
    event, seller = make_event(minimum_stars=4), make_seller()
    four = make_product(seller=seller, stars=4)
    three = make_product(seller=seller, stars=3)
    expired = make_product(seller=seller, stars=5, certification={"recognised_year": 2020})
    foreign = make_product(stars=5)

    assert list(booths.accepted_products(event, seller)) == [four]
    for chosen in ([], [three], [four, three], [expired], [foreign]):
        with pytest.raises(ProductsNotAccepted):
            register(event, seller, *chosen)
    assert states(event) == []
    assert register(event, seller, four).state == State.HELD


def test_where_no_stars_are_asked_for_what_is_listed_will_do():
    event, seller = make_event(), make_seller()
    expired = make_product(seller=seller, stars=3, certification={"recognised_year": 2020})
    assert register(event, seller, expired).state == State.HELD


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"state": "cancelled"}, {"booths": None}])
def test_an_event_that_takes_no_registrations(fields):
    event, seller = make_event(**fields), make_seller()
    with pytest.raises(RegistrationClosed):
        register(event, seller, make_product(seller=seller))
    assert states(event) == []


def test_what_was_is_over_and_stays_as_it_was():
    event = make_event()
    registration = make_registration(event, confirmed=True)
    hold_in_the_past(event)
    with pytest.raises(StepForbidden):
        booths.withdraw(registration, actor=None)
    with pytest.raises(StepForbidden):
        booths.choose_products(registration, registration.products.all(), actor=None)
    assert states(event) == ["confirmed"]


def test_products_can_be_changed_within_the_rules():
    event = make_event(minimum_stars=3)
    registration = make_registration(event)
    other = make_product(seller=registration.seller, stars=4)
    booths.choose_products(registration, [other], actor=None)
    assert list(registration.products.all()) == [other]
    with pytest.raises(ProductsNotAccepted):
        booths.choose_products(registration, [make_product()], actor=None)
    assert list(registration.products.all()) == [other]


def test_booths_that_the_office_adds_go_to_those_who_wait():
    event = make_event(booths=1)
    for _number in range(4):
        make_registration(event)
    event.refresh_from_db()
    event.booths = 3
    planning.save_changes(event, ["booths"], actor=None)
    assert states(event) == ["held", "held", "held", "waiting"]
    assert taken(event) == 3


def test_a_change_that_calendars_show_is_a_new_revision():
    event = make_event()
    event.intro = "Mới"
    planning.save_changes(event, ["intro"], actor=None)
    assert event.sequence == 0
    event.venue = "Đình làng"
    planning.save_changes(event, ["venue"], actor=None)
    assert event.sequence == 1


def test_saving_an_event_does_not_forget_a_booth_that_was_taken_meanwhile():
    event = make_event(booths=2)
    stale = Event.objects.get(pk=event.pk)
    make_registration(event)
    planning.save_changes(stale, ["title"], actor=None)
    assert taken(event) == 1


def test_refusals_are_told_in_words():
    event, seller = make_event(minimum_stars=4), make_seller()
    with override("en"), pytest.raises(ProductsNotAccepted) as raised:
        register(event, seller)
    assert str(raised.value) == "Choose products of this stall with 4 stars or more in force today."
