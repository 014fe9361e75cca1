"""From the basket to the order: the form, the review, the confirmation and what can come between."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from oscar.apps.address.models import Country, UserAddress
from oscar.apps.order.models import Order

from catalog.models import Product
from marketplace.regions.models import Region
from marketplace.sales.domain.place import VIETNAM
from marketplace.sales.models import InvoiceRequest, Placement, SellerOrder
from producers.models import Partner, StockRecord
from tests.factories.catalog import make_product, make_seller, make_user
from tests.storefront.shopping import (
    answer,
    consent,
    fill_basket,
    form_data,
    ha_dong,
    line_of,
    log_in,
    place,
    to_review,
    with_query,
    words,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

FORM = "/en/thanh-toan/"
REVIEW = "/en/thanh-toan/xem-lai/"
PLACE = "/en/thanh-toan/dat-hang/"
BASKET = "/en/gio-hang/"


@pytest.fixture
def art():
    return make_seller(name="Hợp tác xã Vụn ART", delivery_charge=20_000)


@pytest.fixture
def farm():
    return make_seller(name="Hợp tác xã Hòa Xá", delivery_charge=32_000)


@pytest.fixture
def basket(client, art, farm):
    """Goods of two sellers for 931.000 VND in all."""
    return fill_basket(
        client,
        make_product(seller=art, title="Tranh ghép vải", price=480_000, stars=4),
        make_product(seller=art, title="Túi vải", price=215_000),
        (make_product(seller=farm, title="Bưởi Diễn", price=46_000), 4),
    )


def make_address(person, **fields):
    country, _created = Country.objects.get_or_create(iso_3166_1_a2="VN", defaults=VIETNAM)
    return UserAddress.objects.create(
        **{
            "user": person,
            "first_name": "Nguyễn Thị Lan",
            "line1": "12 ngõ Gạch",
            "line4": "Phường Hà Đông",
            "state": "Thành phố Hà Nội",
            "phone_number": "+84912345678",
            "country": country,
            **fields,
        }
    )


def errors(response) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# --- the form
def test_an_empty_basket_leads_back_to_it(client):
    for path in (FORM, REVIEW):
        response = client.get(path)
        assert (response.status_code, response.url) == (302, BASKET)
    assert "There is nothing to order yet" in words(client.get(BASKET))


def test_a_guest_may_order_and_may_log_in(client, basket):
    page = words(client.get(FORM))
    assert "No account needed." in page
    assert f'href="{with_query("/en/tai-khoan/dang-nhap/", next=FORM)}"'.replace("%2F", "/") in page
    assert "Delivered to your door" in page
    assert page.count("Cash on delivery") == 2
    assert "checked" in page.split('value="cod"', 1)[1][:20]


@pytest.mark.parametrize("name", ["name", "phone", "province", "commune", "street"])
def test_what_is_needed_is_named_above_the_form_and_under_its_field(client, basket, name):
    response = answer(client, basket, **{name: ""})
    page = words(response)
    assert response.status_code == 422
    assert list(errors(response)) == [name]
    message = errors(response)[name][0]
    assert page.count(message) == 2
    assert f'href="#id_{name}"' in page
    assert f'id="id_{name}_error"' in page


def test_nothing_that_was_typed_is_lost(client, basket, art):
    response = answer(
        client, basket, phone="0912 34", email="mau@example.org", **{f"note-{art.pk}": "Gọi trước khi đến"}
    )
    page = words(response)
    for typed in ("Nguyễn Thị Mẫu", "0912 34", "mau@example.org", "Phường Hà Đông", "Số 8, ngõ 99"):
        assert f'value="{typed}"' in page
    assert 'value="Gọi trước khi đến"' in page
    assert f'<option value="{ha_dong().parent_id}" selected>' in page


@pytest.mark.parametrize(
    ("phone", "message"),
    [
        ("0912 34", "This number lacks digits. Mobile numbers have 10 digits."),
        ("0912 345 678 9012345", "This number has too many digits. Mobile numbers have 10 digits."),
        ("01689 123 456", "Please give a mobile or landline number in Viet Nam, such as 0912 345 678."),
        ("+44 20 7946 0958", "Please give a mobile or landline number in Viet Nam, such as 0912 345 678."),
        ("1900 1234", "Please give a mobile or landline number in Viet Nam, such as 0912 345 678."),
        ("abc", "Please give a mobile or landline number in Viet Nam, such as 0912 345 678."),
    ],
)
def test_a_number_that_cannot_be_called_is_refused(client, basket, phone, message):
    response = answer(client, basket, phone=phone)
    assert response.status_code == 422
    assert errors(response) == {"phone": [message]}


@pytest.mark.parametrize(
    ("phone", "stored"),
    [
        ("0912345678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("024 3825 3536", "+842438253536"),
    ],
)
def test_numbers_are_kept_in_one_form(client, basket, phone, stored):
    order = place(client, basket, phone=phone)
    assert order.placement.buyer_phone == stored


def test_the_mail_address_may_stay_empty(client, basket):
    order = place(client, basket, email="")
    assert order.placement.buyer_email == ""


def test_a_wrong_mail_address_is_refused(client, basket):
    assert list(errors(answer(client, basket, email="mau@"))) == ["email"]


def test_a_way_to_pay_that_the_seller_does_not_take_is_refused(client, basket, art):
    response = answer(client, basket, **{f"payment-{art.pk}": "gold"})
    assert response.status_code == 422
    assert list(errors(response)) == [f"payment-{art.pk}"]


@pytest.mark.parametrize("lines", [1, 30])
@pytest.mark.parametrize("person", [None, "a buyer"])
def test_the_form_takes_a_fixed_number_of_queries(client, django_assert_num_queries, lines, person):
    owner = make_user() if person else None
    sellers = [make_seller(), make_seller()]
    products = [make_product(seller=sellers[number % 2], pictured=True) for number in range(lines)]
    fill_basket(client, *products, owner=owner)
    if owner:
        make_address(owner)
        log_in(client, owner)
    client.get(FORM)
    with django_assert_num_queries(12 if owner else 10):
        assert client.get(FORM).status_code == 200


# --- the commune
def test_a_former_name_is_asked_back_with_everything_kept(client, basket):
    response = answer(client, basket, commune="Vạn Phúc")
    page = words(response)
    assert response.status_code == 422
    assert errors(response) == {"commune": ["Please choose below which place you mean."]}
    assert 'value="Vạn Phúc"' in page
    assert "Hà Đông Ward (formerly Vạn Phúc Ward)" in page
    assert f'type="radio" name="commune_choice" value="{ha_dong().pk}"' in page
    assert 'value="Số 8, ngõ 99"' in page


def test_the_chosen_meaning_is_taken(client, basket):
    review = to_review(client, basket, commune="van phuc", commune_choice=str(ha_dong().pk))
    assert review.context["given"].address.commune == ha_dong()


def test_a_choice_that_the_name_does_not_mean_is_not_taken(client, basket):
    elsewhere = Region.objects.current().communes().exclude(parent=ha_dong().parent).first()
    response = answer(client, basket, commune="Vạn Phúc", commune_choice=str(elsewhere.pk))
    assert list(errors(response)) == ["commune"]


def test_an_unknown_commune_is_said_with_the_province(client, basket):
    response = answer(client, basket, commune="Không Có Đâu")
    assert errors(response) == {
        "commune": ["No commune or ward of this name was found in Hà Nội. Check spelling and province."]
    }


def test_while_typing_the_meanings_are_shown(client):
    province = ha_dong().parent_id
    page = words(client.get(with_query("/en/thanh-toan/xa-phuong/", province=province, commune="vạn phúc")))
    assert "Hà Đông Ward (formerly Vạn Phúc Ward)" in page
    assert "<html" not in page


@pytest.mark.parametrize("province", ["", "x", "-1", "1" + "0" * 30, "9" * 5000, "\0"])
def test_a_province_that_is_none_means_nothing_while_typing(client, province):
    response = client.get("/thanh-toan/xa-phuong/", {"province": province, "commune": "hà đông"})
    assert (response.status_code, "radio" in words(response)) == (200, False)


def test_a_token_that_no_form_has_orders_nothing(client, basket):
    to_review(client, basket)
    assert client.post("/thanh-toan/dat-hang/", {"token": "\0", "terms": "on"}).status_code == 422
    assert not Order.objects.exists()


def test_an_exact_name_is_confirmed_while_typing(client):
    province = ha_dong().parent_id
    response = client.get(with_query("/thanh-toan/xa-phuong/", province=province, commune="hà đông"))
    assert "Phường Hà Đông, Hà Nội" in words(response)
    assert "radio" not in words(response)


@pytest.mark.parametrize(
    "values",
    [{}, {"province": "x", "commune": "a"}, {"province": "9" * 30, "commune": "a"}, {"province": "1"}],
)
def test_nothing_is_suggested_for_nothing(client, values):
    response = client.get(with_query("/en/thanh-toan/xa-phuong/", **values))
    assert response.status_code == 200
    assert words(response).strip() == ""


# --- with an account
def test_an_account_fills_the_form(client, art):
    person = make_user(email="lan@example.org", first_name="Nguyễn Thị Lan", phone="+84912345678")
    fill_basket(client, make_product(seller=art), owner=person)
    log_in(client, person)
    page = words(client.get(FORM))
    for value in ("Nguyễn Thị Lan", "0912 345 678", "lan@example.org"):
        assert f'value="{value}"' in page
    assert "No account needed." not in page


def test_a_saved_address_is_enough(client, art):
    person = make_user()
    basket = fill_basket(client, make_product(seller=art), owner=person)
    make_address(person, line1="1 phố cũ")
    address = make_address(person, line1="12 ngõ Gạch", is_default_for_shipping=True)
    log_in(client, person)
    assert client.get(FORM).context["form"].chosen_address == str(address.pk)
    order = place(
        client, basket, province=None, commune=None, street=None, email=person.email, saved=str(address.pk)
    )
    assert (order.shipping_address.line1, order.shipping_address.line4) == ("12 ngõ Gạch", "Phường Hà Đông")
    assert order.user == person


def test_another_address_can_be_written(client, art):
    person = make_user()
    basket = fill_basket(client, make_product(seller=art), owner=person)
    make_address(person)
    log_in(client, person)
    order = place(client, basket, saved="new", street="Số 8")
    assert order.shipping_address.line1 == "Số 8"


def test_addresses_of_others_cannot_be_taken(client, art):
    person = make_user()
    basket = fill_basket(client, make_product(seller=art), owner=person)
    make_address(person)
    foreign = make_address(make_user())
    log_in(client, person)
    response = answer(client, basket, saved=str(foreign.pk))
    assert response.status_code == 422
    assert list(errors(response)) == ["saved"]


def test_a_saved_address_in_a_commune_that_is_gone_is_refused(client, art):
    person = make_user()
    basket = fill_basket(client, make_product(seller=art), owner=person)
    address = make_address(person, line4="Phường Không Còn")
    log_in(client, person)
    response = answer(client, basket, saved=str(address.pk))
    assert errors(response) == {
        "saved": ["The commune of this address has changed. Please write it anew or correct it."]
    }


# --- the review
def test_the_review_says_everything_before_the_contract(client, basket, art):
    Partner.objects.filter(pk=art.pk).update(
        registered_address="Vạn Phúc, Hà Đông", business_code="0101234567", phone="024 3825 0000"
    )
    review = to_review(client, basket, **{f"note-{art.pk}": "Gọi trước"})
    page = words(review)
    assert review.status_code == 200
    for part in (
        "Nguyễn Thị Mẫu",
        "0912 345 678",
        "Số 8, ngõ 99",
        "Phường Hà Đông, Thành phố Hà Nội",
        "Vạn Phúc, Hà Đông",
        "0101234567",
        "024 3825 0000",
        "What is not named here the seller has not stated yet.",
        "4 × 46.000\xa0₫",
        "Cash on delivery",
        "Gọi trước",
        "Order, 931.000\xa0₫",
        "Until then you can cancel on the order's page, at no cost.",
    ):
        assert part in page
    assert Order.objects.count() == 0


def test_no_consent_is_given_beforehand(client, basket):
    page = words(to_review(client, basket))
    box = re.search(r'<input type="checkbox" name="terms"[^>]*>', page)[0]
    assert "checked" not in box


def test_without_consent_nothing_is_ordered(client, basket):
    review = to_review(client, basket)
    response = client.post(PLACE, consent(review) | {"terms": ""})
    page = words(response)
    assert response.status_code == 422
    assert page.count("Please confirm that you have read the order and the terms.") == 2
    assert f'name="token" value="{review.context["token"]}"' in page
    assert Order.objects.count() == 0


def test_the_form_remembers_what_was_answered(client, basket, art):
    to_review(client, basket, **{f"note-{art.pk}": "Gọi trước"})
    page = words(client.get(FORM))
    for value in ("Nguyễn Thị Mẫu", "0912 345 678", "Phường Hà Đông", "Số 8, ngõ 99", "Gọi trước"):
        assert f'value="{value}"' in page


def test_the_review_needs_answers(client, basket):
    for response in (client.get(REVIEW), client.post(PLACE, {"token": "x", "digest": "x", "terms": "on"})):
        assert (response.status_code, response.url) == (302, FORM)
    assert "Your answers are no longer here" in words(client.get(FORM))
    assert Order.objects.count() == 0


def test_a_session_that_ended_keeps_the_basket(client, basket):
    review = to_review(client, basket)
    client.session.flush()
    response = client.post(PLACE, consent(review))
    assert (response.status_code, response.url) == (302, FORM)
    assert basket.lines.count() == 3


def test_goods_of_a_seller_who_was_not_asked_about_are_asked_about(client, basket):
    to_review(client, basket)
    basket.add_product(make_product(), 1)
    response = client.get(REVIEW)
    assert (response.status_code, response.url) == (302, FORM)
    page = words(client.get(FORM))
    assert "Your basket now holds other goods." in page
    assert 'value="Số 8, ngõ 99"' in page


@pytest.mark.parametrize("lines", [1, 30])
def test_the_review_takes_a_fixed_number_of_queries(client, django_assert_num_queries, lines):
    sellers = [make_seller(), make_seller()]
    products = [make_product(seller=sellers[number % 2], pictured=True) for number in range(lines)]
    to_review(client, fill_basket(client, *products))
    with django_assert_num_queries(10):
        assert client.get(REVIEW).status_code == 200


# --- the confirmation
def test_a_guest_orders_from_two_sellers(client, basket, art, farm):
    order = place(client, basket)
    assert order.total_incl_tax == 931_000
    assert list(
        order.seller_orders.order_by("pk").values_list("seller", "total", "state", "payment_method")
    ) == [(art.pk, 715_000, "pending", "cod"), (farm.pk, 216_000, "pending", "cod")]
    placement = order.placement
    assert (placement.buyer_name, placement.language) == ("Nguyễn Thị Mẫu", "en")
    address = order.shipping_address
    assert (address.line1, address.line4, address.state) == (
        "Số 8, ngõ 99",
        "Phường Hà Đông",
        "Thành phố Hà Nội",
    )


def test_the_buyer_lands_on_the_order_and_keeps_no_answers(client, basket):
    review = to_review(client, basket)
    response = client.post(PLACE, consent(review))
    number = Order.objects.get().number
    assert re.fullmatch(rf"/en/tai-khoan/don-hang/{number}/[\w-]{{20,}}/", response.url)
    page = words(client.get(response.url))
    assert "Ordered from 2 sellers" in page
    assert "Nguyễn Thị Mẫu" not in client.session.get("checkout", "")


def test_vietnamese_pages_make_a_vietnamese_order(client, basket):
    assert place(client, basket, language="").placement.language == "vi"


def test_the_same_form_sent_twice_makes_one_order(client, basket):
    form = consent(to_review(client, basket))
    first, second = client.post(PLACE, form), client.post(PLACE, form)
    assert first.url == second.url
    assert Order.objects.count() == 1
    assert sum(StockRecord.objects.values_list("num_allocated", flat=True)) == 6


def test_whoever_goes_back_after_ordering_finds_the_order(client, basket):
    order = place(client, basket)
    for path in (FORM, REVIEW):
        response = client.get(path)
        assert response.status_code == 302
        assert f"/don-hang/{order.number}/" in response.url
    page = words(client.get(response.url))
    assert "You have placed this order already." in page


def test_a_new_basket_after_an_order_is_a_new_order(client, basket, art):
    first = place(client, basket)
    again = fill_basket(client, make_product(seller=art))
    assert place(client, again) != first


def test_a_forged_digest_is_not_a_confirmation(client, basket):
    review = to_review(client, basket)
    response = client.post(PLACE, consent(review) | {"digest": "forged"})
    assert response.status_code == 409
    assert "Something has changed since you looked" in words(response)
    assert Order.objects.count() == 0


@pytest.mark.parametrize("lines", [1, 30])
def test_ordering_takes_a_fixed_number_of_queries(client, django_assert_num_queries, art, lines):
    products = [make_product(seller=art) for _number in range(lines)]
    form = consent(to_review(client, fill_basket(client, *products)))
    with django_assert_num_queries(52):
        assert client.post(PLACE, form).status_code == 302


# --- what changes between review and confirmation
def dearer(product):
    StockRecord.objects.filter(product=product).update(price=50_000)


def fewer(product):
    StockRecord.objects.filter(product=product).update(num_allocated=8)


def sold_out(product):
    StockRecord.objects.filter(product=product).update(num_allocated=10)


def vanished(product):
    Product.objects.filter(pk=product.pk).update(is_public=False)


def delivery_dearer(product):
    Partner.objects.filter(pk=product.producer_id).update(delivery_charge=40_000)


@pytest.mark.parametrize(
    ("happens", "message", "can_confirm"),
    [
        (dearer, "Bưởi Diễn now costs 50.000\xa0₫ instead of 46.000\xa0₫.", True),
        (fewer, "Only 2 of Bưởi Diễn are left.", False),
        (sold_out, "Bưởi Diễn is sold out.", False),
        (vanished, "Bưởi Diễn is no longer for sale.", False),
        (delivery_dearer, "Delivery by Hợp tác xã Hòa Xá now costs 40.000\xa0₫.", True),
    ],
)
def test_a_change_is_told_exactly_and_confirmed_again(client, basket, happens, message, can_confirm):
    review = to_review(client, basket)
    happens(Product.objects.get(title="Bưởi Diễn"))

    response = client.post(PLACE, consent(review))

    page = words(response)
    assert response.status_code == 409
    assert message in page
    assert "Nguyễn Thị Mẫu" in page
    assert ('name="terms"' in page) is can_confirm
    assert Order.objects.count() == 0
    assert basket.lines.count() == 3
    if can_confirm:
        assert client.post(PLACE, consent(response)).status_code == 302
        assert Order.objects.count() == 1
    else:
        assert 'href="/en/gio-hang/"' in page


def test_a_line_that_was_added_in_another_tab_is_told(client, basket, art):
    review = to_review(client, basket)
    basket.add_product(make_product(seller=art, title="Khăn lụa"), 1)
    response = client.post(PLACE, consent(review))
    assert response.status_code == 409
    assert "Khăn lụa was added to your basket." in words(response)


def test_a_product_that_was_deleted_is_told(client, basket):
    review = to_review(client, basket)
    line_of(basket, Product.objects.get(title="Bưởi Diễn")).delete()
    response = client.post(PLACE, consent(review))
    assert response.status_code == 409
    assert "Bưởi Diễn is no longer in your basket." in words(response)


def test_a_basket_with_something_to_change_cannot_be_checked_out(client, basket):
    to_review(client, basket)
    sold_out(Product.objects.get(title="Bưởi Diễn"))
    for path in (FORM, REVIEW):
        response = client.get(path)
        assert (response.status_code, response.url) == (302, BASKET)
    page = words(client.get(BASKET))
    assert "Before you can order, something in your basket needs a change." in page
    assert "Bưởi Diễn is sold out." in page


def test_answers_survive_a_basket_that_needs_a_change(client, basket):
    sold_out(Product.objects.get(title="Bưởi Diễn"))
    assert answer(client, basket).url == BASKET
    StockRecord.objects.update(num_allocated=0)
    assert 'value="Số 8, ngõ 99"' in words(client.get(FORM))


def test_opening_the_address_of_ordering_shows_the_review(client, basket):
    response = client.get(PLACE)
    assert (response.status_code, response.url) == (302, REVIEW)


def test_a_form_of_another_site_is_refused(basket, client):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(FORM, form_data(basket)).status_code == 403
    assert strict.post(PLACE, {"token": uuid.uuid4().hex}).status_code == 403


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_order():
    client = Client()
    basket = fill_basket(client, (make_product(price=46_000), 4))
    form = consent(to_review(client, basket))

    def click(_number):
        try:
            visitor = Client()
            visitor.cookies = client.cookies.copy()
            return visitor.post(PLACE, form).url
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        targets = set(pool.map(click, range(4)))

    assert len(targets) == 1
    assert (Order.objects.count(), Placement.objects.count(), SellerOrder.objects.count()) == (1, 1, 1)
    assert StockRecord.objects.get().num_allocated == 4


# --- e-invoices
RECIPIENT = {
    "invoice_name": "Công ty TNHH Sen Việt",
    "invoice_tax_code": "0100109106",
    "invoice_address": "1 Giang Văn Minh, Ba Đình",
}


def test_to_whom_invoices_are_made_out_can_be_said_with_the_order(client, basket):
    review = to_review(client, basket, **RECIPIENT)
    for said in RECIPIENT.values():
        assert said in words(review)
    assert 'value="0100109106"' in words(client.get(FORM))
    order = place(client, basket, **RECIPIENT)
    asked = InvoiceRequest.objects.get(order=order)
    assert (asked.name, asked.tax_code, asked.address) == tuple(RECIPIENT.values())


def test_who_says_nothing_about_invoices_asks_for_none(client, basket):
    place(client, basket)
    assert not InvoiceRequest.objects.exists()


@pytest.mark.parametrize(
    ("given", "faulty"),
    [
        ({"invoice_name": "Công ty Sen"}, ["invoice_address"]),
        ({"invoice_tax_code": "0100109106"}, ["invoice_name", "invoice_address"]),
        ({**RECIPIENT, "invoice_tax_code": "0100109107"}, ["invoice_tax_code"]),
    ],
)
def test_half_a_recipient_of_invoices_is_asked_for_and_kept(client, basket, given, faulty):
    response = answer(client, basket, **given)
    assert response.status_code == 422
    assert sorted(errors(response)) == sorted(faulty)
    assert '<details class="invoice" open>' in words(response)
    for typed in given.values():
        assert f'value="{typed}"' in words(response)
