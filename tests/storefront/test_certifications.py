import datetime
import re

import pytest

from catalog.domain.certify import withdraw
from catalog.models import Certification
from tests.factories.catalog import make_certification, make_product, make_region, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def look_up(client, certification: Certification):
    return client.get(f"/en/chung-nhan/{certification.code}/")


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_form_leads_on_to_the_code(client):
    code = make_product().certification.code
    assert client.get("/chung-nhan/").status_code == 200
    typed = f" {code[:4].lower()}-{code[4:]} "
    response = client.get("/chung-nhan/", {"code": typed})
    assert (response.status_code, response.url) == (302, f"/chung-nhan/{code}/")
    assert client.get(f"/chung-nhan/{code.lower()}/").url == f"/chung-nhan/{code}/"


@pytest.mark.parametrize("typed", ["", "   ", "???", "đ"])
def test_nothing_typed(client, typed):
    response = client.get("/en/chung-nhan/", {"code": typed})
    assert response.status_code == 200
    assert "Type a code first." in text(response)


def test_an_unknown_code(client):
    response = client.get("/en/chung-nhan/ABCDEF2345/")
    assert response.status_code == 404
    assert "There is no such code" in text(response)
    assert 'value="ABCDEF2345"' in response.content.decode()
    assert 'class="cert"' not in response.content.decode()


def test_in_force(client):
    product = make_product(stars=5, certification={"decision_number": "813/QĐ-UBND"}, region=make_region())
    response = look_up(client, product.certification)
    words = text(response)
    assert response.status_code == 200
    assert "OCOP certification, 5 stars" in words
    assert "Decision 813/QĐ-UBND" in words
    assert product.title in words
    assert product.producer.name in words
    assert "5; a label with more is wrong" in words
    assert "Looked up at 09:00, 24 November 2026." in words
    assert 'class="cert"' in response.content.decode()


@pytest.mark.parametrize(
    ("certification", "words"),
    [
        ({"issued_on": datetime.date(2023, 10, 2)}, "The rank of 3 stars ended on 2 October 2026."),
        ({"issued_on": None}, "The source names 3 stars, but no date"),
        ({"stars": None}, "Number of stars not stated"),
    ],
)
def test_what_does_not_count_is_without_red(client, certification, words):
    stars = certification.pop("stars", 3)
    product = make_product(stars=stars, certification=certification)
    response = look_up(client, product.certification)
    assert words in text(response)
    assert "None today" in text(response)
    assert 'class="cert void"' in response.content.decode()
    assert "data-stars" not in response.content.decode()


def test_withdrawn(client):
    product = make_product()
    withdraw(product.certification, on=datetime.date(2026, 9, 15), decision="1/QĐ-X", reason="hỏng")
    response = look_up(client, product.certification)
    assert response.status_code == 200
    assert "Withdrawn on 15 September 2026" in text(response)
    assert "Withdrawn by 1/QĐ-X of 15 September 2026" in text(response)
    assert "data-stars" not in response.content.decode()


def test_replaced_names_the_newest(client):
    product = make_product(stars=3, certification={"issued_on": datetime.date(2024, 1, 1)})
    earlier = product.certification
    newest = make_certification(product, stars=4, issued_on=datetime.date(2026, 1, 1))
    response = look_up(client, earlier)
    assert "An earlier certification" in text(response)
    assert f'href="/en/chung-nhan/{newest.code}/"' in response.content.decode()
    assert "data-stars" not in response.content.decode()
    assert "data-stars" in look_up(client, newest).content.decode()


def test_illustrative_says_so(client):
    product = make_product(certification={"provenance": Certification.Provenance.ILLUSTRATIVE})
    words = text(look_up(client, product.certification))
    assert "Kind Illustrative" in words
    assert words.count("illustrative date") == 2


def test_a_closed_stalls_certification_still_counts(client):
    product = make_product(seller=make_seller(state="closed"))
    assert "In force" in text(look_up(client, product.certification))


def test_a_product_in_preparation_is_not_found(client):
    product = make_product(is_public=False)
    assert look_up(client, product.certification).status_code == 404


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("logged_in", [False, True])
def test_number_of_queries(client, django_assert_num_queries, count, logged_in):
    product = make_product(pictured=True, region=make_region())
    for number in range(count):
        make_certification(product, issued_on=datetime.date(2020, 1, 1 + number))
    if logged_in:
        client.force_login(make_user())
    product.refresh_from_db()
    with django_assert_num_queries(8):
        look_up(client, product.certification)
