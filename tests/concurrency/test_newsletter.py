"""Several workers send one newsletter, several editors begin it, several people answer one letter."""

from collections import Counter

import pytest

from cms import mailings
from cms.domain import enquire, issues
from cms.domain.enquire import AlreadyAnswered, Sender
from cms.domain.issues import AlreadyBegun
from cms.models import Delivery, Enquiry, EnquiryEvent, Issue
from marketplace.notifications.models import Subscription
from tests.cms import mail_servers
from tests.concurrency.crowd import at_once
from tests.factories.catalog import make_user

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def make_issue() -> Issue:
    return Issue.objects.create(subject="Tin", subject_en="News", intro="Chào.", intro_en="Hello.")


def kinds(results: list) -> Counter:
    return Counter(type(result) for result in results)


def test_four_workers_send_each_mail_once(settings):
    settings.EMAIL_BACKEND = "tests.cms.mail_servers.Server"
    mail_servers.taken.clear()
    everybody = [f"a{number}@example.org" for number in range(60)]
    Subscription.objects.bulk_create(
        Subscription(email=email, state=Subscription.State.CONFIRMED) for email in everybody
    )
    issue = make_issue()
    issues.start(issue, actor=make_user())
    mailings.address_issue.call(issue.pk)

    results = at_once(4, lambda _position: mailings.send_deliveries.call(issue.pk))

    assert kinds(results) == {type(None): 4}
    assert sorted(mail_servers.taken) == sorted(everybody)
    assert set(issue.deliveries.values_list("state", flat=True)) == {Delivery.State.SENT}


def test_ten_editors_begin_one_newsletter():
    issue, editor = make_issue(), make_user()
    results = at_once(10, lambda _position: issues.start(Issue.objects.get(pk=issue.pk), actor=editor))
    assert kinds(results) == {type(None): 1, AlreadyBegun: 9}


def test_ten_people_answer_one_letter():
    sender = Sender("Lan", "lan@example.org", "", "vi")
    enquiry, person = enquire.receive(sender=sender, topic="question", text="Hỏi."), make_user()

    def answer(position):
        return enquire.move(
            Enquiry.objects.get(pk=enquiry.pk), "answered", actor=person, answer=f"Lời {position}"
        )

    assert kinds(at_once(10, answer)) == {Enquiry: 1, AlreadyAnswered: 9}
    assert EnquiryEvent.objects.filter(state="answered").count() == 1
