"""Craft villages: where they lie, and what the catalogue has of them."""

import pytest

from catalog.models import Product
from cms.domain.site import set_up
from cms.models import VillageIndex, VillagePage
from marketplace.regions.domain.resolve import resolve
from tests.factories.catalog import make_product, make_seller
from tests.tasks import run_tasks

pytestmark = [
    pytest.mark.integration,
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen", "regions"),
]

PATH = "/lang-nghe/"


@pytest.fixture
def index():
    home = set_up()
    page = home.add_child(instance=VillageIndex(title="Làng nghề", slug="lang-nghe", locale=home.locale))
    page.save_revision().publish()
    return page


def make_village(index, title="Vạn Phúc", place=("Vạn Phúc", "Hà Đông", "Hà Nội"), slug="van-phuc", **fields):
    found = resolve(*place)
    page = index.add_child(
        instance=VillagePage(
            title=title,
            slug=slug,
            locale=index.locale,
            **{
                "craft": "Lụa",
                "region": found.current,
                "former_region": found.region,
                "intro": "Làng lụa.",
                "story": "<p>Dệt từ lâu đời.</p>",
                "sources": [("source", {"title": "bài về lụa", "url": "https://www.vnexpress.net/lua"})],
                **fields,
            },
        )
    )
    page.save_revision().publish()
    return page


def make_goods(village, **fields) -> Product:
    return make_product(region=village.region, recorded_region=village.former_region, **fields)


def titles(response) -> list[str]:
    return [card.title for card in response.context["products"]]


def test_a_village_tells_its_craft_place_story_and_sources(client, index):
    make_village(index)
    page = client.get(f"{PATH}van-phuc/").text
    for words in (
        "<h1>Vạn Phúc</h1>",
        "Lụa",
        "<p>Dệt từ lâu đời.</p>",
        "Phường Hà Đông, Hà Nội",
        "phường Vạn Phúc",
        'href="https://www.vnexpress.net/lua"',
        "vnexpress.net",
        'class="map"',
    ):
        assert words in page


def test_its_goods_are_those_recorded_there_as_the_catalogue_has_them_now(client, index):
    village = make_village(index)
    make_goods(village, title="Khăn lụa", stars=4, pictured=True)
    make_goods(village, title="Túi lụa", stars=3)
    gone = make_goods(village, title="Đã rút")
    make_product(title="Nơi khác trong phường", region=village.region)
    Product.objects.filter(pk=gone.pk).update(is_public=False)

    response = client.get(f"{PATH}van-phuc/")

    assert titles(response) == ["Khăn lụa", "Túi lụa"]
    assert "Nơi khác" not in response.text
    assert response.text.count('class="stall-card"') == 2


def test_without_a_former_commune_the_goods_are_those_of_the_commune_today(client, index):
    village = make_village(index, former_region=None)
    make_product(title="Bánh", region=village.region)
    make_product(title="Xa", region=None)
    assert titles(client.get(f"{PATH}van-phuc/")) == ["Bánh"]


def test_a_village_without_goods_shows_no_empty_list(client, index):
    make_village(index)
    page = client.get(f"{PATH}van-phuc/")
    assert page.status_code == 200
    assert "Làm ra ở làng" not in page.text
    assert 'id="goods"' not in page.text


def test_the_list_has_map_crafts_and_numbers(client, index):
    village = make_village(index)
    make_village(index, "Bát Tràng", ("Bát Tràng", "Gia Lâm", "Hà Nội"), "bat-trang", craft="Gốm sứ")
    make_village(index, "Tân Cương", ("Tân Cương", "Thái Nguyên", "Thái Nguyên"), "tan-cuong", craft="Chè")
    make_goods(village, pictured=True)
    make_goods(village)

    response = client.get(PATH)

    assert [
        (province.region.short_name, [(each.label, each.count) for each in province.villages])
        for province in response.context["provinces"]
    ] == [("Hà Nội", [("Vạn Phúc", 2), ("Bát Tràng", 0)]), ("Thái Nguyên", [("Tân Cương", 0)])]
    assert response.text.count('class="map"') == 2
    assert f'href="{PATH}van-phuc/"' in response.text


def test_a_village_that_is_not_published_is_not_listed(client, index):
    make_village(index).unpublish()
    assert client.get(PATH).context["provinces"] == []
    assert client.get(f"{PATH}van-phuc/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_takes_the_same_number_of_queries(client, index, django_assert_num_queries, count):
    for number in range(count):
        village = make_village(index, f"Làng {number}", slug=f"lang-{number}")
        if number == 0:
            make_goods(village, pictured=True)
    client.get(PATH)
    with django_assert_num_queries(10):
        client.get(PATH)


@pytest.mark.parametrize("count", [1, 12])
def test_a_village_takes_the_same_number_of_queries(client, index, django_assert_num_queries, count):
    village = make_village(index)
    seller = make_seller()
    for _number in range(count):
        make_goods(village, pictured=True, seller=seller)
    client.get(f"{PATH}van-phuc/")
    with django_assert_num_queries(15):
        client.get(f"{PATH}van-phuc/")


def test_a_village_is_found_by_the_words_of_its_story_without_marks(client, index):
    make_village(index)
    run_tasks()  # The index is written after the page.
    found = client.get("/tin-tuc/tim-thay/", {"q": "det lau doi"}).text
    assert f'href="{PATH}van-phuc/"' in found
    assert f'href="{PATH}van-phuc/"' not in client.get("/tin-tuc/tim-thay/", {"q": "gom su"}).text
