import pytest

from marketplace.core.roles import TeamRole
from marketplace.events.domain import booths, planning
from marketplace.events.models import Event
from tests.factories.catalog import make_member
from tests.factories.events import make_event, make_registration
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def event():
    return make_event(title="Hội chợ Đường Lâm", title_en="Đường Lâm fair", booths=1)


def mails():
    return [name for name, _arguments in waiting() if name.startswith("mail_")]


def in_english(person):
    person.language = "en"
    person.save()
    return person


def test_the_team_is_told_that_the_booth_is_confirmed(event, mailoutbox):
    registration = make_registration(event)
    owner = in_english(make_member(registration.seller, TeamRole.OWNER))
    make_member(registration.seller, TeamRole.PACKER)
    booths.confirm(registration, actor=None, note="Gian số 7")

    run_tasks()

    [mail] = mailoutbox
    assert mail.to == [owner.email]
    assert mail.subject == "Your booth is confirmed: Đường Lâm fair"
    assert "Gian số 7" in mail.body
    assert "/en/ban-hang/su-kien/hoi-cho-duong-lam/" in mail.body
    assert "Gian số 7" in mail.alternatives[0][0]


def test_a_refusal_tells_its_reason_and_the_first_who_waits_that_a_booth_is_free(event, mailoutbox):
    refused, promoted, still_waiting = (make_registration(event) for _number in range(3))
    people = [in_english(make_member(each.seller)) for each in (refused, promoted, still_waiting)]
    booths.refuse(refused, actor=None, note="Thiếu giấy tờ")

    run_tasks()

    assert {(mail.to[0], mail.subject) for mail in mailoutbox} == {
        (people[0].email, "Your registration was refused: Đường Lâm fair"),
        (people[1].email, "A booth has become free for you: Đường Lâm fair"),
    }


def test_holding_waiting_and_withdrawing_oneself_are_no_news(event, mailoutbox):
    held, _waits = make_registration(event), make_registration(event)
    assert mails() == []
    booths.withdraw(held, actor=None)
    # That a booth has become free is news to the one who waited.
    assert mails() == ["mail_booth_moved"]


def test_a_cancelled_event_is_told_to_all_who_registered_once(event, mailoutbox):
    event.booths = 2
    event.save()
    registrations = [make_registration(event, confirmed=number == 0) for number in range(2)]
    withdrawn = make_registration(event)
    booths.withdraw(withdrawn, actor=None)
    for registration in (*registrations, withdrawn):
        in_english(make_member(registration.seller))
    event.refresh_from_db()
    event.state, event.cancelled_because = Event.State.CANCELLED, "Mưa lớn"

    planning.save_changes(event, ["state"], actor=None)
    planning.save_changes(event, ["intro"], actor=None)
    run_tasks()

    cancelled = [mail for mail in mailoutbox if mail.subject == "Cancelled: Đường Lâm fair"]
    assert len(cancelled) == 2
    assert all("Mưa lớn" in mail.body for mail in cancelled)
