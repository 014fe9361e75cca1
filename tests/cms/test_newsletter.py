"""The newsletter: who gets it, how it ends, and that nobody gets an issue twice."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import override

from catalog.models import Product
from cms import mailings
from cms.domain import issues
from cms.domain.issues import AlreadyBegun
from cms.domain.site import set_up
from cms.letters import compose
from cms.models import ContentPage, Delivery, Issue
from cms.views.newsletter import SIGN_UPS, SIGN_UPS_OF_PLACE
from marketplace.core.roles import Role
from marketplace.events.models import Event
from marketplace.notifications.domain import subscribe
from marketplace.notifications.housekeeping import remove_unconfirmed_subscriptions
from marketplace.notifications.models import Subscription
from tests.cms import mail_servers
from tests.factories.catalog import make_product, make_user
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

PAGE = "/en/ban-tin/"
State = Subscription.State
A_DAY = 24 * 60 * 60


def subscribed(email="lan@example.org", state=State.CONFIRMED, language="vi") -> Subscription:
    return Subscription.objects.create(email=email, state=state, language=language)


def make_issue(**fields) -> Issue:
    return Issue.objects.create(
        **{
            "subject": "Tin tháng 11",
            "subject_en": "News of November",
            "intro": "Chào bạn.\n\nĐoạn hai.",
            "intro_en": "Hello.",
            **fields,
        }
    )


def states(issue: Issue) -> dict[str, str]:
    return dict(issue.deliveries.values_list("subscription__email", "state"))


def state_of(email: str) -> str:
    return Subscription.objects.get(email=email).state


def links(message) -> list[str]:
    return re.findall(r"http://127\.0\.0\.1:8000(/\S+)", message.body)


# --- asking, confirming, ending
def test_it_comes_only_after_the_link_of_a_mail_is_confirmed(client):
    asked = client.post(PAGE, {"email": "Lan@Example.org"})
    assert (asked.status_code, asked.url) == (302, f"{PAGE}da-gui/")
    assert state_of("lan@example.org") == State.PENDING
    run_tasks()
    [message] = mail.outbox
    assert message.to == ["lan@example.org"]
    [link] = links(message)

    # A program that opens the links of mails confirms nothing.
    assert "Confirm the newsletter" in client.get(link).text
    assert state_of("lan@example.org") == State.PENDING

    assert "lan@example.org is confirmed" in client.post(link).text
    assert state_of("lan@example.org") == State.CONFIRMED
    assert client.post(link).status_code == 200


def test_the_answer_and_the_work_are_the_same_for_known_and_unknown_addresses(client):
    subscribed("known@example.org", language="en")
    answers = [client.post(PAGE, {"email": email}) for email in ("known@example.org", "new@example.org")]
    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
    assert [name for name, _args in waiting()] == ["mail_subscription"] * 2
    run_tasks()
    told = {message.to[0]: message for message in mail.outbox}
    assert "You get it already" in told["known@example.org"].body
    assert state_of("known@example.org") == State.CONFIRMED


@pytest.mark.parametrize("email", ["", "lan@", "lan@example.org\nBcc: x@example.org", "x" * 250 + "@e.org"])
def test_a_bad_address_is_refused_and_kept(client, email):
    response = client.post(PAGE, {"email": email})
    assert response.status_code == 422
    assert not Subscription.objects.exists()
    assert response.context["form"]["email"].value() == email


def test_one_address_gets_few_mails_and_the_answer_does_not_tell(client):
    for _number in range(SIGN_UPS.most + 2):
        assert client.post(PAGE, {"email": "lan@example.org"}).status_code == 302
    assert len(waiting()) == SIGN_UPS.most


def test_one_place_asks_for_few_addresses(client):
    for number in range(SIGN_UPS_OF_PLACE.most):
        client.post(PAGE, {"email": f"a{number}@example.org"})
    response = client.post(PAGE, {"email": "one-more@example.org"})
    assert response.status_code == 429
    assert 'value="one-more@example.org"' in response.text
    assert not Subscription.objects.filter(email="one-more@example.org").exists()


def test_a_form_of_another_site_subscribes_nobody(client):
    response = client.post(PAGE, {"email": "lan@example.org"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not Subscription.objects.exists()


def test_ending_takes_a_button_and_is_final_until_one_asks_anew(client):
    subscription = subscribed()
    link = f"{PAGE}huy/{subscription.key}/"
    assert "then gets nothing more" in client.get(link).text
    assert state_of(subscription.email) == State.CONFIRMED

    for _time in range(2):
        assert client.post(link).status_code == 200
    assert state_of(subscription.email) == State.ENDED
    assert client.post(f"{PAGE}xac-nhan/{subscription.key}/").status_code == 404
    assert state_of(subscription.email) == State.ENDED

    subscribe.ask(subscription.email, language="en", way="page")
    assert state_of(subscription.email) == State.PENDING


def test_a_mail_program_ends_it_by_one_click():
    """RFC 8058: a POST of the mail provider, without cookies and from no page of ours."""
    from django.test import Client  # noqa: PLC0415 - only this test checks tokens

    subscription = subscribed()
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(f"/ban-tin/huy/{subscription.key}/", {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert state_of(subscription.email) == State.ENDED


@pytest.mark.parametrize("act", ["huy", "xac-nhan"])
def test_a_key_that_nobody_has_does_nothing(client, act):
    subscribed()
    for method in (client.get, client.post):
        assert method(f"{PAGE}{act}/gone/").status_code == 404
    assert state_of("lan@example.org") == State.CONFIRMED


def test_addresses_that_never_confirmed_are_forgotten(frozen):
    subscribed("old@example.org", State.PENDING)
    subscribed("kept@example.org")
    frozen.shift(31 * A_DAY)
    subscribed("new@example.org", State.PENDING)
    assert remove_unconfirmed_subscriptions.call() == 1
    assert set(Subscription.objects.values_list("email", flat=True)) == {
        "kept@example.org",
        "new@example.org",
    }


# --- an issue
def test_only_the_confirmed_get_it_in_their_language():
    subscribed("vi@example.org")
    subscribed("en@example.org", language="en")
    subscribed("waits@example.org", State.PENDING)
    subscribed("ended@example.org", State.ENDED)
    issue = make_issue()

    issues.start(issue, actor=make_user())
    run_tasks()

    assert sorted((message.to[0], message.subject) for message in mail.outbox) == [
        ("en@example.org", "News of November"),
        ("vi@example.org", "Tin tháng 11"),
    ]
    issue.refresh_from_db()
    assert (issue.state, issue.finished_at is not None) == (Issue.State.SENT, True)


def test_each_mail_carries_its_own_link_to_end_it():
    first, second = subscribed("a@example.org"), subscribed("b@example.org", language="en")
    issues.start(make_issue(), actor=make_user())
    run_tasks()
    for message, subscription, prefix in zip(mail.outbox, (first, second), ("", "/en"), strict=True):
        url = f"http://127.0.0.1:8000{prefix}/ban-tin/huy/{subscription.key}/"
        assert message.extra_headers["List-Unsubscribe"] == f"<{url}>"
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        html = message.alternatives[0][0]
        assert url in message.body
        assert url in html


def test_whoever_unsubscribes_meanwhile_is_left_out():
    subscribed("stays@example.org")
    leaves = subscribed("leaves@example.org")
    issue = make_issue()
    issues.start(issue, actor=make_user())
    mailings.address_issue.call(issue.pk)
    subscribe.end(leaves.key)
    run_tasks()
    assert [message.to for message in mail.outbox] == [["stays@example.org"]]
    assert states(issue) == {"stays@example.org": "sent", "leaves@example.org": "left_out"}


def test_an_issue_is_begun_once():
    issue = make_issue()
    issues.start(issue, actor=make_user())
    with pytest.raises(AlreadyBegun):
        issues.start(issue, actor=make_user())
    assert [task for task in waiting() if task[0] == "address_issue"] == [("address_issue", [issue.pk])]


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_batches_follow_each_other_until_all_is_sent(monkeypatch, batch):
    monkeypatch.setattr(mailings, "BATCH", batch)
    for number in range(5):
        subscribed(f"a{number}@example.org")
    issue = make_issue()
    issues.start(issue, actor=make_user())
    run_tasks()
    assert sorted(message.to[0] for message in mail.outbox) == [
        f"a{number}@example.org" for number in range(5)
    ]
    assert set(states(issue).values()) == {"sent"}


@pytest.fixture
def on_its_way():
    """An issue with five addresses, listed and not sent to any yet."""
    mail_servers.taken.clear()
    for number in range(5):
        subscribed(f"a{number}@example.org")
    issue = make_issue()
    issues.start(issue, actor=make_user())
    mailings.address_issue.call(issue.pk)
    return issue


@pytest.mark.parametrize(("server", "unknown_was_taken"), [("DiesBefore", False), ("DiesAfter", True)])
def test_a_worker_that_is_killed_sends_nothing_twice(settings, on_its_way, server, unknown_was_taken):
    settings.EMAIL_BACKEND = f"tests.cms.mail_servers.{server}"
    with pytest.raises(mail_servers.Killed):
        mailings.send_deliveries.call(on_its_way.pk)
    [unknown] = [email for email, state in states(on_its_way).items() if state == Delivery.State.CLAIMED]

    settings.EMAIL_BACKEND = "tests.cms.mail_servers.Server"
    mailings.send_deliveries.call(on_its_way.pk)

    everybody = [f"a{number}@example.org" for number in range(5)]
    assert len(mail_servers.taken) == len(set(mail_servers.taken))
    assert sorted({*mail_servers.taken, unknown}) == everybody
    assert (unknown in mail_servers.taken) is unknown_was_taken
    assert states(on_its_way)[unknown] == Delivery.State.CLAIMED
    on_its_way.refresh_from_db()
    assert on_its_way.state == Issue.State.SENT


def test_two_workers_at_once_share_the_work(on_its_way, settings):
    """The second one takes what it read before the first had claimed it: the claim decides."""
    settings.EMAIL_BACKEND = "tests.cms.mail_servers.Server"
    read_by_both = list(on_its_way.deliveries.select_related("subscription"))
    for _worker in range(2):
        mailings._send(on_its_way, read_by_both)
    assert len(mail_servers.taken) == 5


def test_an_address_that_the_server_refuses_does_not_stop_the_others(on_its_way, settings):
    settings.EMAIL_BACKEND = "tests.cms.mail_servers.Refuses"
    Subscription.objects.filter(email="a1@example.org").update(email="nobody@example.org")
    mailings.send_deliveries.call(on_its_way.pk)
    assert states(on_its_way)["nobody@example.org"] == Delivery.State.REFUSED
    assert on_its_way.deliveries.get(state="refused").note == "550 No such mailbox"
    assert len(mail_servers.taken) == 4


@pytest.mark.parametrize(("server", "error"), [("Busy", Exception), ("Unreachable", ConnectionRefusedError)])
def test_a_server_that_is_away_loses_nobody(on_its_way, settings, server, error):
    settings.EMAIL_BACKEND = f"tests.cms.mail_servers.{server}"
    with pytest.raises(error):
        mailings.send_deliveries.call(on_its_way.pk)
    assert set(states(on_its_way).values()) == {"waiting"}
    settings.EMAIL_BACKEND = "tests.cms.mail_servers.Server"
    mailings.send_deliveries.call(on_its_way.pk)
    assert len(mail_servers.taken) == 5


# --- what it says
@pytest.fixture
def article():
    home = set_up()
    page = home.add_child(
        instance=ContentPage(
            title="Cách đặt hàng", slug="cach-dat-hang", locale=home.locale, intro="Chọn, đặt."
        )
    )
    page.save_revision().publish()
    return page


def test_it_names_things_as_they_are_when_it_is_sent(article):
    product = make_product(title="Trà sen", price=120_000, stars=4)
    gone = make_product(title="Đã rút")
    fair = Event.objects.create(
        title="Hội chợ",
        kind=Event.Kind.FAIR,
        state=Event.State.CANCELLED,
        starts_on=datetime.date(2026, 12, 5),
    )
    issue = make_issue(
        items=[
            ("text", {"vi": "Tháng này.", "en": "This month."}),
            ("page", article),
            ("product", product),
            ("product", gone),
            ("event", fair),
        ]
    )
    Product.objects.filter(pk=gone.pk).update(is_public=False)

    with override("vi"):
        letter = compose(Issue.objects.get(pk=issue.pk), "vi")
        cancelled = str(fair.get_state_display())

    assert [item.title or item.text for item in letter.items] == [
        "Tháng này.",
        "Cách đặt hàng",
        "Trà sen",
        "Hội chợ",
    ]
    assert letter.items[1].url == "http://127.0.0.1:8000/cach-dat-hang/"
    assert "120.000" in letter.items[2].line
    assert "05/12/2026" in letter.items[3].line
    assert cancelled in letter.items[3].line
    assert letter.paragraphs == ["Chào bạn.", "Đoạn hai."]


@pytest.mark.parametrize("count", [1, 30])
def test_composing_takes_a_fixed_number_of_queries(django_assert_num_queries, count):
    issue = make_issue(items=[("product", make_product()) for _number in range(count)])
    with django_assert_num_queries(7):
        compose(Issue.objects.get(pk=issue.pk), "vi")


# --- the admin
def sign_in(client, role):
    set_up()
    person = make_user()
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def test_a_chief_editor_tries_an_issue_out_and_sends_it(client):
    person = sign_in(client, Role.CHIEF_EDITOR)
    subscribed()
    issue = make_issue()
    url = f"/quan-tri/ban-tin/send/{issue.pk}/"
    assert client.get(url).status_code == 200

    client.post(url, {"sample": "yes"})
    run_tasks()
    assert {(message.to[0], message.subject) for message in mail.outbox} == {
        (person.email, "Tin tháng 11"),
        (person.email, "News of November"),
    }
    issue.refresh_from_db()
    assert issue.is_draft

    mail.outbox.clear()
    client.post(url, {"send": "yes"})
    run_tasks()
    assert [message.to for message in mail.outbox] == [["lan@example.org"]]
    assert "1" in client.get(url).text
    assert client.get(f"/quan-tri/ban-tin/edit/{issue.pk}/").status_code == 404
    assert client.get("/quan-tri/ban-tin/").status_code == 200


def test_an_editor_writes_but_does_not_send(client):
    sign_in(client, Role.EDITOR)
    issue = make_issue()
    assert client.get(f"/quan-tri/ban-tin/edit/{issue.pk}/").status_code == 200
    assert client.post(f"/quan-tri/ban-tin/send/{issue.pk}/", {"send": "yes"}).status_code == 302
    issue.refresh_from_db()
    assert issue.is_draft
    assert "address_issue" not in [name for name, _args in waiting()]


def test_only_the_office_sees_who_reads_it(client):
    subscribed()
    sign_in(client, Role.CHIEF_EDITOR)
    assert client.get("/quan-tri/nguoi-nhan-tin/").status_code == 302
    sign_in(client, Role.OFFICE)
    assert "lan@example.org" in client.get("/quan-tri/nguoi-nhan-tin/").text
    assert client.post("/quan-tri/nguoi-nhan-tin/new/", {}).status_code == 302


def test_the_office_removes_an_address_that_wants_to_be_forgotten(client):
    subscription = subscribed()
    sign_in(client, Role.OFFICE)
    client.post(f"/quan-tri/nguoi-nhan-tin/delete/{subscription.pk}/")
    with pytest.raises(ObjectDoesNotExist):
        subscription.refresh_from_db()
