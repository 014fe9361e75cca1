"""The home page: what the usual composition shows, and what an editor makes of it."""

import datetime

import pytest
from django.utils import translation

from catalog.domain.certify import withdraw
from catalog.models import Category
from cms.domain.site import set_up
from cms.models import (
    EventIndex,
    File,
    HomePage,
    LibraryPage,
    NewsIndex,
    PublicationIndex,
    StoryIndex,
)
from marketplace.regions.models import Region
from producers.models import Partner, Story
from search import engines, indexing
from search.engines.embedded.engine import EmbeddedEngine
from tests.cms.articles import add_picture
from tests.factories.catalog import make_picture, make_product, make_region, make_seller, make_user
from tests.factories.points import make_point

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen", "vietnamese")]


@pytest.fixture
def vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def indexed(tmp_path, monkeypatch):
    """Search as the site runs it; called when everything is there."""
    engine = EmbeddedEngine(tmp_path / "search")
    engine.seen_after = 0.0

    def index():
        indexing.rebuild(index=engine)
        monkeypatch.setattr(engines, "index", lambda: engine)
        monkeypatch.setattr(engines, "get", lambda: engine)

    return index


@pytest.fixture
def goods(regions):
    """Goods of five and four stars of several sets, sellers and places, and one with a story."""
    province = "Thành phố Hà Nội"
    places = [make_region(name, province=province) for name in ("Phường Hà Đông", "Xã Bát Tràng")]
    made = [
        make_product(stars=4 + number % 2, set_number=1 + number, pictured=True, region=places[number % 2])
        for number in range(8)
    ]
    make_story(made[0])
    return made


def make_story(product, title="Chuyện của làng"):
    return Story.objects.create(
        product=product,
        seller=product.producer,
        title=title,
        body="Chuyện",
        published_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )


def shown(response, title, name="cards"):
    """What the block under a heading shows; an empty list if it has dropped out."""
    return next((each[name] for each in response.context if each.get("title") == title), [])


def compose(*blocks) -> HomePage:
    home = set_up()
    home.body = blocks
    home.save_revision().publish()
    return home


# --- the usual composition
def test_an_empty_shop_has_a_home_page(client):
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("is_set_up", [False, True])
def test_home_in_both_languages(client, goods, is_set_up):
    if is_set_up:
        set_up()
    assert "Hàng của làng, đã được chấm sao." in client.get("/").text
    page = client.get("/en/").text
    assert "Goods from the villages, scored and starred." in page
    assert page.count("<h1") == 1


def test_a_fresh_site_has_its_pages_in_both_languages_and_setting_up_again_changes_nothing(client):
    home = set_up()
    assert [page.slug for page in NewsIndex.objects.order_by("pk")] == ["tin-tuc", "tin-tuc"]
    assert client.get("/tin-tuc/").status_code == client.get("/en/tin-tuc/").status_code == 200
    for model in (EventIndex, StoryIndex, PublicationIndex, LibraryPage):
        assert {page.locale.language_code for page in model.objects.all()} == {"vi", "en"}
    menu = [page["url"] for page in client.get("/en/").context["menu_pages"]]
    assert menu == ["/en/tin-tuc/", "/en/su-kien/", "/en/an-pham/"]
    home.body = [("text", "<p>Của người biên tập</p>")]
    home.save_revision().publish()
    set_up()
    assert "Của người biên tập" in client.get("/").text


def test_blocks_with_nothing_to_show_drop_out(client):
    page = client.get("/").text
    for heading in ("Bốn và năm sao", "Gian hàng</h2>", "Tin tức</h2>", 'class="mosaic"', 'class="villages"'):
        assert heading not in page


def test_the_best_are_in_force_in_stock_and_pictured(client):
    best = make_product(stars=5, pictured=True)
    make_product(stars=5)
    make_product(stars=3, pictured=True)
    make_product(stars=5, pictured=True, stock=0)
    make_product(stars=5, pictured=True, certification={"issued_on": datetime.date(2020, 1, 1)})
    make_product(stars=5, pictured=True, set_number=14)
    assert [each.pk for each in client.get("/").context["mosaic"]] == [best.pk]


def test_sets_and_sellers_take_turns_and_nothing_comes_twice(client):
    seller = make_seller()
    own = [make_product(stars=5, pictured=True, seller=seller, set_number=1) for _number in range(8)]
    other = make_product(stars=4, pictured=True, set_number=22)
    response = client.get("/")
    mosaic = [each.pk for each in response.context["mosaic"]]
    assert mosaic[:2] == [own[-1].pk, other.pk]
    best = [each.pk for each in shown(response, "Bốn và năm sao")]
    assert sorted([*mosaic, *best]) == sorted([*(each.pk for each in own), other.pk])


def test_groups_count_what_is_listed(client):
    make_product(set_number=1)
    make_product(set_number=22)
    make_product(set_number=21)
    make_product(set_number=21, recognised=False)
    counts = {group.category.code: group.count for group in client.get("/").context["groups"]}
    assert counts == {"food": 1, "crafts": 2} | dict.fromkeys(counts.keys() - {"food", "crafts"}, 0)


def test_villages_are_those_of_the_province_with_the_most(client, goods):
    make_product(pictured=True, region=make_region())
    context = client.get("/").context
    assert context["province"] == Region.objects.get(name="Thành phố Hà Nội", is_former=False)
    assert {village["label"]: village["count"] for village in context["villages"]} == {
        "Hà Đông": 4,
        "Bát Tràng": 4,
    }
    assert all(village["picture"] for village in context["villages"])


def test_the_large_story_is_the_newest_of_those_that_lists_show(client, goods):
    closed = make_product()
    make_story(closed, "Của hàng bị thu hồi")
    withdraw(closed.certification, on=datetime.date(2026, 11, 1), reason="x", decision="1/QĐ")
    assert client.get("/").context["large"].product == goods[0]


def test_points_of_sale_stand_on_the_map_with_their_numbers(client, regions):
    ha_noi = {"region": make_region("Phường Hà Đông", province="Thành phố Hà Nội")}
    for _number in range(2):
        make_point(seller=ha_noi)
    closed = make_point()
    Partner.objects.filter(pk=closed.seller_id).update(state=Partner.State.CLOSED)
    page = client.get("/").text
    assert '<a href="/diem-ban/?region=p-01"><b>Hà Nội</b>' in page
    assert page.count('class="map marks"') == 1
    assert "Thái Nguyên" not in page


def test_the_map_of_a_province_names_its_communes(client, regions):
    make_point(seller={"region": make_region("Phường Hà Đông", province="Thành phố Hà Nội")})
    make_point()
    compose(("points", {"title": "Ở Hà Nội", "region": Region.objects.get(key="p-01"), "number": 8}))
    page = client.get("/").text
    assert "<b>Hà Đông</b>" in page
    assert "Tân Cương" not in page


def test_fictional_stalls_are_not_shown_off(client):
    make_product(seller=make_seller(is_fictional=True))
    real = make_product()
    assert [stall.pk for stall in shown(client.get("/"), "Gian hàng", "stalls")] == [real.producer_id]


def test_the_menu_has_short_names_in_the_readers_language(client):
    make_product(set_number=26)
    page = client.get("/en/").text
    with translation.override("en"):
        address = Category.objects.get(code="tourism").get_absolute_url()
    assert f'<li><a href="{address}">Village tourism</a></li>' in page


def test_pages_themselves_hold_nothing_personal(client):
    make_product()
    client.force_login(make_user(first_name="Lan Hương"))
    for path in ("/", "/san-pham/", "/gian-hang/"):
        assert "Lan Hương" not in client.get(path).text


def test_head_fragment_is_private_and_never_kept(client):
    response = client.get("/en/toi/")
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert "no-store" in response["Cache-Control"]
    client.force_login(make_user(first_name="Lan"))
    assert "Lan" in client.get("/toi/").text


# --- composed by an editor
def test_an_editors_composition_stands_in_its_order(client):
    tea = make_product(title="Trà sen Tây Hồ", pictured=True)
    compose(
        ("text", "<h2>Chào</h2><p>Lời đầu trang</p>"),
        ("products", {"title": "Chọn riêng", "products": [tea]}),
        ("action", {"title": "", "text": "", "words": "Xem gian hàng", "url": "/gian-hang/"}),
    )
    page = client.get("/").text
    assert page.index("Lời đầu trang") < page.index("Trà sen Tây Hồ") < page.index("Xem gian hàng")
    assert page.count("<h1") == 1
    assert "mosaic" not in page


def test_the_english_home_is_composed_by_itself(client):
    compose(("text", "<p>Chỉ tiếng Việt</p>"))
    assert "Chỉ tiếng Việt" not in client.get("/en/").text


def many_blocks(goods, queries: int, copies: int) -> list:
    """Blocks of every kind, with so many live queries."""
    live = [
        (
            "query",
            {"title": f"Lượt {number}", "words": "san pham", "stars": ["5", "4"], "number": 1 + number % 4},
        )
        for number in range(queries)
    ]
    chosen = [
        ("products", {"title": "Chọn", "products": goods[:copies]}),
        ("stalls", {"title": "Chọn", "stalls": [each.producer for each in goods[:copies]]}),
        ("text", "<p>Chữ</p>"),
        ("quote", {"text": "Lời", "who": "Lan", "about": ""}),
        ("figures", {"figures": [{"value": "60 hộ", "label": "làm nghề"}]}),
        ("picture", {"picture": add_picture(), "caption": "Thợ gốm"}),
        ("download", {"file": File.objects.create(title="Kế hoạch", file="documents/a.pdf"), "title": ""}),
    ]
    usual = [
        ("hero", {"title": "Hàng làng", "lead": "", "shortcuts": [], "products": []}),
        ("groups", {"title": ""}),
        ("meaning", {"title": "Sao", "text": ""}),
        ("villages", {"title": "Làng", "number": 8}),
        ("livestreams", {"title": "Trực tiếp", "number": 3}),
        ("stalls", {"title": "Gian hàng", "stalls": [], "number": 6}),
        ("stories", {"title": "Chuyện", "stories": [], "number": 3}),
        ("coming", {"title": "Sự kiện", "which": "latest", "number": 4}),
        ("news", {"title": "Tin", "number": 4}),
        ("points", {"title": "Mua ở đâu", "region": None, "number": 8}),
    ]
    return [*usual, *live, *chosen * copies]


@pytest.mark.parametrize(("queries", "copies", "blocks"), [(1, 1, 18), (10, 2, 34)])
@pytest.mark.parametrize("logged_in", [False, True])
def test_thirty_blocks_take_at_most_fifteen_queries_as_one_of_each(
    client, django_assert_max_num_queries, goods, indexed, queries, copies, blocks, logged_in
):
    made = many_blocks(goods, queries, copies)
    assert len(made) == blocks
    compose(*made)
    make_point()
    indexed()
    client.get("/")
    if logged_in:
        client.force_login(make_user())
    with django_assert_max_num_queries(15):
        page = client.get("/").text
    assert page.count(">Lượt ") == queries


@pytest.mark.parametrize("count", [1, 3])
def test_the_database_as_a_search_engine_takes_the_same_number_of_queries(
    client, django_assert_num_queries, goods, count
):
    for product in goods * (count - 1):
        again = make_product(stars=5, region=product.region, set_number=product.category.set_number)
        make_picture(again)
    make_point()
    client.get("/")
    # 3 of them are the database's, as a search engine; one with an index asks none.
    with django_assert_num_queries(15):
        client.get("/")


@pytest.mark.parametrize(("queries", "copies"), [(1, 1), (10, 2)])
def test_thirty_blocks_without_an_index_take_three_more_queries(
    client, django_assert_num_queries, goods, queries, copies
):
    compose(*many_blocks(goods, queries, copies))
    make_point()
    client.get("/")
    with django_assert_num_queries(17):
        client.get("/")
