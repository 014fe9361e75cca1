import datetime

import pytest
from django.http import QueryDict

from catalog.domain.certify import withdraw
from catalog.models import Product
from marketplace.core import clock
from marketplace.regions.models import Region
from producers.models import Partner
from search import engines
from search.models import Pin
from search.query import ProductQuery
from search.scope import resolve
from tests.factories.catalog import (
    make_category,
    make_certification,
    make_product,
    make_region,
    make_seller,
    make_variant,
)
from tests.factories.points import make_point
from tests.factories.shelves import make_shelf
from tests.marketplace.sales.cases import buy

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

EXPIRED = {"issued_on": datetime.date(2022, 5, 5)}


def search(address: str = "", size: int = 24):
    return engines.get().search(resolve(ProductQuery.from_get(QueryDict(address))), size)


def region(name: str, former: bool = False, **conditions) -> Region:
    return Region.objects.get(name=name, is_former=former, **conditions)


def test_words_are_found_without_marks_and_from_their_beginning():
    noodles = make_product(title="Miến dong Tài Hoan")
    make_product(title="Bánh tẻ Phú Nhi")
    assert search("q=mien dong").ids == [noodles.pk]
    assert search("q=MIẾN tài").ids == [noodles.pk]
    assert search("q=ien").ids == []
    assert search("q=mien te").ids == []


def test_words_without_letters_find_nothing():
    make_product()
    assert search("q=!!!").ids == []


def test_the_name_as_typed_comes_first():
    later = make_product(title="Bánh tẻ nhân mật ong", set_number=6)
    first = make_product(title="Mật ong Vinh Hoa", set_number=6)
    inside = make_product(title="Mật mía và ong", set_number=6)
    assert search("q=mật ong").ids == [first.pk, later.pk, inside.pk]


def test_a_product_is_found_by_its_former_place(regions):
    then = region("Phường Vạn Phúc", True, parent__name="Quận Hà Đông")
    silk = make_product(title="Khăn lụa", region=region("Phường Hà Đông"), recorded_region=then)
    make_product(title="Trà", region=make_region())
    assert search("q=lua van phuc").ids == [silk.pk]


def test_a_former_name_alone_finds_products_recorded_under_the_name_of_today(regions):
    now = region("Phường Bắc Kạn")
    found = make_product(title="Miến dong", region=now, recorded_region=now)
    assert "na hang" not in found.folded
    former = (
        Region.objects.former()
        .filter(successions__successor=now, kind="commune")
        .exclude(folded__contains="bac kan")
    )
    assert search(f"q={former.first().short_name}").ids == [found.pk]


def test_bac_kan_finds_what_lies_in_todays_thai_nguyen(regions):
    commune = (
        Region.objects.current()
        .communes()
        .filter(
            inheritances__predecessor__parent__parent__name="Tỉnh Bắc Kạn", parent__name="Tỉnh Thái Nguyên"
        )
    )
    inside = make_product(title="Hồng không hạt", region=commune.first())
    make_product(title="Chè", region=region("Xã Tân Cương", parent__name="Tỉnh Thái Nguyên"))
    assert search("q=Bắc Kạn").ids == [inside.pk]


def test_places_take_keys_of_today_and_of_former_units(regions):
    commune = (
        Region.objects.current()
        .communes()
        .filter(
            inheritances__predecessor__parent__parent__name="Tỉnh Bắc Kạn", parent__name="Tỉnh Thái Nguyên"
        )
    )
    north = make_product(region=commune.first())
    south = make_product(region=region("Xã Tân Cương", parent__name="Tỉnh Thái Nguyên"))
    whole = make_product(region=region("Tỉnh Thái Nguyên"), recorded_region=region("Tỉnh Bắc Kạn", True))
    today = region("Tỉnh Thái Nguyên").key
    assert set(search(f"region={today}").ids) == {north.pk, south.pk, whole.pk}
    assert set(search(f"region={region('Tỉnh Bắc Kạn', True).key}").ids) == {north.pk, whole.pk}
    assert search(f"region={today}&region={south.region.key}").ids == [south.pk]


def test_a_set_narrows_its_own_group_only():
    rice, honey, cloth = make_product(set_number=3), make_product(set_number=4), make_product(set_number=22)
    assert set(search("group=food").ids) == {rice.pk, honey.pk}
    assert search("group=food&category=set-03").ids == [rice.pk]
    assert set(search("group=food&category=set-03&group=crafts").ids) == {rice.pk, cloth.pk}


def test_only_stars_in_force_count():
    four = make_product(stars=4)
    make_product(stars=4, certification=EXPIRED)
    assert search("stars=4").ids == [four.pk]
    assert search("stars=4&stars=3").total == 1


def test_stars_end_with_the_day(frozen):
    product = make_product(stars=4, certification={"issued_on": datetime.date(2023, 11, 24)})
    assert search("stars=4").ids == [product.pk]
    frozen.shift(datetime.timedelta(days=1))
    assert search("stars=4").ids == []
    assert search().ids == [product.pk]


def test_stars_among_the_words_lift_and_exclude_nothing():
    five, four = (make_product(title=f"Gốm Bát Tràng {stars}", stars=stars) for stars in (5, 4))
    assert search("q=gốm bát tràng").ids == [five.pk, four.pk]
    for words in ("gốm bát tràng 4 sao", "ocop bat trang 4*", "4 sao"):
        assert search(f"q={words}").ids == [four.pk, five.pk], words


def test_a_product_of_several_packs_has_the_price_and_stock_that_its_card_shows():
    lowest, second, gone = (
        make_product(price=90_000),
        make_product(price=30_000, stock=0),
        make_product(stock=0),
    )
    make_variant(lowest, "200 g", price=20_000)
    make_variant(lowest, "100 g", price=10_000, stock=0)
    make_variant(second, price=60_000)
    make_variant(gone, price=40_000, stock=0)
    assert search("sort=price").ids == [lowest.pk, gone.pk, second.pk]
    assert search("sort=-price").ids == [second.pk, gone.pk, lowest.pk]
    for product, price in ((lowest, 20_000), (second, 60_000), (gone, 40_000)):
        assert search(f"price_min={price}&price_max={price}").ids == [product.pk]
    assert set(search("price=0-50000").ids) == {lowest.pk, gone.pk}
    found = search("in_stock=1")
    assert set(found.ids) == {lowest.pk, second.pk}
    assert found.facets.in_stock == 2


def test_orders_count_once_for_whichever_of_the_packs_they_have():
    tea, honey, salt = (make_product(set_number=1, stock=9) for _number in range(3))
    large = make_variant(tea, "1 kg", price=90_000, stock=9)
    buy(large, tea)
    buy(large)
    for _order in range(3):
        buy(honey)
    buy(salt)
    assert search("sort=sales").ids == [honey.pk, tea.pk, salt.pk]


def test_packs_that_buyers_cannot_choose_do_not_count():
    product, tour = make_product(price=90_000, stock=0), make_product(set_number=26, price=90_000, stock=0)
    Product.objects.filter(pk=make_variant(product, price=20_000).pk).update(is_public=False)
    make_variant(tour, price=20_000)
    assert search("price_max=50000").ids == []
    assert search("in_stock=1").ids == []


def test_prices_are_those_of_the_producer():
    cheap, dear = make_product(price=20_000), make_product(price=90_000)
    free = make_product(price=None)
    assert search("price_max=50000").ids == [cheap.pk]
    assert search("price_min=90000").ids == [dear.pk]
    assert search("sort=price").ids == [cheap.pk, dear.pk, free.pk]
    assert search("sort=-price").ids == [dear.pk, cheap.pk, free.pk]


def test_in_stock_is_what_can_be_bought():
    here = make_product()
    make_product(stock=0)
    make_product(set_number=14)
    make_product(producer=None)
    results = search("in_stock=1")
    assert results.ids == [here.pk]
    assert search().facets.in_stock == 1


def test_what_can_be_bought_comes_first_then_stars_then_the_newest():
    three = make_product(stars=3)
    five = make_product(stars=5)
    expired = make_product(stars=5, certification=EXPIRED)
    newer = make_product(stars=5, certification={"issued_on": datetime.date(2026, 1, 1)})
    sold_out = make_product(stars=5, stock=0)
    assert search().ids == [newer.pk, five.pk, three.pk, expired.pk, sold_out.pk]
    assert search("sort=newest").ids[0] == newer.pk
    assert search("sort=stars").ids == [newer.pk, sold_out.pk, five.pk, three.pk, expired.pk]


def test_what_the_office_pinned_comes_before_all():
    better, pinned = make_product(title="Trà sen", stars=5), make_product(title="Bánh cốm", stars=3)
    Pin.objects.create(words="trà sen", product=pinned)
    assert search("q=tra sen").ids == [pinned.pk, better.pk]
    assert search("q=tra sen&sort=newest").ids == [better.pk]
    assert search("q=tra sen&stars=5").ids == [better.pk]


def test_what_needs_a_clearance_can_be_bought_until_its_last_day(frozen):
    rice_wine = make_product(title="Rượu gạo", set_number=14)
    assert search("in_stock=1").ids == []
    Product.objects.filter(pk=rice_wine.pk).update(cleared_until=datetime.date(2026, 11, 24))
    assert search("in_stock=1").ids == [rice_wine.pk]
    frozen.shift(datetime.timedelta(days=1))
    assert search("in_stock=1").ids == []


def test_one_seller():
    seller = make_seller()
    own = make_product(seller=seller)
    make_product()
    results = search(f"producer={seller.slug}")
    assert results.ids == [own.pk]
    assert results.sellers == 1


def test_withdrawn_closed_and_unrecognised_are_nowhere():
    withdrawn = make_product()
    withdraw(withdrawn.certification, on=datetime.date(2026, 10, 1), decision="1/QĐ", reason="x")
    make_product(seller=make_seller(state=Partner.State.CLOSED))
    make_product(seller=make_seller(state=Partner.State.SUSPENDED))
    make_product(recognised=False)
    make_product(is_public=False)
    results = search()
    assert (results.ids, results.total) == ([], 0)
    assert results.facets == engines.Facets(stars={5: 0, 4: 0, 3: 0})


def test_facets_are_counted_under_the_other_conditions(regions):
    hanoi, tea = region("Phường Hà Đông"), region("Xã Tân Cương", parent__name="Tỉnh Thái Nguyên")
    then = region("Phường Vạn Phúc", True, parent__name="Quận Hà Đông")
    make_product(set_number=22, stars=4, region=hanoi, recorded_region=then)
    make_product(set_number=22, stars=5, region=hanoi, recorded_region=then)
    make_product(set_number=11, stars=4, region=tea)
    found = search("group=crafts&stars=4")
    assert found.total == 1
    assert found.facets.stars == {5: 1, 4: 1, 3: 0}
    assert found.facets.categories == {make_category(22).pk: 1, make_category(11).pk: 1}
    assert [(place.name, place.count) for place in found.facets.provinces] == [("Thành phố Hà Nội", 1)]
    commune = found.facets.provinces[0].communes[0]
    assert (commune.name, commune.count, commune.former) == ("Phường Hà Đông", 1, ("Vạn Phúc",))
    everywhere = search("stars=4&region=" + tea.key).facets.provinces
    assert {place.name: place.count for place in everywhere} == {
        "Thành phố Hà Nội": 1,
        "Tỉnh Thái Nguyên": 1,
    }


def test_pages_hold_every_product_once():
    products = [make_product() for _number in range(5)]
    pages = [search(f"page={page}", size=2) for page in (1, 2, 3)]
    assert [each.pages for each in pages] == [3, 3, 3]
    assert sorted(pk for page in pages for pk in page.ids) == sorted(each.pk for each in products)
    assert search("page=99", size=2).page == 3


def test_a_product_of_several_recognitions_counts_once():
    product = make_product(stars=3)
    make_certification(product, stars=4, issued_on=datetime.date(2026, 2, 2))
    results = search()
    assert (results.ids, results.total) == ([product.pk], 1)
    assert results.facets.stars == {5: 0, 4: 1, 3: 0}


def test_what_is_named_but_not_there_is_told():
    make_product()
    scope = resolve(
        ProductQuery.from_get(QueryDict("group=nothing&region=p-999&producer=nobody&category=food"))
    )
    assert scope.query.ignored == ("group", "category", "region", "producer")
    assert engines.get().search(scope, 24).total == Product.objects.count()


@pytest.mark.parametrize("count", [1, 24])
def test_the_number_of_database_queries_does_not_depend_on_the_number_of_products(
    count, django_assert_num_queries
):
    for _number in range(count):
        make_product()
    with django_assert_num_queries(7):
        search("q=san pham")


def test_goods_are_found_by_the_point_that_has_them_and_by_points_near_a_place():
    honey, tea = make_product(price=90_000), make_product(price=90_000)
    near = make_point(latitude=21.03, longitude=105.85)
    make_shelf(point=near, product=honey)
    make_shelf(point=make_point(latitude=16.0, longitude=108.2), product=tea)
    assert search(f"point={near.seller.slug}").ids == [honey.pk]
    assert search("sold_near=16.0,108.2,5").ids == [tea.pk]
    assert search("sold_near=10.0,106.0,5").ids == []


def test_a_product_is_at_the_points_that_have_any_of_its_packs():
    tea, first, second = make_product(price=90_000), make_point(), make_point()
    hidden = make_variant(tea, "2 kg", price=90_000)
    make_shelf(point=first, product=make_variant(tea, "1 kg", price=90_000))
    make_shelf(point=second, product=hidden)
    Product.objects.filter(pk=hidden.pk).update(is_public=False)
    assert search(f"point={first.seller.slug}").ids == [tea.pk]
    assert search(f"point={second.seller.slug}").ids == []


def test_a_shelf_is_empty_once_its_goods_have_expired(frozen):
    honey, point = make_product(price=90_000), make_point()
    make_shelf(point=point, product=honey, expires_on=clock.today())
    assert search(f"point={point.seller.slug}").ids == [honey.pk]
    frozen.shift(datetime.timedelta(days=1))
    assert search(f"point={point.seller.slug}").ids == []
