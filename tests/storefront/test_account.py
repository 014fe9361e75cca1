"""Accounts: registering, logging in, passwords, own data, the address book."""

import re

import pytest
from django.core import mail
from oscar.apps.address.models import UserAddress

from marketplace.core.models import Activity, User
from storefront.views.account import LOGINS, PASSWORD_LINKS, PASSWORD_LINKS_OF_PLACE, REGISTRATIONS
from tests.factories.catalog import PASSWORD, make_user
from tests.storefront.shopping import ha_dong, log_in, with_query, words
from tests.tasks import run_tasks

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

ACCOUNT = "/en/tai-khoan/"
LOGIN = f"{ACCOUNT}dang-nhap/"
REGISTER = f"{ACCOUNT}dang-ky/"
FORGOTTEN = f"{ACCOUNT}quen-mat-khau/"
ADDRESSES = f"{ACCOUNT}dia-chi/"

NEW = {"name": "Trần Văn Nam", "email": "nam@example.org", "password": "chim én bay thấp", "consent": "on"}


@pytest.fixture
def person():
    return make_user(email="lan@example.org", first_name="Nguyễn Thị Lan", phone="+84912345678")


def errors(response) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def is_logged_in(client) -> bool:
    return "_auth_user_id" in client.session


# --- registering
def test_an_account_is_made_and_logged_in(client):
    response = client.post(REGISTER, NEW)
    assert (response.status_code, response.url) == (302, ACCOUNT)
    made = User.objects.get()
    assert (made.get_full_name(), made.email, made.language) == ("Trần Văn Nam", "nam@example.org", "en")
    assert made.check_password("chim én bay thấp")
    assert not made.is_staff
    assert is_logged_in(client)
    assert Activity.objects.get().act == "account.registered"


def test_the_language_of_the_page_is_that_of_the_mails(client):
    client.post("/tai-khoan/dang-ky/", NEW)
    assert User.objects.get().language == "vi"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": ""}, "email"),
        ({"email": "nam@"}, "email"),
        ({"email": "LAN@example.org"}, "email"),
        ({"password": ""}, "password"),
        ({"password": "kurz"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "nam@example.org"}, "password"),
        ({"consent": ""}, "consent"),
    ],
)
def test_a_bad_answer_is_named_twice_and_kept(client, person, changes, field):
    response = client.post(REGISTER, NEW | changes)
    page = words(response)
    assert response.status_code == 422
    assert list(errors(response)) == [field]
    assert page.count(errors(response)[field][0].replace("'", "&#x27;")) >= 2 or field == "password"
    assert NEW["password"] not in page
    assert User.objects.count() == 1
    assert not is_logged_in(client)


def test_consent_is_not_given_beforehand(client):
    box = re.search(r'<input type="checkbox"[^>]*>', words(client.get(REGISTER)))[0]
    assert "checked" not in box


def test_registering_has_a_limit(client):
    for _number in range(REGISTRATIONS.most):
        client.post(REGISTER, {})
    response = client.post(REGISTER, NEW)
    assert response.status_code == 429
    assert "Too many attempts. Please try again in an hour." in words(response)
    assert User.objects.count() == 0


# --- logging in and out
def test_logging_in_by_mail_address(client, person):
    response = client.post(LOGIN, {"email": "Lan@Example.org", "password": PASSWORD})
    assert (response.status_code, response.url) == (302, ACCOUNT)
    assert is_logged_in(client)


@pytest.mark.parametrize(
    "answer",
    [{"email": "lan@example.org", "password": "x"}, {"email": "no@example.org", "password": PASSWORD}],
)
def test_a_wrong_pair_says_not_which_half_is_wrong(client, person, answer):
    response = client.post(LOGIN, answer)
    assert response.status_code == 422
    assert errors(response) == {"__all__": ["E-mail and password do not belong together. Please check both."]}
    assert f'value="{answer["email"]}"' in words(response)
    assert not is_logged_in(client)


def test_an_account_that_is_closed_does_not_log_in(client, person):
    User.objects.update(is_active=False)
    assert client.post(LOGIN, {"email": person.email, "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/en/thanh-toan/", "/en/thanh-toan/"),
        ("https://evil.example/", ACCOUNT),
        ("//evil.example", ACCOUNT),
        ("/\\evil.example", ACCOUNT),
        ("javascript:alert(1)", ACCOUNT),
    ],
)
def test_after_logging_in_only_pages_of_the_shop_are_gone_to(client, person, wanted, target):
    assert words(client.get(with_query(LOGIN, next=wanted))).count("Log in") > 1
    response = client.post(LOGIN, {"email": person.email, "password": PASSWORD, "next": wanted})
    assert response.url == target


def test_trying_passwords_has_a_limit_that_ends(client, person, frozen):
    for _number in range(LOGINS.most):
        assert client.post(LOGIN, {"email": person.email, "password": "x"}).status_code == 422

    response = client.post(LOGIN, {"email": person.email, "password": PASSWORD})

    assert response.status_code == 429
    assert "Please wait a quarter of an hour" in words(response)
    assert not is_logged_in(client)
    frozen.shift(LOGINS.minutes * 60 + 1)
    assert client.post(LOGIN, {"email": person.email, "password": PASSWORD}).status_code == 302


def test_the_limit_of_one_account_leaves_others_alone(client, person):
    other = make_user()
    for _number in range(LOGINS.most):
        client.post(LOGIN, {"email": person.email, "password": "x"})
    assert client.post(LOGIN, {"email": other.email, "password": PASSWORD}).status_code == 302


def test_the_right_password_forgets_the_wrong_ones(client, person):
    for _number in range(LOGINS.most - 1):
        client.post(LOGIN, {"email": person.email, "password": "x"})
    client.post(LOGIN, {"email": person.email, "password": PASSWORD})
    client.logout()
    assert client.post(LOGIN, {"email": person.email, "password": "x"}).status_code == 422


def test_logging_out_takes_a_form(client, person):
    log_in(client, person)
    assert client.get(f"{ACCOUNT}dang-xuat/").url == ACCOUNT
    assert is_logged_in(client)
    assert client.post(f"{ACCOUNT}dang-xuat/").url == "/en/"
    assert not is_logged_in(client)


@pytest.mark.parametrize(
    "page", ["", "don-hang/", "dia-chi/", "dia-chi/them/", "dia-chi/1/sua/", "ho-so/", "doi-mat-khau/"]
)
def test_the_pages_of_an_account_need_one(client, page):
    response = client.get(f"{ACCOUNT}{page}")
    assert (response.status_code, response.url) == (302, f"{LOGIN}?next={ACCOUNT}{page}")


@pytest.mark.parametrize("page", ["", "don-hang/", "dia-chi/", "dia-chi/them/", "ho-so/", "doi-mat-khau/"])
def test_nobody_keeps_the_pages_and_they_take_few_queries(
    client, person, django_assert_max_num_queries, page
):
    log_in(client, person)
    with django_assert_max_num_queries(7):
        response = client.get(f"{ACCOUNT}{page}")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


# --- a forgotten password
def ask_for_link(client, email):
    response = client.post(FORGOTTEN, {"email": email})
    assert (response.status_code, response.url) == (302, f"{FORGOTTEN}da-gui/")
    assert client.get(response.url).status_code == 200
    return run_tasks()


@pytest.mark.parametrize(
    ("language", "path"), [("vi", "/tai-khoan/mat-khau-moi/"), ("en", "/en/tai-khoan/mat-khau-moi/")]
)
def test_the_link_comes_in_the_persons_language(client, person, language, path):
    User.objects.update(language=language)
    ask_for_link(client, "LAN@example.org")
    [sent] = mail.outbox
    assert sent.to == ["lan@example.org"]
    assert path in sent.body
    assert "Nguyễn Thị Lan" in sent.body
    assert path in sent.alternatives[0].content


def test_the_answer_does_not_say_whether_there_is_an_account(client, person):
    assert ask_for_link(client, "nobody@example.org") == 0
    assert mail.outbox == []


def test_a_closed_account_gets_no_link(client, person):
    User.objects.update(is_active=False)
    assert ask_for_link(client, person.email) == 0


def link_of(letter) -> str:
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def test_the_link_sets_a_password_once(client, person):
    ask_for_link(client, person.email)
    link = link_of(mail.outbox[0])
    form = client.get(link).url

    assert client.post(form, {"password": "kurz"}).status_code == 422
    response = client.post(form, {"password": "chim én bay thấp"})

    assert response.status_code == 302
    person.refresh_from_db()
    assert person.check_password("chim én bay thấp")
    assert not is_logged_in(client)
    again = client.get(link)
    assert again.status_code == 404
    assert 'href="/tai-khoan/quen-mat-khau/"' in words(again)


@pytest.mark.parametrize(
    "path", ["mat-khau-moi/MQ/x/", "mat-khau-moi/%20/set-password/", "mat-khau-moi/!/x-y/"]
)
def test_a_forged_link_sets_nothing(client, person, path):
    response = client.get(f"{ACCOUNT}{path}")
    assert response.status_code == 404
    assert "This link no longer works" in words(response)
    assert client.post(f"{ACCOUNT}{path}", {"password": "chim én bay thấp"}).status_code == 404
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_links_have_a_limit_for_each_account(client, person):
    for _number in range(PASSWORD_LINKS.most + 1):
        ask_for_link(client, person.email)
    assert len(mail.outbox) == PASSWORD_LINKS.most


def test_links_have_a_limit_for_each_place(client):
    for number in range(PASSWORD_LINKS_OF_PLACE.most):
        client.post(FORGOTTEN, {"email": f"person{number}@example.org"})
    response = client.post(FORGOTTEN, {"email": "one@example.org"})
    assert response.status_code == 429
    assert "Too many attempts." in words(response)


def test_a_wrong_mail_address_is_refused(client):
    response = client.post(FORGOTTEN, {"email": "x"})
    assert response.status_code == 422
    assert list(errors(response)) == ["email"]


# --- own data
def test_the_profile_is_saved(client, person):
    log_in(client, person)
    response = client.post(
        f"{ACCOUNT}ho-so/", {"first_name": "  Nguyễn   Lan ", "phone": "024 3825 3536", "language": "en"}
    )
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.get_full_name(), person.phone, person.language) == ("Nguyễn Lan", "+842438253536", "en")


def test_a_wrong_phone_keeps_the_profile(client, person):
    log_in(client, person)
    response = client.post(f"{ACCOUNT}ho-so/", {"first_name": "Khác", "phone": "1", "language": "vi"})
    assert response.status_code == 422
    assert 'value="Khác"' in words(response)
    person.refresh_from_db()
    assert (person.first_name, person.phone) == ("Nguyễn Thị Lan", "+84912345678")


def test_the_password_changes_and_the_session_goes_on(client, person):
    log_in(client, person)
    path = f"{ACCOUNT}doi-mat-khau/"
    wrong = client.post(path, {"old_password": "x", "password": "chim én bay thấp"})
    assert wrong.status_code == 422
    assert list(errors(wrong)) == ["old_password"]

    response = client.post(path, {"old_password": PASSWORD, "password": "chim én bay thấp"})

    assert response.status_code == 302
    person.refresh_from_db()
    assert person.check_password("chim én bay thấp")
    assert client.get(ACCOUNT).status_code == 200


# --- the address book
def address_data(**changes) -> dict[str, str]:
    return {
        "name": "Nguyễn Thị Lan",
        "phone": "0912 345 678",
        "province": str(ha_dong().parent_id),
        "commune": "Hà Đông",
        "street": "12 ngõ Gạch",
        **changes,
    }


def book(person) -> list[tuple]:
    return list(
        person.addresses.order_by("pk").values_list("line1", "line4", "state", "is_default_for_shipping")
    )


def test_the_first_address_is_used_first(client, person):
    log_in(client, person)
    response = client.post(f"{ADDRESSES}them/", address_data())
    assert (response.status_code, response.url) == (302, ADDRESSES)
    assert book(person) == [("12 ngõ Gạch", "Phường Hà Đông", "Thành phố Hà Nội", True)]
    assert str(person.addresses.get().phone_number) == "+84912345678"
    assert "12 ngõ Gạch" in words(client.get(ADDRESSES))


def test_another_address_can_take_its_place(client, person):
    log_in(client, person)
    client.post(f"{ADDRESSES}them/", address_data())
    client.post(f"{ADDRESSES}them/", address_data(street="1 phố Huế"))
    assert [row[3] for row in book(person)] == [True, False]
    second = person.addresses.order_by("pk")[1]
    assert client.post(f"{ADDRESSES}{second.pk}/dung-truoc/").status_code == 302
    assert [row[3] for row in book(person)] == [False, True]
    client.post(f"{ADDRESSES}them/", address_data(street="3 phố Vọng", is_default="on"))
    assert [row[3] for row in book(person)] == [False, False, True]


def test_a_former_commune_is_asked_back(client, person):
    log_in(client, person)
    response = client.post(f"{ADDRESSES}them/", address_data(commune="Vạn Phúc"))
    page = words(response)
    assert response.status_code == 422
    assert "Hà Đông Ward (formerly Vạn Phúc Ward)" in page
    assert 'value="12 ngõ Gạch"' in page
    client.post(f"{ADDRESSES}them/", address_data(commune="Vạn Phúc", commune_choice=str(ha_dong().pk)))
    assert book(person)[0][1] == "Phường Hà Đông"


def test_the_same_address_is_not_kept_twice(client, person):
    log_in(client, person)
    for status in (302, 422):
        response = client.post(f"{ADDRESSES}them/", address_data())
        assert response.status_code == status
    assert "This address is in your address book already." in words(response)
    assert len(book(person)) == 1


def test_an_address_is_corrected(client, person):
    log_in(client, person)
    client.post(f"{ADDRESSES}them/", address_data())
    path = f"{ADDRESSES}{person.addresses.get().pk}/sua/"
    page = words(client.get(path))
    assert 'value="Phường Hà Đông"' in page
    assert f'<option value="{ha_dong().parent_id}" selected>' in page
    assert client.post(path, address_data(street="14 ngõ Gạch")).status_code == 302
    assert book(person) == [("14 ngõ Gạch", "Phường Hà Đông", "Thành phố Hà Nội", True)]


def test_an_address_is_deleted_after_being_asked(client, person):
    log_in(client, person)
    client.post(f"{ADDRESSES}them/", address_data())
    path = f"{ADDRESSES}{person.addresses.get().pk}/xoa/"
    assert "12 ngõ Gạch" in words(client.get(path))
    assert len(book(person)) == 1
    assert client.post(path).status_code == 302
    assert book(person) == []


def test_addresses_of_others_are_not_found(client, person):
    log_in(client, person)
    client.post(f"{ADDRESSES}them/", address_data())
    address = UserAddress.objects.get()
    client.logout()
    log_in(client, make_user())
    for act in ("sua", "xoa"):
        assert client.get(f"{ADDRESSES}{address.pk}/{act}/").status_code == 404
        assert client.post(f"{ADDRESSES}{address.pk}/{act}/", address_data(street="x")).status_code == 404
    assert client.post(f"{ADDRESSES}{address.pk}/dung-truoc/").status_code == 404
    assert book(person) == [("12 ngõ Gạch", "Phường Hà Đông", "Thành phố Hà Nội", True)]
