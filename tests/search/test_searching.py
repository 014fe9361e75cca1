"""What is found, in which order and with which numbers, on every engine with an index."""

import datetime

import pytest

from catalog.domain.certify import withdraw
from catalog.models import Category, Product
from marketplace.core import clock
from marketplace.regions.models import Region
from producers.domain import counter
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.models import Partner, StockRecord
from search.document import documents
from search.engines import STALLS_TOLD
from search.models import Pin, SynonymList
from search.scope import Tree
from storefront.cards import cards
from tests.factories.catalog import (
    make_category,
    make_certification,
    make_product,
    make_region,
    make_seller,
    make_story,
    make_variant,
)
from tests.factories.points import make_point
from tests.factories.shelves import bring, make_shelf
from tests.marketplace.sales.cases import buy

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

EXPIRED = {"issued_on": datetime.date(2022, 5, 5)}


def region(name: str, former: bool = False, **conditions) -> Region:
    return Region.objects.get(name=name, is_former=former, **conditions)


def make_all(*titles: str, **fields) -> list[int]:
    """Ids of products that differ in their names alone, the last one made the first among equals."""
    seller = make_seller()
    return [make_product(title=title, seller=seller, **fields).pk for title in titles]


# --- words
@pytest.mark.parametrize(
    "words", ["mien dong", "MIẾN DONG", "Mie\u0302\u0301n dong", "dong miến", "tài miến", "mien don", "miến"]
)
def test_marks_capitals_order_and_an_unfinished_word_do_not_matter(search, words):
    (noodles, _rice) = make_all("Miến dong Tài Hoan", "Bánh tẻ Phú Nhi")
    assert search(f"q={words}").ids == [noodles]


def test_dd_is_folded(search):
    (tofu,) = make_all("Đậu phụ Đông Đô")
    assert search("q=dau phu dong do").ids == [tofu]


def test_marks_as_typed_come_before_folded_ones(search):
    folded, exact = make_all("Buôi sấy", "Bưởi sấy")
    assert search("q=bưởi").ids == [exact, folded]
    assert set(search("q=buoi").ids) == {exact, folded}


def test_many_products_with_the_marks_as_typed_make_the_others_unnecessary(search):
    tea = make_all(*(f"Chè xanh số {number}" for number in range(10)))
    make_all("Chế phẩm")
    assert set(search("q=chè xanh").ids) == set(tea)
    assert search("q=chè").total == 10


def test_old_and_new_places_of_the_tone_are_the_same(search):
    (soap,) = make_all("Xà phòng Hòa Bình")
    make_all("Hoa bình yên")
    assert search("q=Hoà Bình").ids[0] == soap


def test_i_and_y_are_the_same_where_both_are_written(search):
    (noodles,) = make_all("Mỳ gạo Chũ")
    assert search("q=mì gạo").ids == [noodles]


def test_the_fit_of_the_name_decides_before_stars(search):
    text, beginning, inside, whole, apart = make_all(
        "Bánh đa", "Mật ong Vinh Hoa", "Bánh tẻ nhân mật ong", "Mật ong", "Mật mía và ong"
    )
    Product.objects.filter(pk=text).update(ingredients="mật ong rừng")
    product = Product.objects.get(pk=apart)
    make_certification(product, stars=5, issued_on=datetime.date(2026, 1, 1))
    assert search("q=mật ong").ids == [whole, beginning, inside, apart, text]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("tra shen", True),  # one letter too many
        ("mien dogn", True),  # two swapped
        ("xyzuv qwert", False),  # nothing is near
        ("tra zen vinh hoaa", True),
        ("nguyenlieu", True),  # two words in one
        ("nguyn leu", True),
        ("ts", True),  # initials
    ],
)
def test_typing_errors_are_forgiven(search, words, found):
    make_all("Trà sen Vinh Hoa", "Miến dong", "Nguyên liệu")
    results = search(f"q={words}")
    assert bool(results.ids) == found
    assert results.is_loosened


def test_numbers_and_short_words_are_taken_as_typed(search):
    (forty,) = make_all("Nước mắm 40 độ đạm")
    make_all("Nước mắm 45 độ đạm")
    results = search("q=nuoc mam 40 do dam")
    assert results.ids == [forty]
    assert not results.is_loosened


def test_a_better_spelling_is_suggested(search):
    make_all("Trà sen Vinh Hoa", "Trà hoa cúc")
    assert search("q=tra shen 4 sao").corrected == "tra sen 4 sao"
    assert search("q=tra sen").corrected == ""
    assert search("q=xyzxyz").corrected == ""


def test_words_that_are_right_are_not_called_wrong(search):
    """Nearly every syllable is like another one; what is no product's name is no better spelling."""
    make_all("Chả mực giã tay", "Làng du lịch cộng đồng", "Bánh vừng vòng", "Kẹo vừng Hà Tâm", "Giò tai")
    make_product(title="Mũ đi tàu", set_number=22, ingredients="cỏ long")
    for words in ("chả mực hạ long", "cốm làng vòng", "vung tau", "giò tai hạ long"):
        results = search(f"q={words}")
        assert results.is_loosened, words
        assert results.corrected == "", words


def test_a_wrong_word_that_is_another_ones_is_corrected_by_a_name(search):
    make_all("Miến dong Tài Hoan", "Miến dong So", "Miến dong Việt Cường", "Miếng lót")
    assert search("q=mieng dogn").corrected == "miến dong"


def test_a_name_of_letters_and_a_number_is_found_together_and_apart(search):
    together, apart = make_all("Gạo thơm ST25", "Gạo dẻo OM 5451", set_number=1)
    asked = {"gạo st 25": together, "ST 25": together, "om5451": apart, "gao OM5451": apart}
    for words, found in asked.items():
        results = search(f"q={words}")
        assert results.ids == [found], words
        assert not results.is_loosened, words


def test_half_of_the_words_in_the_name_come_before_all_of_them_in_texts(search):
    ice, honey = make_all("Kem đậu xanh", "Mật ong rừng")
    Product.objects.filter(pk__in=(ice, honey)).update(ingredients="mật ong, hoa nhãn")
    make_certification(Product.objects.get(pk=ice), stars=5, issued_on=datetime.date(2026, 1, 1))
    assert search("q=mật ong hoa nhãn").ids == [honey, ice]
    assert search("q=mat ong hoa nhan").ids == [honey, ice]


def test_names_with_most_of_the_words_are_shown_where_the_words_stand_in_texts_by_chance(search):
    made = make_all("Kem đậu xanh", "Kem cốm", "Kem dừa", "Mật ong hoa rừng")
    Product.objects.filter(pk__in=made[:3]).update(ingredients="mật ong, hoa nhãn")
    results = search("q=mật ong hoa nhãn")
    assert results.ids[0] == made[3]
    assert set(results.ids) == set(made)


def test_half_of_four_words_in_the_name_are_enough_where_most_find_few(search):
    made = make_all("Nước mắm Phú Quốc", "Nước mắm Vạn Phần", "Nước mắm Cát Bà")
    make_all("Nước ép dứa")
    results = search("q=nước mắm cát hải")
    assert results.ids[0] == made[2]
    assert set(results.ids) == set(made)
    assert results.is_loosened


def test_where_nothing_is_found_short_words_may_have_errors_too(search):
    (tea,) = make_all("Trà sen Quảng An Tây Hồ")
    results = search("q=tra sne tai ho")
    assert results.ids == [tea]
    assert results.corrected == "tra sen tây ho"
    assert results.is_loosened


def test_most_words_are_enough_where_all_find_nothing(search):
    (tea,) = make_all("Trà sen Vinh Hoa thượng hạng")
    assert search("q=tra sen vinh hoa dac biet").ids == [tea]
    assert search("q=banh gai tu tru thanh hoa").ids == []


def test_every_text_of_a_product_is_searched(search):
    seller = make_seller(name="Hợp tác xã Sao Mai")
    by_place = make_product(title="Gốm", seller=seller, region=make_region("Xã Bát Tràng"), set_number=21)
    by_story = make_product(title="Khăn", seller=seller, set_number=22, ingredients="tơ tằm")
    make_story(product=by_story, body="Bà Nguyễn dệt từ nhỏ", body_en="woven by hand")
    assert search("q=sao mai").total == 2
    assert search("q=bat trang").ids == [by_place.pk]
    assert search("q=trang trí").ids == [by_place.pk]
    assert search("q=clothing").ids == [by_story.pk]
    for words in ("tơ tằm", "nguyen det", "woven"):
        assert search(f"q={words}").ids[0] == by_story.pk, words


def test_synonyms_find_each_other_and_one_way_ones_only_there(search):
    honey, noodles, foreign = make_all("Mật ong rừng", "Bún khô", "Noodles", set_number=6)
    assert search("q=honey").ids == search("q=mật ong").ids == [honey]
    assert search("q=noodles").ids == [foreign, noodles]
    assert search("q=bún").ids == [noodles]


def test_the_office_edits_synonyms_without_reindexing(search):
    (honey,) = make_all("Mật ong rừng")
    assert search("q=honigtopf").ids == []
    SynonymList.objects.create(text="mật ong, honigtopf")
    from search.wording import wording  # noqa: PLC0415 - as another process would after a second

    wording.forget()
    assert search("q=honigtopf").ids == [honey]


def test_stars_among_the_words_lift_and_exclude_nothing(search):
    five = make_product(title="Gốm Bát Tràng A", stars=5)
    four = make_product(title="Gốm Bát Tràng B", stars=4)
    assert search("q=gốm bát tràng").ids == [five.pk, four.pk]
    for words in ("gốm bát tràng 4 sao", "4* gom bat trang", "gốm bốn sao bát tràng", "4 stars bat trang"):
        assert search(f"q={words}").ids == [four.pk, five.pk], words
    assert search("q=4 sao").ids == [four.pk, five.pk]


def test_stars_alone_lift_whatever_was_asked_before(search):
    five, four = make_product(stars=5), make_product(stars=4)
    for _again in range(2):
        assert search().ids == [five.pk, four.pk]
        assert search("q=4 sao").ids == [four.pk, five.pk]
        assert search("q=5 sao").ids == [five.pk, four.pk]


def test_words_without_letters_find_nothing(search):
    make_product()
    for words in ("!!!", "★", "\u200b\u0301"):
        assert search(f"q={words}").total == 0


# --- places
def test_former_and_present_names_find(search, regions):
    then = region("Phường Vạn Phúc", True, parent__name="Quận Hà Đông")
    silk = make_product(title="Khăn lụa", region=region("Phường Hà Đông"), recorded_region=then)
    make_product(title="Trà", region=make_region())
    for words in ("lua van phuc", "khăn hà đông", "phường vạn phúc", "lụa hà nội"):
        assert search(f"q={words}").ids == [silk.pk], words


def test_bac_kan_finds_what_lies_in_todays_thai_nguyen(search, regions):
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


def test_places_take_keys_of_today_and_of_former_units(search, regions):
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


def test_near_a_point_is_exact(search, regions):
    commune = region("Phường Hà Đông")
    near = make_product(region=commune)
    make_product(region=region("Xã Tân Cương", parent__name="Tỉnh Thái Nguyên"))
    make_product()
    point = f"{commune.latitude:.5f},{commune.longitude:.5f}"
    assert search(f"near={point},5").ids == [near.pk]
    assert search(f"near={point},500").total == 2
    assert search("near=8.0,100.0,1").total == 0


# --- conditions
def test_conditions_narrow(search):
    seller = make_seller()
    rice = make_product(set_number=3, price=20_000, stars=4, seller=seller)
    honey = make_product(set_number=4, price=90_000, stars=5)
    cloth = make_product(
        set_number=22, price=None, stars=3, certification={"issued_on": datetime.date(2026, 2, 2)}
    )
    gone = make_product(set_number=22, stock=0, price=500_000)
    assert set(search("group=food").ids) == {rice.pk, honey.pk}
    assert search("group=food&category=set-03").ids == [rice.pk]
    assert set(search("group=food&category=set-03&group=crafts").ids) == {rice.pk, cloth.pk, gone.pk}
    assert set(search("stars=4&stars=5").ids) == {rice.pk, honey.pk}
    assert search("price_max=50000").ids == [rice.pk]
    assert search("price_min=90000&price_max=90000").ids == [honey.pk]
    assert set(search("price=0-50000&price=500000-1000000").ids) == {rice.pk, gone.pk}
    assert search("price=0-50000&price_min=30000").total == 0
    assert set(search("in_stock=1").ids) == {rice.pk, honey.pk}
    assert search("year=2026").ids == [cloth.pk]
    assert search(f"producer={seller.slug}").ids == [rice.pk]


def test_in_stock_is_what_can_be_bought(search):
    here = make_product()
    make_product(stock=0)
    make_product(set_number=14)
    make_product(producer=None)
    results = search("in_stock=1")
    assert results.ids == [here.pk]
    assert search().facets.in_stock == 1


def test_a_clearance_ends_with_its_day_without_reindexing(search, frozen):
    rice_wine = make_product(title="Rượu gạo", set_number=14, stars=5)
    Product.objects.filter(pk=rice_wine.pk).update(cleared_until=datetime.date(2026, 11, 24))
    tea = make_product(title="Trà", stars=3)
    assert set(search("in_stock=1").ids) == {rice_wine.pk, tea.pk}
    assert search().ids == [rice_wine.pk, tea.pk]
    assert search().facets.in_stock == 2
    frozen.shift(datetime.timedelta(days=1))
    assert search("in_stock=1").ids == [tea.pk]
    assert search().ids == [tea.pk, rice_wine.pk]
    assert search().facets.in_stock == 1


# --- sellers by their names
def stall_of(name: str, goods: int = 1, **fields) -> Partner:
    seller = make_seller(name=name, **fields)
    for _number in range(goods):
        make_product(seller=seller)
    return seller


def test_stalls_are_found_by_the_words_of_their_names(search):
    small = stall_of("Hợp tác xã Sen Hồ")
    large = stall_of("Sen Hồ Tây", goods=3)
    stall_of("Hồ Gươm")
    assert search("q=sen hồ").stalls == (large.pk, small.pk)
    assert search("q=sen h").stalls == ()
    assert search("q=hop tac xa se").stalls == (small.pk,)
    assert search("q=ho sen&stars=5&page=7").stalls == (large.pk, small.pk)
    assert search().stalls == search("q=4 sao").stalls == search("q=hồ sẹn hòe").stalls == ()


def test_stalls_without_anything_to_show_are_not_found(search):
    stall_of("Sen đóng cửa", state=Partner.State.CLOSED)
    make_seller(name="Sen không hàng")
    assert search("q=sen").stalls == ()


def test_a_few_stalls_are_told(search):
    for number in range(6):
        stall_of(f"Sen số {number}")
    assert len(search("q=sen").stalls) == STALLS_TOLD


def test_stars_end_with_the_day_without_reindexing(search, frozen):
    product = make_product(stars=4, certification={"issued_on": datetime.date(2023, 11, 24)})
    assert search("stars=4").ids == [product.pk]
    assert search().facets.stars == {5: 0, 4: 1, 3: 0}
    frozen.shift(datetime.timedelta(days=1))
    assert search("stars=4").ids == []
    assert search().ids == [product.pk]
    assert search().facets.stars == {5: 0, 4: 0, 3: 0}


def test_a_withdrawal_to_come_takes_effect_on_its_day_without_reindexing(search, frozen):
    product = make_product()
    withdraw(product.certification, on=datetime.date(2026, 11, 25), decision="1/QĐ", reason="x")
    assert search().ids == [product.pk]
    frozen.shift(datetime.timedelta(days=1))
    assert (search().ids, search().total) == ([], 0)


def test_withdrawn_closed_and_unrecognised_are_nowhere(search):
    withdrawn = make_product()
    withdraw(withdrawn.certification, on=datetime.date(2026, 10, 1), decision="1/QĐ", reason="x")
    make_product(seller=make_seller(state=Partner.State.CLOSED))
    make_product(seller=make_seller(state=Partner.State.SUSPENDED))
    make_product(recognised=False)
    make_product(is_public=False)
    results = search()
    assert (results.ids, results.total, results.facets.categories) == ([], 0, {})


# --- order
def test_stars_in_force_come_first_then_stock_then_the_newest(search):
    three = make_product(stars=3)
    five = make_product(stars=5)
    expired = make_product(stars=5, certification=EXPIRED)
    newer = make_product(stars=5, certification={"issued_on": datetime.date(2026, 9, 1)})
    sold_out = make_product(stars=5, stock=0)
    assert search().ids == [newer.pk, five.pk, three.pk, sold_out.pk, expired.pk]
    assert search("sort=newest").ids[0] == newer.pk
    assert search("sort=stars").ids == [newer.pk, sold_out.pk, five.pk, three.pk, expired.pk]


def test_sorted_by_price_those_without_one_are_last(search):
    cheap, dear, free = (make_product(price=price) for price in (20_000, 90_000, None))
    assert search("sort=price").ids == [cheap.pk, dear.pk, free.pk]
    assert search("sort=-price").ids == [dear.pk, cheap.pk, free.pk]


def make_family(price, *others, stock=5):
    """A product with its price, then price and stock of each other pack."""
    product = make_product(price=price, stock=stock)
    for number, (other, left) in enumerate(others):
        make_variant(product, f"{number} kg", price=other, stock=left)
    return product.pk


def test_a_product_of_several_packs_has_the_price_and_stock_that_its_card_shows(search):
    lowest = make_family(90_000, (20_000, 3), (10_000, 0))
    second = make_family(30_000, (60_000, 1), stock=0)
    gone = make_family(45_000, (40_000, 0), stock=0)
    shown = {card.pk: card.price for card in cards([lowest, second, gone], Tree.load())}
    assert shown == {lowest: 20_000, second: 60_000, gone: 40_000}
    assert search("sort=price").ids == [lowest, gone, second]
    assert search("sort=-price").ids == [second, gone, lowest]
    for pk, price in shown.items():
        assert search(f"price_min={price}&price_max={price}").ids == [pk]
    assert set(search("price=0-50000").ids) == {lowest, gone}
    assert set(search("in_stock=1").ids) == {lowest, second}
    assert search().facets.in_stock == 2


def test_packs_that_buyers_cannot_choose_do_not_count(search):
    product = make_product(price=90_000, stock=0)
    Product.objects.filter(pk=make_variant(product, price=20_000).pk).update(is_public=False)
    tour = make_product(set_number=26, price=90_000, stock=0)
    make_variant(tour, price=20_000)
    assert search("price_max=50000").ids == []
    assert search("in_stock=1").ids == []


def test_orders_count_once_for_whichever_of_the_packs_they_have(search):
    tea, honey, salt = (make_product(set_number=1, stock=9) for _number in range(3))
    large = make_variant(tea, "1 kg", price=90_000, stock=9)
    buy(large, tea)
    buy(large)
    for _order in range(3):
        buy(honey)
    buy(salt)
    assert search("sort=sales").ids == [honey.pk, tea.pk, salt.pk]
    (document,) = next(documents([tea.pk]))
    assert document.sold == 2


@pytest.mark.parametrize("order", ["relevance", "stars", "newest", "price", "-price", "sales"])
@pytest.mark.parametrize("words", ["", "q=san pham&"])
def test_pages_hold_every_product_once(search, order, words, monkeypatch):
    monkeypatch.setattr("search.engines.asking.CANDIDATES", 4)
    products = [make_product(stars=stars, price=1000 * stars).pk for stars in (3, 4, 5, 3, 4, 5, 3, 4, 5)]
    pages = [search(f"{words}sort={order}&page={page}", size=2) for page in range(1, 6)]
    assert {each.pages for each in pages} == {5}
    assert sorted(pk for page in pages for pk in page.ids) == sorted(products)
    assert search(f"{words}sort={order}&page=99", size=2).ids == pages[-1].ids


def test_pinned_products_come_first_whatever_they_are(search):
    first, second, pinned = make_all("Trà sen", "Trà sen tươi", "Bánh gai")
    Pin.objects.create(words="tra sen", product_id=pinned, place=1)
    results = search("q=Trà Sen")
    assert results.ids == [pinned, first, second]
    assert results.total == 3
    assert search("q=tra sen&price_min=999999").ids == []


def test_scores_explain_the_order(search):
    make_all("Trà sen", "Trà sen tươi")
    scores = search("q=tra sen&explain=1").scores
    totals = [sum(parts.values()) for parts in scores.values()]
    assert len(totals) == 2
    assert totals == sorted(totals, reverse=True)
    assert search("q=tra sen").scores == {}


# --- numbers
def test_facets_are_counted_under_the_other_conditions(search, regions):
    hanoi, tea = region("Phường Hà Đông"), region("Xã Tân Cương", parent__name="Tỉnh Thái Nguyên")
    then = region("Phường Vạn Phúc", True, parent__name="Quận Hà Đông")
    seller = make_seller()
    make_product(set_number=22, stars=4, region=hanoi, recorded_region=then, price=20_000, seller=seller)
    make_product(set_number=22, stars=5, region=hanoi, recorded_region=then, price=60_000, seller=seller)
    make_product(set_number=11, stars=4, region=tea, price=None)
    found = search(f"group=crafts&stars=4&price=0-50000&region={hanoi.key}")
    assert found.total == 1
    assert found.facets.stars == {5: 0, 4: 1, 3: 0}
    assert found.facets.categories == {make_category(22).pk: 1}
    assert found.facets.prices == {
        "0-50000": 1,
        "50000-100000": 0,
        "100000-200000": 0,
        "200000-500000": 0,
        "500000-1000000": 0,
        "1000000-": 0,
    }
    assert found.facets.producers == {seller.pk: 1}
    assert found.facets.years == {2025: 1}
    assert found.sellers == 1
    (province,) = found.facets.provinces
    assert (province.key, province.name, province.count) == (hanoi.parent.key, "Thành phố Hà Nội", 1)
    (commune,) = province.communes
    assert (commune.name, commune.count, commune.former) == ("Phường Hà Đông", 1, ("Vạn Phúc",))
    wider = search("group=crafts&stars=4")
    assert wider.facets.stars == {5: 1, 4: 1, 3: 0}
    assert wider.facets.categories == {make_category(22).pk: 1, make_category(11).pk: 1}
    assert wider.facets.provinces[0].communes == ()


def test_a_product_of_several_recognitions_counts_once(search):
    product = make_product(stars=3)
    make_certification(product, stars=4, issued_on=datetime.date(2026, 2, 2))
    results = search()
    assert (results.ids, results.total) == ([product.pk], 1)
    assert results.facets.stars == {5: 0, 4: 1, 3: 0}


def test_products_in_two_sets_count_in_both_and_once_in_all(search):
    product = make_product(set_number=3)
    product.categories.add(make_category(4))
    results = search("group=food")
    assert results.total == 1
    assert sum(results.facets.categories.values()) == 2
    assert Category.objects.filter(pk__in=results.facets.categories).count() == 2


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_database_queries_does_not_depend_on_the_number_of_products(
    search, count, django_assert_num_queries
):
    for _number in range(count):
        make_product()
    search()
    with django_assert_num_queries(3):  # the tree, pins, synonyms
        search("q=san pham")


# --- points of sale
def test_goods_are_found_by_the_point_that_has_them_and_by_points_near_a_place(search):
    honey, tea, _salt = make_all("Mật ong bạc hà", "Chè Shan", "Muối tôm", price=90_000)
    near, far = make_point(latitude=21.03, longitude=105.85), make_point(latitude=16.0, longitude=108.2)
    make_shelf(point=near, product=Product.objects.get(pk=honey))
    for point in (near, far):
        make_shelf(point=point, product=Product.objects.get(pk=tea))
    sold_out = StockRecord.objects.get(product=tea, partner=near.seller)
    counter.sell(near, [Item(sold_out.pk, 10)], paid_by="cash", by=By())
    assert search(f"point={near.seller.slug}").ids == [honey]
    assert search(f"point={far.seller.slug}").ids == [tea]
    assert search("sold_near=21.0,105.8,20").ids == [honey]
    assert search("sold_near=16.0,108.2,5&q=che").ids == [tea]
    assert search("sold_near=10.0,106.0,5").ids == []
    assert search("point=khong-co").total == 3


def test_a_product_is_at_the_points_that_have_any_of_its_packs(search, frozen):
    tea = make_product(price=90_000)
    large, hidden = make_variant(tea, "1 kg", price=90_000), make_variant(tea, "2 kg", price=90_000)
    both, second, third = make_point(), make_point(), make_point()
    tomorrow = clock.today() + datetime.timedelta(days=1)
    make_shelf(point=both, product=tea, expires_on=clock.today())
    make_shelf(point=both, product=large, expires_on=tomorrow)
    make_shelf(point=second, product=large)
    make_shelf(point=third, product=hidden)
    Product.objects.filter(pk=hidden.pk).update(is_public=False)
    found = [search(f"point={point.seller.slug}").ids for point in (both, second, third)]
    assert found == [[tea.pk], [tea.pk], []]
    frozen.shift(datetime.timedelta(days=1))
    assert search(f"point={both.seller.slug}").ids == [tea.pk]
    frozen.shift(datetime.timedelta(days=1))
    assert search(f"point={both.seller.slug}").ids == []


def test_a_shelf_is_empty_once_its_goods_have_expired_without_reindexing(search, frozen):
    honey, tea = make_all("Mật ong bạc hà", "Chè Shan", price=90_000)
    point = make_point(latitude=21.03, longitude=105.85)
    last_day = clock.today() + datetime.timedelta(days=1)
    make_shelf(point=point, product=Product.objects.get(pk=honey), expires_on=last_day)
    make_shelf(point=point, product=Product.objects.get(pk=tea), expires_on=last_day)
    bring(point, Product.objects.get(pk=tea), 1)
    asked = (f"point={point.seller.slug}", "sold_near=21.0,105.8,20")
    assert {tuple(sorted(search(each).ids)) for each in asked} == {tuple(sorted((honey, tea)))}
    frozen.shift(datetime.timedelta(days=1))
    assert search(asked[0]).total == 2
    frozen.shift(datetime.timedelta(days=1))
    assert [search(each).ids for each in asked] == [[tea], [tea]]
