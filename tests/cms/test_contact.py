"""Questions and complaints: stored before they are acknowledged, answered by the office."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.storage import default_storage

from cms.domain import enquire
from cms.domain.enquire import AlreadyAnswered, AnswerMissing, Sender
from cms.domain.site import set_up
from cms.models import ContactPage, Enquiry
from cms.views.contact import MESSAGES
from marketplace.core.roles import Role
from tests.factories.catalog import make_user
from tests.factories.files import PDF, SECRET, SVG_WITH_SCRIPT, archive, photograph, upload
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

PAGE = "/en/lien-he/"
LAN = {
    "topic": "goods",
    "order_number": "100042",
    "about": "Trà sen",
    "text": "Gói trà bị rách.\n\nXin đổi.",
    "name": "Nguyễn Thị Lan",
    "email": "lan@example.org",
    "phone": "0912 345 678",
    "website": "",
}
LIST = "/quan-tri/thu-cua-ban-doc/"


def receive(**fields) -> Enquiry:
    sender = Sender("Lan", fields.pop("email", "lan@example.org"), fields.pop("phone", ""), "vi")
    return enquire.receive(sender=sender, **{"topic": "question", "text": "Hỏi.", **fields})


def make_office(client=None, role=Role.OFFICE):
    set_up()
    person = make_user(language="en")
    person.groups.add(Group.objects.get(name=role))
    if client is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


# --- writing
def test_a_message_is_stored_with_its_deadline_and_gets_a_reference(client):
    response = client.post(PAGE, LAN)
    assert (response.status_code, response.url) == (302, f"{PAGE}da-nhan/")
    enquiry = Enquiry.objects.get()
    assert (enquiry.topic, enquiry.text, enquiry.phone, enquiry.language, enquiry.state) == (
        "goods",
        "Gói trà bị rách.\n\nXin đổi.",
        "+84912345678",
        "en",
        "new",
    )
    assert enquiry.due_on == datetime.date(2026, 12, 3)
    page = client.get(response.url).text
    assert enquiry.reference in page
    assert "3 December 2026" in page


def test_office_and_sender_are_told_and_the_senders_mail_carries_no_strangers_words(client):
    office = make_office()
    client.post(PAGE, LAN)
    run_tasks()
    enquiry = Enquiry.objects.get()
    told = {message.to[0]: message for message in mail.outbox}
    assert set(told) == {office.email, "lan@example.org"}
    assert "Gói trà bị rách." in told[office.email].body
    assert f"/quan-tri/thu-cua-ban-doc/edit/{enquiry.pk}/" in told[office.email].body
    receipt = told["lan@example.org"]
    assert enquiry.reference in receipt.subject
    for words in ("Gói trà", "Nguyễn Thị Lan", "Trà sen", "100042"):
        assert words not in receipt.body + receipt.alternatives[0][0]


def test_mails_that_are_sent_again_do_not_come_twice(client):
    client.post(PAGE, LAN)
    run_tasks()
    from cms.enquiry_mails import mail_receipt  # noqa: PLC0415 - as an administrator runs it once more

    mail_receipt.call(Enquiry.objects.get().pk)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topic": ""}, "topic"),
        ({"topic": "unknown"}, "topic"),
        ({"text": ""}, "text"),
        ({"text": "  \n "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"name": ""}, "name"),
        ({"email": "lan@"}, "email"),
        ({"email": "lan@example.org\nBcc: x@example.org"}, "email"),
        ({"email": "", "phone": ""}, "email"),
        ({"phone": "123"}, "phone"),
        ({"website": "https://spam.example"}, "website"),
        ({"order_number": "9" * 41}, "order_number"),
    ],
)
def test_what_was_typed_is_kept_when_something_is_wrong(client, changes, field):
    response = client.post(PAGE, LAN | changes)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Enquiry.objects.exists()
    for value in {name: each for name, each in LAN.items() if name not in changes and each}.values():
        assert value.partition("\n")[0] in response.text


def test_the_trap_for_programs_is_hidden_until_somebody_falls_into_it(client):
    def is_hidden(response):
        return '<div class="full" hidden>' in response.text

    assert is_hidden(client.get(PAGE))
    assert not is_hidden(client.post(PAGE, LAN | {"website": "x"}))


def test_one_place_writes_a_few_messages_an_hour(client):
    for _number in range(MESSAGES.most):
        client.post(PAGE, LAN)
    response = client.post(PAGE, LAN)
    assert response.status_code == 429
    assert "Gói trà bị rách." in response.text
    assert Enquiry.objects.count() == MESSAGES.most


def test_a_phone_number_is_enough_and_the_page_says_what_follows(client):
    page = client.post(PAGE, LAN | {"email": ""}, follow=True).text
    assert "the office calls you" in page
    assert [name for name, _args in waiting()] == ["mail_office"]


def test_the_address_fills_in_what_it_is_about(client):
    page = client.get(f"{PAGE}?topic=livestream&about=/su-kien/truc-tiep/7/&order=100042")
    form = page.context["form"]
    assert (form["topic"].value(), form["about"].value(), form["order_number"].value()) == (
        "livestream",
        "/su-kien/truc-tiep/7/",
        "100042",
    )
    assert '<option value="livestream" selected>' in page.text
    assert client.get(f"{PAGE}?topic=<script>").status_code == 200


def test_the_form_is_the_same_for_everybody(client):
    page = client.get(PAGE)
    assert "s-maxage" in page.headers["Cache-Control"]
    assert "csrfmiddlewaretoken" not in page.text
    assert not page.cookies


def test_a_form_of_another_site_is_refused(client):
    assert client.post(PAGE, LAN, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Enquiry.objects.exists()


def test_the_reference_is_for_its_sender_only(client):
    receive()
    response = client.get(f"{PAGE}da-nhan/")
    assert (response.status_code, response.url) == (302, PAGE)


def test_the_words_of_the_page_are_the_editors(client):
    home = set_up()
    page = home.add_child(
        instance=ContactPage(
            title="Hỏi và khiếu nại", slug="lien-he", locale=home.locale, intro="Viết cho chúng tôi."
        )
    )
    page.save_revision().publish()
    assert "<h1>Hỏi và khiếu nại</h1>" in client.get("/lien-he/").text
    assert "Questions and complaints to the programme office." in client.get(PAGE).text


def test_a_deadline_says_whether_a_law_sets_it(client):
    page = client.get(PAGE).text
    assert "2 working days" in page
    assert "Nghị định 356/2025/NĐ-CP" in page
    assert page.count("our own promise") == 3


# --- a file with it
def test_a_file_is_kept_privately_and_shown_to_the_office_alone(client):
    client.post(PAGE, LAN | {"file": upload(photograph())})
    enquiry = Enquiry.objects.get()
    address = f"{LIST}tep/{enquiry.pk}/"
    assert client.get(address).status_code == 302
    make_office(client)
    assert address in client.get(f"{LIST}edit/{enquiry.pk}/").text
    response = client.get(address)
    assert response.headers["Content-Type"] == "image/jpeg"
    assert "private" in response.headers["Cache-Control"]
    assert SECRET not in b"".join(response.streaming_content)
    assert not default_storage.exists(enquiry.file.name)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF_EDITOR])
def test_editors_open_no_file_of_a_letter(client, role):
    make_office(client, role)
    enquiry = receive(file=upload(PDF, "bien-nhan.pdf", "application/pdf"))
    assert client.get(f"{LIST}tep/{enquiry.pk}/").status_code == 302


def test_a_letter_without_a_file_has_none_to_open(client):
    make_office(client)
    enquiry = receive()
    assert "Không có tệp gửi kèm." in client.get(f"{LIST}edit/{enquiry.pk}/").text
    assert client.get(f"{LIST}tep/{enquiry.pk}/").status_code == 404


def test_a_pdf_is_taken_as_it_is(client):
    client.post(PAGE, LAN | {"file": upload(PDF, "bien-nhan.PDF", "text/html")})
    enquiry = Enquiry.objects.get()
    assert enquiry.file_type == "application/pdf"
    with enquiry.file.open() as kept:
        assert kept.read() == PDF


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (archive("anh.jpg"), "anh.jpg", "not a picture that can be read"),
        (SVG_WITH_SCRIPT, "anh.svg", "not a picture that can be read"),
        (b"<html></html>", "don.pdf", "its content is something else"),
        (b"\xff\xd8\xff" + bytes(21 * 2**20), "anh.jpg", "This file is too big"),
    ],
    ids=["zip called jpg", "svg", "html called pdf", "21 MB"],
)
def test_a_file_that_is_not_taken_keeps_the_words_of_the_letter(client, content, name, words):
    response = client.post(PAGE, LAN | {"file": upload(content, name)})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["file"]
    assert words in response.text
    assert "Gói trà bị rách." in response.text
    assert not Enquiry.objects.exists()


def test_who_must_correct_something_else_is_told_to_choose_the_file_again(client):
    def asks_again(**changes):
        return "choose the file again" in client.post(PAGE, LAN | {"name": ""} | changes).text

    assert asks_again(file=upload(photograph()))
    assert not asks_again()


# --- the office
def test_an_answer_goes_to_the_sender_and_every_step_stays(client):
    person = make_office(client)
    enquiry = receive()
    run_tasks()
    mail.outbox.clear()
    url = f"{LIST}edit/{enquiry.pk}/"
    assert "Hỏi." in client.get(url).text

    client.post(url, {"state": "in_work", "answer": "", "note": "Gọi chủ thể"})
    client.post(url, {"state": "answered", "answer": "Đã đổi hàng.", "note": ""})
    run_tasks()

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.answer) == ("answered", "Đã đổi hàng.")
    assert list(enquiry.events.values_list("state", "note", "actor")) == [
        ("new", "", None),
        ("in_work", "Gọi chủ thể", person.pk),
        ("answered", "", person.pk),
    ]
    [message] = mail.outbox
    assert (message.to, enquiry.reference in message.subject) == (["lan@example.org"], True)
    assert "Đã đổi hàng." in message.body
    assert "Gọi chủ thể" in client.get(url).text


def test_an_answer_without_words_is_refused(client):
    make_office(client)
    enquiry = receive()
    sent = client.post(f"{LIST}edit/{enquiry.pk}/", {"state": "answered", "answer": " ", "note": ""})
    assert sent.status_code == 200
    assert "answer" in sent.context["form"].errors
    enquiry.refresh_from_db()
    assert enquiry.state == "new"
    with pytest.raises(AnswerMissing):
        enquire.move(enquiry, "answered", actor=make_user())


def test_whoever_gave_only_a_number_is_called():
    enquiry = receive(email="", phone="+84912345678")
    run_tasks()
    enquire.move(enquiry, "answered", actor=make_user(), note="Đã gọi")
    assert waiting() == []


def test_two_people_answer_at_once_and_one_answer_goes_out(client):
    make_office(client)
    enquiry = receive()
    enquire.move(enquiry, "answered", actor=make_user(), answer="Một.")
    with pytest.raises(AlreadyAnswered):
        enquire.move(enquiry, "answered", actor=make_user(), answer="Hai.")
    sent = client.post(f"{LIST}edit/{enquiry.pk}/", {"state": "answered", "answer": "Ba.", "note": ""})
    assert sent.status_code == 200
    enquiry.refresh_from_db()
    assert (enquiry.answer, enquiry.events.filter(state="answered").count()) == ("Một.", 1)


def test_the_list_shows_what_is_late_and_can_be_narrowed(client, frozen):
    make_office(client)
    receive(topic="data", text="Xoá.")
    frozen.shift(3 * 24 * 60 * 60)
    late = Enquiry.objects.overdue().get()
    assert late.is_overdue
    assert late.reference in client.get(LIST, {"topic": "data", "state": "new"}).text
    assert late.reference not in client.get(LIST, {"state": "answered"}).text
    enquire.move(late, "answered", actor=make_user(), answer="Đã xoá.")
    assert not Enquiry.objects.overdue().exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_number_of_queries(client, django_assert_num_queries, count):
    make_office(client)
    for _number in range(count):
        receive()
    client.get(LIST)
    with django_assert_num_queries(11):
        client.get(LIST)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF_EDITOR])
def test_editors_read_no_letters(client, role):
    make_office(client, role)
    enquiry = receive()
    for path in ("", f"edit/{enquiry.pk}/"):
        assert client.get(f"{LIST}{path}").status_code == 302
    client.post(f"{LIST}edit/{enquiry.pk}/", {"state": "answered", "answer": "x", "note": ""})
    enquiry.refresh_from_db()
    assert enquiry.state == "new"


def test_nobody_makes_or_removes_letters(client):
    person = make_office(client)
    person.is_superuser = True
    person.save()
    enquiry = receive()
    for path in ("new/", f"delete/{enquiry.pk}/"):
        assert client.post(f"{LIST}{path}", {}).status_code == 302
    assert Enquiry.objects.get() == enquiry
