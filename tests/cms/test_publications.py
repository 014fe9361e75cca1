"""Publications: which products in which chapters, the web page, the printed catalogue, the shelf card."""

import datetime
import re

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override

from catalog.domain.certify import withdraw
from catalog.domain.importing import import_products
from catalog.domain.picturing import picture_products
from catalog.domain.sets import load_sets
from catalog.models import Product
from cms.domain.site import set_up
from cms.models import PrintRun, PublicationIndex, PublicationPage
from cms.publications.catalogue import Title, catalogue_pdf
from cms.publications.contents import Chapter, Entry, Part, chapters_of
from cms.publications.making import ask, make_print_run
from cms.publications.selection import parts_of
from marketplace.core.roles import Role
from marketplace.sampledata.load import PRODUCTS
from producers.models import Partner
from tests.cms.papers import Paper
from tests.factories.catalog import (
    make_product,
    make_region,
    make_seller,
    make_story,
    make_user,
    make_variant,
)
from tests.tasks import run_tasks, waiting

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("regions", "frozen")]

SHOP = "http://127.0.0.1:8000"
RED = (173, 47, 34)
HA_NOI = "p-01"
QUERIES_OF_PAGE = 14
ODD = 'Trà #sen *thơm* _ngon_ $x$ [a](b) @nguồn <nhãn> `mã` \\ // /* = - ~ " \' ${} #import "x"'


def by_conditions(**conditions) -> dict:
    return {"type": "by_conditions", "value": conditions}


def by_hand(title, *products, intro="") -> dict:
    items = [{"type": "item", "value": product.pk} for product in products]
    return {"type": "by_hand", "value": {"title": title, "intro": intro, "products": items}}


def titles(parts) -> list[str]:
    return [part.title for part in parts]


def products_of(*blocks) -> list[tuple[str, list[str]]]:
    names = dict(Product.objects.values_list("pk", "title"))
    return [(part.title, [names[pk] for pk in part.products]) for part in parts_of(blocks)]


def make_publication(*blocks, title="Sản phẩm OCOP Hà Nội", **fields) -> PublicationPage:
    home = set_up()
    index = PublicationIndex.objects.child_of(home).get()
    page = PublicationPage(title=title, locale=home.locale, **fields)
    page.chapters = [(block["type"], block["value"]) for block in blocks or [by_conditions()]]
    index.add_child(instance=page)
    page.save_revision().publish()
    return PublicationPage.objects.get(pk=page.pk)


def prints_waiting() -> list[int]:
    return [arguments[0] for name, arguments in waiting() if name == "make_print_run"]


def printed(*products, language="vi", **fields) -> Paper:
    """The catalogue of these products in one chapter."""
    with override(language):
        chapters = chapters_of([Part("Một chương", "", tuple(product.pk for product in products))])
        return Paper(catalogue_pdf(title(language=language, **fields), chapters))


def title(**fields) -> Title:
    usual = {
        "title": "Sản phẩm OCOP Hà Nội",
        "subtitle": "Năm 2026",
        "foreword": ("Lời nói đầu ngắn.",),
        "signed": "Văn phòng điều phối",
        "imprint": ("Xuất bản tại Hà Nội.",),
        "address": f"{SHOP}/an-pham/mau/",
        "language": "vi",
        "layout": "half",
    }
    return Title(**{**usual, **fields})


def entry(number: int, **fields) -> Entry:
    usual = {
        "pk": number,
        "title": f"Sản phẩm {number}",
        "second_title": "",
        "maker": f"Hợp tác xã {number % 50}",
        "place_now": "Phường Hà Đông, Hà Nội",
        "place_then": "",
        "region": None,
        "stars": 3 + number % 3,
        "rank": "OCOP",
        "award": "Quyết định 813/QĐ-UBND",
        "story": ("Chuyện của làng.",),
        "after": "",
        "facts": (),
        "path": f"/san-pham/x_{number}/",
        "picture": "",
        "alt": "",
    }
    return Entry(**{**usual, **fields})


# --- which products
def test_each_condition_narrows():
    tea = make_product(title="Trà", set_number=14, stars=4, certification={"decision_number": "813/QĐ-UBND"})
    bowl = make_product(title="Bát", set_number=21, certification={"recognised_year": 2022, "stars": 3})
    here = make_product(title="Ở đây", region=make_region("Xã Bát Tràng", province="Thành phố Hà Nội"))
    region = here.region
    assert products_of(by_conditions(title="A", decision="813/qđ-ubnd")) == [("A", ["Trà"])]
    assert products_of(by_conditions(title="A", year=2022)) == [("A", ["Bát"])]
    assert products_of(by_conditions(title="A", category="set-21")) == [("A", ["Bát"])]
    assert products_of(by_conditions(title="A", category="drinks")) == [("A", ["Trà"])]
    assert products_of(by_conditions(title="A", stars=["4", "5"])) == [("A", ["Trà"])]
    assert products_of(by_conditions(title="A", region=region.key)) == [("A", ["Ở đây"])]
    assert products_of(by_conditions(title="A", region=region.parent.key)) == [("A", ["Ở đây"])]
    assert products_of(by_conditions(title="A", category="set-21", stars=["4"])) == []
    assert products_of(by_conditions(title="A", region="gone", category="")) == []
    assert products_of(by_conditions(title="A", category="gone")) == []
    assert {tea.pk, bowl.pk, here.pk} == {pk for part in parts_of([by_conditions()]) for pk in part.products}


def test_stars_that_have_ended_fit_no_condition_of_stars():
    make_product(stars=5, certification={"issued_on": datetime.date(2020, 1, 1)})
    assert parts_of([by_conditions(stars=["5"])]) == []
    assert len(parts_of([by_conditions()])[0].products) == 1


def test_products_stand_by_stars_and_name_those_by_hand_as_they_were_put():
    make_product(title="Ổi", stars=3)
    make_product(title="Ớt", stars=4)
    first = make_product(title="Ấm", stars=3)
    second = make_product(title="Chè", stars=3)
    blocks = [by_hand("Tay", second, first), by_conditions(title="Khác")]
    assert products_of(*blocks) == [("Tay", ["Chè", "Ấm"]), ("Khác", ["Ớt", "Ổi"])]
    assert products_of(by_conditions(title="Cả")) == [("Cả", ["Ớt", "Ấm", "Chè", "Ổi"])]


@pytest.mark.parametrize(
    ("divide", "expected"),
    [
        ("stars", ["OCOP 4 sao", "OCOP 3 sao", "Chưa có sao còn hiệu lực"]),
        ("producer", ["Ba Vì", "Xuân La"]),
        ("province", ["Thành phố Hà Nội", "Tỉnh Thái Nguyên"]),
    ],
)
def test_conditions_can_make_several_chapters(divide, expected):
    first, second = make_seller(name="Xuân La"), make_seller(name="Ba Vì")
    make_product(seller=first, stars=4, region=make_region("Xã Bát Tràng", province="Thành phố Hà Nội"))
    make_product(seller=second, stars=3, region=make_region())
    make_product(seller=second, stars=None, region=make_region())
    with override("vi"):
        found = titles(parts_of([by_conditions(divide=divide)]))
    if divide == "stars":
        assert len(found) == 3
        assert [re.sub(r"\D", "", name) for name in found] == ["4", "3", ""]
    else:
        assert found == expected


def test_groups_stand_in_the_order_of_the_decision():
    load_sets()
    make_product(set_number=21)
    make_product(set_number=8)
    make_product(set_number=14)
    with override("en"):
        assert titles(parts_of([by_conditions(divide="group")])) == ["Food", "Drinks", "Handicrafts"]
        assert len(parts_of([by_conditions(divide="set")])) == 3


def test_withdrawn_products_and_those_of_closed_stalls_drop_out():
    kept, withdrawn, closed = make_product(title="Còn"), make_product(), make_product()
    withdraw(withdrawn.certification, on=datetime.date(2026, 11, 1), decision="1/QĐ", reason="x")
    Partner.objects.filter(pk=closed.producer_id).update(state=Partner.State.CLOSED)
    assert products_of(by_hand("A", withdrawn, kept, closed)) == [("A", ["Còn"])]
    assert products_of(by_hand("A", withdrawn, closed)) == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_contents_cost_the_same_for_one_product_and_for_many(django_assert_num_queries, count):
    for _number in range(count):
        make_story(product=make_product(pictured=True, region=make_region()))
    with django_assert_num_queries(9):
        chapters = chapters_of(parts_of([by_conditions(divide="stars"), by_hand("Tay")]))
    assert sum(len(chapter.entries) for chapter in chapters) == count


# --- the web page
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_has_foreword_contents_and_cards_by_chapter(client, language):
    make_product(title="Trà mạn", stars=4)
    make_product(title="Bát sứ", stars=3, set_number=21)
    page = make_publication(by_conditions(divide="group"), foreword="Đoạn một.\n\nĐoạn hai.", signed="Ký tên")
    response = client.get(page.address)
    html = response.content.decode()
    assert response.status_code == 200
    assert "s-maxage" in response.headers["Cache-Control"]
    assert "<p>Đoạn hai.</p>" in html
    assert html.count("Trà mạn") >= 1
    assert [chapter.count for chapter in response.context["reading"].chapters] == [1, 1]
    assert "PDF" not in html


def test_a_long_chapter_opens_on_a_page_of_its_own(client):
    for number in range(12):
        make_product(title=f"Sản phẩm {number:02}")
    page = make_publication(by_conditions(title="Dài"))
    first = client.get(page.address).context["reading"].chapters[0]
    assert (first.count, len(first.cards), first.has_more) == (12, 8, True)
    whole = client.get(page.address, {"chapter": 1}).context["reading"].chapters[0]
    assert (len(whole.cards), whole.has_more) == (12, False)


@pytest.mark.parametrize("chapter", ["0", "99", "x", "-1", "9" * 400, "١"])
def test_a_chapter_that_is_not_there_shows_all_and_is_not_indexed(client, chapter):
    make_product()
    response = client.get(make_publication().address, {"chapter": chapter, "page": "x"})
    assert response.status_code == 200
    assert b"noindex" in response.content
    assert len(response.context["reading"].chapters) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_for_one_product_and_for_many(client, django_assert_num_queries, count):
    for _number in range(count):
        make_product(pictured=True, region=make_region())
    page = make_publication(by_conditions(divide="producer"))
    client.get(page.address)
    with django_assert_num_queries(QUERIES_OF_PAGE):
        client.get(page.address)


# --- the printed catalogue
def test_a_catalogue_has_our_fonts_words_and_codes():
    product = make_product(
        title="Ổi Đông Dư ngọt lịm, giữ cả lá",
        stars=5,
        seller=make_seller(name="Hợp tác xã Nông nghiệp Đặng Xá"),
        region=make_region("Xã Bát Tràng", province="Thành phố Hà Nội"),
    )
    make_story(product=product, body="Đất bãi sông Hồng.\n\nĐoạn thứ hai.", sources=[source()])
    picture_products([product])
    paper = printed(product)

    assert paper.fonts <= {
        "BeVietnamPro-Regular",
        "BeVietnamPro-Bold",
        "BeVietnamPro-SemiBold",
        "BeVietnamPro-Medium",
    }
    assert len(paper.fonts) >= 3
    for words in (
        "Ổi Đông Dư ngọt lịm, giữ cả lá",
        "Hợp tác xã Nông nghiệp Đặng Xá",
        "Đất bãi sông Hồng.",
        "Đoạn thứ hai.",
        "Xã Bát Tràng, Hà Nội",
        "Lời nói đầu ngắn.",
        "Một chương",
    ):
        assert words in paper.words, words
    assert paper.codes() == [f"{SHOP}{product.get_absolute_url()}"]
    assert "Ổi Đông Dư ngọt lịm, giữ cả lá" in paper.outline
    page = next(number for number in range(len(paper)) if "Đất bãi" in paper.words_on(number))
    assert RED in paper.colours_on(page)
    assert paper.reader.metadata.title == "Sản phẩm OCOP Hà Nội"


def source(url="https://hanoimoi.vn/x") -> dict:
    return {"title": "", "url": url}


def test_pages_are_numbered_and_the_indexes_name_them():
    first = make_product(title="Ấm", seller=make_seller(name="Nhà Ấm"), region=make_region())
    second = make_product(title="Bát", seller=make_seller(name="Nhà Bát"), region=make_region())
    third = make_product(title="Chén", seller=make_seller(name="Nhà Bát"), region=make_region())
    paper = printed(first, second, third)
    on = {
        name: next(n for n in range(len(paper)) if paper.words_on(n).count(name) and n > 3) + 1
        for name in ("Ấm", "Chén")
    }
    assert on["Chén"] == on["Ấm"] + 1
    index = next(
        paper.words_on(n) for n in range(len(paper)) if "Nhà Bát" in paper.words_on(n) and n > on["Chén"] - 1
    )
    assert f"Nhà Ấm {on['Ấm']}" in index
    assert f"Nhà Bát {on['Ấm']}, {on['Chén']}" in index


@pytest.mark.parametrize(
    ("certification", "stars"),
    [
        ({"issued_on": datetime.date(2020, 1, 1)}, 4),
        ({"issued_on": None, "recognised_year": None, "valid_until": None, "started_on": None}, 4),
        ({}, None),
    ],
)
def test_stars_that_are_not_in_force_are_never_printed(certification, stars):
    product = make_product(title="Không sao", stars=stars, certification=certification, pictured=False)
    paper = printed(product)
    page = next(n for n in range(len(paper)) if "Không sao" in paper.words_on(n) and n > 3)
    assert "OCOP" not in paper.words_on(page).replace("Sản phẩm OCOP Hà Nội", "").replace("sản phẩm OCOP", "")
    assert RED not in paper.colours_on(page)
    entry_printed = chapters_of([Part("A", "", (product.pk,))])[0].entries[0]
    assert entry_printed.rank in paper.words_on(page)


@pytest.mark.parametrize("layout", ["half", "page"])
def test_markup_in_texts_is_printed_as_it_is(layout):
    product = make_product(title=ODD, seller=make_seller(name="#panic() *HTX* $"))
    make_story(product=product, body=ODD)
    paper = printed(
        product, title=ODD, subtitle=ODD, foreword=(ODD,), signed=ODD, imprint=(ODD,), layout=layout
    )
    squeezed = paper.words.replace(" ", "")
    assert squeezed.count(ODD.replace(" ", "")) >= 5
    assert "#panic()*HTX*$" in squeezed


def test_a_very_long_name_stays_on_its_page():
    product = make_product(title="Bộ sưu tập gốm sứ vẽ vàng mười hai con giáp " * 5, slug="dai")
    make_story(product=product, body="Rất dài. " * 400)
    other = make_product(title="Ngắn")
    alone, together = printed(product), printed(product, other)
    assert len(alone) == len(together)
    assert len(together.codes()) == 2


def test_a_picture_whose_file_is_gone_is_left_out():
    product = make_product(title="Không tranh", pictured=True)
    assert "Không tranh" in printed(product).words


def test_english():
    product = make_product(title="Bánh chưng", title_en="Sticky rice cake")
    make_story(product=product, body="Chuyện", body_en="A story")
    paper = printed(product, language="en", title="OCOP products")
    for words in (
        "Sticky rice cake",
        "Bánh chưng",
        "A story",
        "Contents",
        "Index of producers",
        "OCOP 3 stars",
    ):
        assert words in paper.words, words
    assert paper.codes() == [f"{SHOP}/en{product.get_absolute_url()}"]


def test_four_hundred_products_on_two_hundred_pages():
    chapters = [
        Chapter("Một", (), tuple(entry(number) for number in range(1, 301))),
        Chapter("Hai", ("Giới thiệu.",), tuple(entry(number) for number in range(301, 401))),
    ]
    paper = Paper(catalogue_pdf(title(), chapters))
    bodies = [n for n in range(len(paper)) if "Chuyện của làng." in paper.words_on(n)]
    assert len(bodies) == 200
    assert len(paper.outline) >= 402


def test_the_catalogue_of_all_ha_noi_products_of_the_sample_list():
    import_products(PRODUCTS, illustrate=False)
    pictured = Product.objects.for_cards().filter(region__parent__key=HA_NOI).order_by("pk")[:4]
    picture_products(list(pictured))
    page = make_publication(by_conditions(region=HA_NOI, divide="commune"))
    run = ask(page, actor=make_user())
    run_tasks()
    run.refresh_from_db()

    assert (run.state, run.products) == (PrintRun.State.DONE, 216)
    with run.file.open() as file:
        paper = Paper(file.read())
    assert run.pages == len(paper)
    expected = Product.objects.listed().filter(Q(region__parent__key=HA_NOI) | Q(region__key=HA_NOI))
    assert expected.count() == 216
    assert sorted(paper.codes()) == sorted(f"{SHOP}{each.get_absolute_url()}" for each in expected)
    squeezed = paper.words.replace(" ", "")
    missing = [each.title for each in expected if each.title.replace(" ", "") not in squeezed]
    assert missing == []
    assert {name.partition("-")[0] for name in paper.fonts} == {"BeVietnamPro"}


# --- having it made
def test_who_asks_twice_gets_one_run():
    make_product()
    page = make_publication()
    first = ask(page, actor=make_user())
    assert ask(page, actor=make_user()) == first
    assert prints_waiting() == [first.pk]


def test_a_finished_run_tells_what_it_made_and_is_not_made_again():
    make_product()
    run = ask(make_publication(), actor=make_user())
    run_tasks()
    run.refresh_from_db()
    assert (run.state, run.products, run.percent) == (PrintRun.State.DONE, 1, 100)
    assert run.size == default_storage.size(run.file.name)
    before = run.finished_at
    make_print_run.func(run.pk)
    run.refresh_from_db()
    assert run.finished_at == before


def test_a_run_whose_worker_died_is_made_by_the_next_one():
    make_product()
    run = ask(make_publication(), actor=make_user())
    PrintRun.objects.update(state=PrintRun.State.MAKING, steps_done=1, steps=2)
    run_tasks()
    run.refresh_from_db()
    assert run.state == PrintRun.State.DONE


def test_nothing_to_print_is_said():
    run = ask(make_publication(), actor=make_user())
    run_tasks()
    run.refresh_from_db()
    assert run.state == PrintRun.State.FAILED
    assert run.problem
    assert not run.file


def test_the_page_links_to_the_newest_pdf_of_what_is_published(client):
    make_product()
    page = make_publication()
    ask(page, actor=make_user())
    run_tasks()
    public = page.print_runs.get()
    assert client.get(page.address).context["print_run"] == public

    page.title = "Bản nháp mới"
    page.save_revision()
    ask(PublicationPage.objects.get(pk=page.pk), actor=make_user())
    run_tasks()
    assert page.print_runs.count() == 2
    assert client.get(page.address).context["print_run"] == public


def test_old_runs_are_forgotten_with_their_files():
    make_product()
    page = make_publication()
    for _number in range(7):
        ask(page, actor=make_user())
        run_tasks()
    runs = list(page.print_runs.all())
    assert len(runs) == 5
    assert all(default_storage.exists(run.file.name) for run in runs)


# --- the admin
def in_admin(client, role) -> None:
    person = make_user()
    person.groups.add(Group.objects.get_or_create(name=role)[0])
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def test_an_editor_has_it_printed_and_sees_how_far_it_is(client):
    make_product()
    page = make_publication()
    in_admin(client, Role.EDITOR)
    url = reverse("print_runs", args=[page.pk])
    assert "Refresh" not in client.get(url).headers
    assert client.post(url).status_code == 302
    PrintRun.objects.update(state=PrintRun.State.MAKING, steps_done=30, steps=120)
    going = client.get(url)
    assert going.headers["Refresh"] == "2"
    assert "25%" in going.content.decode()
    run_tasks()
    done = client.get(url)
    assert "Refresh" not in done.headers
    assert page.print_runs.get().file.url in done.content.decode()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


@pytest.mark.parametrize("role", [Role.OFFICE, None])
def test_who_may_not_edit_the_page_has_nothing_printed(client, role):
    page = make_publication()
    if role:
        in_admin(client, role)
    else:
        client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("print_runs", args=[page.pk])).status_code in (302, 403)
    assert not PrintRun.objects.exists()
    assert prints_waiting() == []


# --- the shelf card
def card_url(product) -> str:
    return reverse("publications:shelf_card", args=[product.slug, product.pk])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_shelf_card_is_one_a6_page_with_name_price_seal_and_code(client, language):
    product = make_product(title="Tranh ghép vải", stars=4, price=480_000, unit="bức")
    picture_products([product])
    with override(language):
        product_url = product.get_absolute_url()
        response = client.get(card_url(product))
    paper = Paper(response.content)
    assert response.headers["Content-Type"] == "application/pdf"
    assert len(paper) == 1
    box = paper.reader.pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) == (148, 105)
    assert "Tranh ghép vải" in paper.words
    assert "480.000" in paper.words
    assert paper.codes() == [f"{SHOP}{product_url}"]
    assert RED in paper.colours_on(0)
    assert {name.partition("-")[0] for name in paper.fonts} == {"BeVietnamPro"}


def test_the_card_of_a_product_in_several_packs_has_the_lowest_price_and_its_pack(client):
    product = make_product(price=90_000, variant="1 kg")
    make_variant(product, "500 g", price=50_000)
    words = Paper(client.get(card_url(product)).content).words
    assert "từ 50.000" in words
    assert "500 g" in words
    assert "90.000" not in words


def test_a_card_without_stars_price_and_picture(client):
    product = make_product(
        title=ODD, price=None, stars=4, certification={"issued_on": datetime.date(2020, 1, 1)}
    )
    paper = Paper(client.get(card_url(product)).content)
    assert RED not in paper.colours_on(0)
    assert "₫" not in paper.words
    assert ODD.replace(" ", "") in paper.words.replace(" ", "")


def test_a_card_is_drawn_once_and_anew_when_it_says_something_else(client, monkeypatch):
    product = make_product(price=50_000)
    first = client.get(card_url(product))
    monkeypatch.setattr("cms.publications.shelf_card.print_pdf", lambda *_args: b"%PDF drawn again")
    assert client.get(card_url(product)).content == first.content
    assert client.get(card_url(product), headers={"If-None-Match": first["ETag"]}).status_code == 304
    product.stockrecords.update(price=60_000)
    assert client.get(card_url(product)).content == b"%PDF drawn again"


def test_no_card_of_what_is_not_listed(client):
    product = make_product()
    withdraw(product.certification, on=datetime.date(2026, 11, 1), decision="1/QĐ", reason="x")
    assert client.get(card_url(product)).status_code == 404
    assert client.get(reverse("publications:shelf_card", args=["x", 10**17])).status_code == 404
