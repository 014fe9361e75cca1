"""Reviews in the shop: score and newest ones on the product's page, all on their own, the buyer's form."""

import json
import re
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from marketplace.reviews.domain import reviewing
from marketplace.reviews.models import Review
from marketplace.sales import links
from marketplace.sales.models import SellerOrder
from storefront.scores import Score
from tests.factories.catalog import make_product, make_seller, make_user
from tests.factories.reviews import make_received_line, make_review
from tests.storefront.shopping import log_in

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES_OF_LIST = 7


@pytest.fixture
def product():
    return make_product(title="Chè Tân Cương")


@pytest.fixture
def buyer(client):
    person = make_user()
    log_in(client, person)
    return person


def page_of(product) -> str:
    return reverse("catalogue:detail", args=[product.slug, product.pk])


def list_of(product) -> str:
    return reverse("catalogue:reviews", args=[product.slug, product.pk])


def form_of(line, token: str | None = None) -> str:
    arguments = {"number": line.seller_order.order.number, "line": line.pk}
    return reverse("customer:order-review", kwargs={**arguments, **({"token": token} if token else {})})


def photo(name="anh.jpg") -> SimpleUploadedFile:
    target = BytesIO()
    picture = Image.new("RGB", (1600, 1200), "#b5512f")
    tags = picture.getexif()
    tags[0x010E] = "nơi chụp"
    picture.save(target, "JPEG", exif=tags)
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


def sent(**fields) -> dict:
    return {"rating": "4", "text": "Thơm.\r\n\r\n\r\nGói kỹ.", "name": "Lan", **fields}


def rating_in(html: str) -> dict | None:
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    described = next(each for each in map(json.loads, scripts) if each["@type"] == "Product")
    return described.get("aggregateRating")


# --- the score
@pytest.mark.parametrize(
    ("count", "total", "average", "grains"),
    [
        (1, 5, 5.0, ("", "", "", "", "")),
        (1, 1, 1.0, ("", "off", "off", "off", "off")),
        (12, 55, 4.6, ("", "", "", "", "half")),
        (36, 169, 4.7, ("", "", "", "", "half")),
        (20, 77, 3.9, ("", "", "", "", "off")),
        (4, 13, 3.3, ("", "", "", "half", "off")),
    ],
)
def test_a_score_has_one_decimal_and_five_grains(count, total, average, grains):
    score = Score(count, total)

    assert (score.average, score.grains) == (average, grains)


def test_a_product_without_reviews_says_nothing_of_them(client, product):
    html = client.get(page_of(product)).content.decode()

    assert 'class="score"' not in html
    assert 'id="reviews"' not in html
    assert rating_in(html) is None


def test_the_page_shows_the_score_and_the_newest_reviews(client, product):
    for rating, name in ((5, "An"), (4, "Bình"), (4, "Chi"), (5, "Dũng")):
        make_review(product, rating=rating, name=name)

    response = client.get(page_of(product))
    html = response.content.decode()

    assert [review.about.split(",")[0] for review in response.context["reviews"]] == ["Dũng", "Chi", "Bình"]
    assert '<b aria-hidden="true">4,5</b>' in html
    assert list_of(product) in html
    assert rating_in(html) == {
        "@type": "AggregateRating",
        "ratingValue": 4.5,
        "reviewCount": 4,
        "bestRating": 5,
        "worstRating": 1,
    }


def test_a_score_has_nothing_of_the_stars(client, product):
    make_review(product)

    html = client.get(page_of(product)).content.decode()
    score = re.search(r'<p class="score">.*?</p>', html).group()

    assert "★" not in html
    assert not re.search(r"sao|star|seal|badge|svg", score, re.IGNORECASE)


def test_nobody_tells_machines_a_rating_of_made_up_goods(client):
    product = make_product(seller=make_seller(is_fictional=True))
    make_review(product)

    assert rating_in(client.get(page_of(product)).content.decode()) is None


def test_a_hidden_review_is_nowhere(client, product):
    review = make_review(product, text="Lời không hay")
    reviewing.hide(review, actor=make_user(), reason="Xúc phạm")

    for address in (page_of(product), list_of(product)):
        assert "Lời không hay" not in client.get(address).content.decode()


def test_an_answer_stands_under_its_review(client, product):
    reviewing.answer(make_review(product), actor=make_user(), text="Cảm ơn bạn.")

    assert "Cảm ơn bạn." in client.get(list_of(product)).content.decode()


def test_what_people_write_is_text(client, product):
    review = make_review(product, text="<script>alert(1)</script>", name="<b>Lan</b>")
    reviewing.answer(review, actor=make_user(), text="<i>Cảm ơn</i>")

    html = client.get(list_of(product)).content.decode()

    assert "<script>alert" not in html
    assert "<b>Lan" not in html
    assert "<i>Cảm ơn" not in html


def test_a_variant_is_reviewed_on_the_page_of_its_product(product):
    line = make_received_line(product)
    variant = make_product(title="Chè Tân Cương 200 g", parent=product, structure="child", recognised=False)
    line.order_line.product = variant

    assert reviewing.write(line, author=None, name="Lan", rating=5).product == product


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_a_fixed_number_of_queries(client, product, django_assert_num_queries, count):
    buyer = make_user()
    for _number in range(count):
        Review.objects.filter(pk=make_review(product, user=buyer).pk).update(answer="Cảm ơn.")
        product.stock_record.refresh_from_db()
        type(product.stock_record).objects.filter(pk=product.stock_record.pk).update(num_in_stock=100)
    client.get(list_of(product))

    with django_assert_num_queries(QUERIES_OF_LIST):
        response = client.get(list_of(product))

    assert len(response.context["reviews"]) == min(count, 20)


def test_the_list_of_an_unlisted_product_is_not_there(client):
    product = make_product(is_public=False)

    assert client.get(list_of(product)).status_code == 404


def test_the_list_has_one_address(client, product):
    wrong = reverse("catalogue:reviews", args=["khac", product.pk])

    assert client.get(wrong).headers["Location"] == list_of(product)


# --- the form
def test_a_buyer_writes_with_pictures_that_tell_no_place(client, product, buyer):
    line = make_received_line(product, user=buyer)
    page = client.get(form_of(line))
    assert page.context["form"]["name"].value() == "Lan"

    response = client.post(form_of(line), sent(pictures=[photo("một.jpg"), photo("hai.jpg")]))

    assert response.headers["Location"] == reverse("customer:order", args=[line.seller_order.order.number])
    review = Review.objects.get()
    assert (review.rating, review.text, review.name) == (4, "Thơm.\n\nGói kỹ.", "Lan")
    assert len(review.pictures) == 2
    for url in review.shown_pictures[0].urls.values():
        with default_storage.open(url.partition("/media/")[2]) as file:
            assert not Image.open(file).getexif()
    assert review.shown_pictures[0].src in client.get(page_of(product)).content.decode()


def test_a_guest_writes_by_the_signed_link(client, product):
    line = make_received_line(product)
    order = line.seller_order.order
    token = links.guest_link_token(order)
    assert (
        form_of(line, token)
        in client.get(reverse("customer:guest-order", args=[order.number, token])).content.decode()
    )

    client.post(form_of(line, token), sent())

    assert Review.objects.get().author is None
    assert (
        form_of(line, token)
        not in client.get(reverse("customer:guest-order", args=[order.number, token])).content.decode()
    )


def test_others_cannot_write(client, product, buyer):
    line = make_received_line(product, user=make_user())

    assert client.post(form_of(line), sent()).status_code == 404
    assert client.post(form_of(line, "forged"), sent()).status_code == 404
    assert not Review.objects.exists()


def test_a_second_review_and_one_before_the_goods_came_are_told(client, product, buyer):
    line = make_received_line(product, user=buyer)
    client.post(form_of(line), sent())
    assert client.post(form_of(line), sent(rating="1")).status_code == 409
    assert Review.objects.get().rating == 4

    early = make_received_line(product, user=buyer)
    SellerOrder.objects.filter(pk=early.seller_order_id).update(state="shipped")
    assert client.get(form_of(early)).status_code == 409
    assert client.post(form_of(early), sent()).status_code == 409
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"rating": ""}, "rating"),
        ({"rating": "6"}, "rating"),
        ({"rating": "4.5"}, "rating"),
        ({"text": "x" * 2001}, "text"),
        ({"name": " "}, "name"),
        ({"pictures": [lambda: SimpleUploadedFile("x.jpg", b"PK\x03\x04")]}, "pictures"),
        ({"pictures": [photo] * 5}, "pictures"),
    ],
)
def test_a_bad_form_comes_back_with_what_was_typed(client, product, buyer, fields, bad):
    line = make_received_line(product, user=buyer)
    made = {
        **fields,
        **({"pictures": [make() for make in fields["pictures"]]} if "pictures" in fields else {}),
    }

    response = client.post(form_of(line), sent(**made))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [bad]
    assert not Review.objects.exists()
    if bad != "text":
        assert "Gói kỹ." in response.content.decode()


def test_the_order_says_what_was_reviewed(client, product, buyer):
    line = make_received_line(product, user=buyer)
    address = reverse("customer:order", args=[line.seller_order.order.number])
    assert form_of(line) in client.get(address).content.decode()

    reviewing.write(line, author=buyer, name="Lan", rating=2)

    assert form_of(line) not in client.get(address).content.decode()
