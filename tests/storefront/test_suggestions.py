import re

import pytest

from catalog.domain.certify import withdraw
from marketplace.regions.models import Region
from producers.models import Partner
from tests.factories.catalog import make_product, make_region, make_seller

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def options(client, words: str, path: str = "/tim-kiem/goi-y/") -> list[tuple[str, str]]:
    """What is suggested: the words of each line and where it leads."""
    page = client.get(path, {"q": words}).content.decode()
    lines = re.findall(r'<a role="option"[^>]* href="([^"]*)">(.*?)</a>', page, re.DOTALL)
    return [(" ".join(re.sub(r"</?b>", "", text).replace("<", " <").split()), url) for url, text in lines]


def texts(client, words: str, path: str = "/tim-kiem/goi-y/") -> list[str]:
    return [re.sub(r"\s*<[^>]+>\s*", "|", text).strip("|") for text, _url in options(client, words, path)]


@pytest.fixture
def lotus(regions):
    """A tea of Hà Đông, in set 8 (tea in bags and boxes), of a cooperative."""
    seller = make_seller(name="Hợp tác xã Sen Hồ")
    place = Region.objects.get(name="Phường Hà Đông", is_former=False)
    return make_product(title="Trà sen Tây Hồ", title_en="West Lake lotus tea", seller=seller, region=place)


def test_all_kinds_stand_in_one_list_and_lead_to_their_pages(client, lotus):
    found = dict(options(client, "ha dong"))
    assert f"/san-pham/?region={lotus.region.key}" in found.values()
    found = options(client, "trà s")
    assert found[0][1] == lotus.get_absolute_url()
    assert [url for _text, url in options(client, "sen ho")] == [
        lotus.get_absolute_url(),
        lotus.producer.get_absolute_url(),
    ]
    category = lotus.category
    assert category.get_absolute_url() in dict(options(client, category.name[:6])).values()


def test_english_pages_suggest_english_names_and_addresses(client, lotus):
    page = client.get("/en/tim-kiem/goi-y/", {"q": "lotus"}).content.decode()
    assert "West Lake <b>lotus</b> tea" in page
    assert f'href="/en/san-pham/{lotus.slug}_{lotus.pk}/"' in page
    assert 'data-status="1 suggestion, reach it with the arrow keys"' in page


def test_typed_letters_are_bold_with_or_without_marks(client, lotus):
    for words in ("tra sen", "TRÀ SEN", "Trà sen"):
        page = client.get("/tim-kiem/goi-y/", {"q": words}).content.decode()
        assert "<b>Trà</b> <b>sen</b> Tây Hồ" in page


def test_names_are_no_markup(client):
    make_product(title='Chè <img src="x"> & "xanh"', seller=make_seller(name="<script>"))
    page = client.get("/tim-kiem/goi-y/", {"q": "che"}).content.decode()
    assert "<img" not in page
    assert "&lt;" in page


def test_what_is_not_listed_is_not_suggested(client):
    withdrawn = make_product(title="Rượu nếp thử")
    withdraw(withdrawn.certification, on=withdrawn.certification.issued_on, decision="1", reason="Thử")
    make_product(title="Rượu nếp đóng", seller=make_seller(name="Rượu nếp quán", state=Partner.State.CLOSED))
    make_product(title="Rượu nếp chưa", recognised=False)
    make_seller(name="Rượu nếp không hàng")
    assert texts(client, "ruou nep") == []


@pytest.mark.parametrize(
    "words", ["", " ", "\x00", "'; drop table", "%", "\\", "🦆", "x" * 3000, "\u202eabc", "(", '"']
)
def test_odd_words_are_no_error(client, words):
    make_product()
    assert client.get("/tim-kiem/goi-y/", {"q": words}).status_code == 200


def test_everybody_gets_the_same_answer(client):
    response = client.get("/tim-kiem/goi-y/?q=sen")
    assert "public" in response["Cache-Control"]
    assert "s-maxage=5" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("count", [1, 30])
def test_number_of_queries_and_lines(client, django_assert_num_queries, count):
    for number in range(count):
        seller = make_seller(name=f"Quýt {number}")
        make_product(title=f"Quýt {number}", seller=seller, region=make_region(f"Xã Quýt {number}"))
    with django_assert_num_queries(10):
        found = options(client, "quyt")
    assert len(found) == min(count, 5) + 2 * min(count, 2)
