"""Blocks: what they show today of what an editor placed."""

import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils import translation
from wagtail.models import Locale, ReferenceIndex

from catalog.domain.certify import withdraw
from catalog.models import Product
from cms.blocks.goods import query_of
from cms.blocks.texts import check_target
from cms.composing import compose_block
from cms.domain.site import set_up
from cms.gathering.showcase import Candidate, varied
from cms.models import Article, ContentPage, File, HomePage, NewsIndex, Picture
from marketplace.core import clock
from marketplace.events.models import Event, Livestream, ProgrammeItem
from producers.models import Partner, Story
from search.query import ProductQuery, Sort
from tests.cms.articles import make_administrator
from tests.factories.catalog import make_product, make_region, make_seller

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def home(db):
    with translation.override("vi"):
        yield set_up()


def add_page(home, *blocks, slug="trang", title="Trang") -> ContentPage:
    page = home.add_child(instance=ContentPage(title=title, slug=slug, locale=home.locale, body=list(blocks)))
    page.save_revision().publish()
    return page


def shown(name: str, value, model=HomePage) -> str:
    """A block by itself, as stored values fill it."""
    return compose_block(model.body.field.stream_block.child_blocks[name], value)


def take_away(product) -> None:
    withdraw(product.certification, on=datetime.date(2026, 11, 1), reason="x", decision="1/QĐ")


# --- goods
def test_a_product_shows_its_price_and_stars_as_they_are_now(home, client):
    tea = make_product(title="Trà sen", stars=4, price=50_000)
    add_page(home, ("products", {"title": "", "products": [tea]}))
    assert "50.000" in client.get("/trang/").text
    tea.producer.stockrecords.update(price=65_000)
    page = client.get("/trang/").text
    assert "65.000" in page
    assert "OCOP 4 sao" in page


@pytest.mark.parametrize("how", ["withdrawn", "closed"])
def test_a_product_that_is_not_listed_drops_out(home, client, how):
    gone, stays = make_product(title="Rượu rút phép"), make_product(title="Trà sen")
    add_page(home, ("products", {"title": "Hàng", "products": [gone, stays]}))
    match how:
        case "withdrawn":
            take_away(gone)
        case "closed":
            Partner.objects.filter(pk=gone.producer_id).update(state=Partner.State.CLOSED)
    page = client.get("/trang/").text
    assert "Rượu rút phép" not in page
    assert "Trà sen" in page


def test_a_block_whose_products_are_all_gone_drops_out_with_its_heading(home, client):
    gone = make_product()
    add_page(home, ("products", {"title": "Hàng của tháng", "products": [gone]}))
    take_away(gone)
    assert "Hàng của tháng" not in client.get("/trang/").text


def test_the_editor_is_told_which_products_have_dropped_out(home, client):
    gone, stays = make_product(title="Rượu rút phép"), make_product(title="Trà sen")
    page = add_page(home, ("products", {"title": "Hàng", "products": [gone, stays]}))
    client.force_login(make_administrator())
    assert "<li>Rượu rút phép</li>" not in client.get(f"/quan-tri/pages/{page.pk}/edit/").text
    take_away(gone)
    edit = client.get(f"/quan-tri/pages/{page.pk}/edit/").text
    assert "<li>Rượu rút phép</li>" in edit
    assert "<li>Trà sen</li>" not in edit


def test_the_report_names_pages_with_products_that_have_dropped_out(home, client):
    gone, stays = make_product(title="Rượu rút phép"), make_product(title="Trà sen")
    concerned = add_page(home, ("products", {"title": "", "products": [gone, stays]}), title="Có rượu")
    other = add_page(home, ("products", {"title": "", "products": [stays]}), slug="khac", title="Chỉ có trà")
    for page in (concerned, other):
        ReferenceIndex.create_or_update_for_object(page)
    take_away(gone)
    client.force_login(make_administrator())
    report = client.get("/quan-tri/bao-cao/san-pham-roi/").text
    assert "Có rượu" in report
    assert "Rượu rút phép" in report
    assert "Chỉ có trà" not in report
    assert ReferenceIndex.objects.filter(to_content_type=ContentType.objects.get_for_model(Product)).exists()


def test_a_live_query_finds_what_fits_today(regions):
    west_lake = make_region("Phường Tây Hồ", province="Thành phố Hà Nội")
    fits = make_product(title="Trà sen Tây Hồ", stars=4, set_number=11, region=west_lake)
    make_product(title="Trà ba sao", stars=3, set_number=11, region=west_lake)
    make_product(title="Trà nơi khác", stars=4, set_number=11)
    make_product(title="Gốm Tây Hồ", stars=4, set_number=21, region=west_lake)
    value = {"title": "Trà", "category": "set-11", "region": west_lake.key, "stars": ["4"], "number": 4}
    html = shown("query", value)
    assert fits.title in html
    for other in ("Trà ba sao", "Trà nơi khác", "Gốm Tây Hồ"):
        assert other not in html
    assert f"region={west_lake.key}" in html


@pytest.mark.parametrize("lost", [{"category": "set-99"}, {"category": "gone"}, {"region": "no-such-place"}])
def test_a_condition_that_names_what_is_gone_does_not_widen_the_list(lost):
    make_product()
    assert shown("query", {"title": "Hàng", "number": 4, **lost}) == ""


def test_a_query_says_what_the_shops_own_list_would():
    value = {
        "words": "trà",
        "category": "drinks",
        "region": "hn",
        "stars": ["4", "5"],
        "sort": "price",
        "in_stock": True,
    }
    assert query_of(value) == ProductQuery(
        text="trà", group=("drinks",), region=("hn",), stars=(5, 4), in_stock=True, sort=Sort.CHEAPEST
    )
    assert query_of({}) == ProductQuery()


def test_the_number_of_a_query_is_bounded():
    for _number in range(14):
        make_product()
    assert shown("query", {"title": "", "number": 1000}).count("<article") == 12


def test_sellers_and_sets_take_turns():
    candidates = [
        Candidate(1, 1, False, 1, True),
        Candidate(2, 1, False, 2, True),
        Candidate(3, 2, False, 1, True),
        Candidate(4, 2, False, 2, True),
    ]
    assert varied(candidates, 3) == [1, 4, 2]
    assert varied(candidates, 9) == [1, 4, 2, 3]
    assert varied([], 3) == []


def test_a_stall_that_closes_drops_out():
    stays, closes = make_seller(name="HTX Miến"), make_seller(name="HTX Rượu")
    for stall in (stays, closes):
        make_product(seller=stall)
    value = {"title": "Gian hàng", "stalls": [stays.pk, closes.pk]}
    assert "HTX Rượu" in shown("stalls", value)
    Partner.objects.filter(pk=closes.pk).update(state=Partner.State.CLOSED)
    html = shown("stalls", value)
    assert "HTX Miến" in html
    assert "HTX Rượu" not in html


# --- words, pictures, files
def test_markup_of_words_is_kept_and_that_of_plain_fields_is_shown_as_text():
    assert "<b>đậm</b>" in shown("text", "<p><b>đậm</b></p>")
    html = shown("quote", {"text": "<script>x</script>", "who": "<b>Lan</b>", "about": ""})
    assert "<script>" not in html
    assert "&lt;b&gt;Lan&lt;/b&gt;" in html


def test_links_to_pages_lead_to_the_readers_language_in_one_query(home, django_assert_num_queries):
    pages = [add_page(home, ("text", "<p>x</p>"), slug=f"trang-{number}") for number in range(5)]
    english = pages[0].copy_for_translation(Locale.objects.get(language_code="en"))
    english.slug = "page-0"
    english.save_revision().publish()
    links = [f'<p><a linktype="page" id="{page.pk}">x</a></p>' for page in pages]
    with translation.override("en"), django_assert_num_queries(2):  # the tree of groups is the other
        html = shown("text", "".join([*links, '<a linktype="page" id="999999">fort</a>']))
    assert '<a href="/en/page-0/">' in html
    assert '<a href="/trang-1/">' in html
    assert "<a>fort</a>" in html


def test_a_picture_has_its_words_caption_and_credit():
    picture = Picture.objects.create(
        title="x", description="Thợ gốm", file="original_images/x.webp", width=900, height=600, credit="Lan"
    )
    value = {
        "picture": {"image": picture.pk, "alt_text": "Thợ vuốt gốm", "decorative": False},
        "caption": "Bát Tràng",
    }
    html = shown("picture", value)
    assert 'alt="Thợ vuốt gốm"' in html
    assert "Bát Tràng" in html
    assert "Lan" in html
    value["picture"]["decorative"] = True
    assert 'alt=""' in shown("picture", value)
    picture.delete()
    assert shown("picture", value) == ""
    assert shown("gallery", {"title": "Ảnh", "pictures": [{"type": "item", "value": value, "id": "1"}]}) == ""


def test_a_download_names_its_file_and_drops_out_with_it():
    file = File.objects.create(title="Kế hoạch", file="documents/ke-hoach.pdf", file_size=2048)
    assert "Kế hoạch" in shown("download", {"file": file.pk, "title": ""})
    assert "PDF" in shown("download", {"file": file.pk, "title": "Tải kế hoạch"})
    file.delete()
    assert shown("download", {"file": file.pk or 1, "title": "Tải"}) == ""


@pytest.mark.parametrize(
    "url", ["https://www.youtube.com/watch?v=abcdefghijk", "https://nowhere.invalid/x", "x:y"]
)
def test_a_video_is_a_link_and_never_breaks_the_page(url):
    assert "Phiên live" in shown("embed", {"url": url, "title": "Phiên live", "caption": ""})


# --- the programme
def make_event(title, day, **fields):
    return Event.objects.create(
        title=title, kind=Event.Kind.FAIR, state=Event.State.PUBLISHED, starts_on=day, ends_on=day, **fields
    )


def test_events_of_this_month_come_with_the_calendar():
    make_event("Chợ tuần này", datetime.date(2026, 11, 28))
    make_event("Chợ tháng sau", datetime.date(2026, 12, 5))
    make_event("Chợ đã qua", datetime.date(2026, 11, 2))
    names = ("Chợ tuần này", "Chợ tháng sau", "Chợ đã qua")
    found = {
        which: [name for name in names if name in shown("coming", {"title": "", "which": which, "number": 4})]
        for which in ("month", "coming", "latest")
    }
    assert found == {"month": [names[0]], "coming": list(names[:2]), "latest": list(names)}


def test_a_draft_event_is_not_shown_even_if_it_was_chosen():
    event = make_event("Chưa công bố", datetime.date(2026, 12, 1))
    value = {"title": "", "events": [event.pk]}
    assert "Chưa công bố" in shown("events", value)
    Event.objects.filter(pk=event.pk).update(state=Event.State.DRAFT)
    assert shown("events", value) == ""


def test_news_are_of_the_readers_language(home):
    index = NewsIndex.objects.get(locale=home.locale)
    article = index.add_child(
        instance=Article(title="Tin mới", intro="x", locale=home.locale, body=[("text", "<p>x</p>")])
    )
    article.save_revision().publish()
    with translation.override("vi"):
        assert "Tin mới" in shown("news", {"title": "Tin", "number": 4})
    with translation.override("en"):
        assert shown("news", {"title": "News", "number": 4}) == ""


# --- the body as a whole
def test_a_block_of_a_kind_that_is_gone_is_left_out(home, client):
    page = add_page(home, ("text", "<p>Còn đây</p>"))
    raw = [{"type": "removed", "value": "x", "id": "1"}, *page.body.raw_data]
    ContentPage.objects.filter(pk=page.pk).update(body=raw)
    assert "Còn đây" in client.get("/trang/").text


@pytest.mark.parametrize(
    "name",
    [name for name in HomePage.body.field.stream_block.child_blocks if name != "text"],
)
def test_a_block_without_any_values_breaks_nothing(name):
    assert isinstance(shown(name, {}), str)


# --- choosing things in the admin
@pytest.mark.parametrize("model", [HomePage, NewsIndex])
def test_pages_open_for_editing(home, client, model):
    client.force_login(make_administrator())
    page = model.objects.get(locale=home.locale)
    assert client.get(f"/quan-tri/pages/{page.pk}/edit/").status_code == 200


def test_an_article_can_be_begun(home, client):
    client.force_login(make_administrator())
    index = NewsIndex.objects.get(locale=home.locale)
    assert client.get(f"/quan-tri/pages/add/cms/article/{index.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("window", "words", "found"),
    [
        ("chon-gian-hang", "htx mien", "HTX Miến dong"),
        ("chon-cau-chuyen", "chuyen lang", "Chuyện của làng"),
        ("chon-su-kien", "cho phien", "Chợ phiên xuân"),
        ("chon-noi", "ha dong", "Phường Hà Đông"),
    ],
)
def test_things_are_chosen_by_words_without_marks(regions, client, window, words, found):
    set_up()
    product = make_product(seller=make_seller(name="HTX Miến dong"))
    make_seller(name="HTX Rượu")
    Story.objects.create(
        product=product, seller=product.producer, title="Chuyện của làng", body="x", published_at=clock.now()
    )
    make_event("Chợ phiên xuân", datetime.date(2026, 12, 1))
    client.force_login(make_administrator())
    assert client.get(f"/quan-tri/{window}/").status_code == 200
    results = client.get(f"/quan-tri/{window}/results/", {"q": words}).text
    assert found in results
    assert "HTX Rượu" not in results
    assert found not in client.get(f"/quan-tri/{window}/results/", {"q": "khong co"}).text


@pytest.mark.parametrize("model", [HomePage, NewsIndex, ContentPage, Article])
@pytest.mark.parametrize(("language", "menu"), [("vi", "Thực phẩm"), ("en", "Food")])
def test_a_draft_is_shown_as_readers_of_its_language_will_see_it(home, client, model, language, menu):
    make_product(set_number=1)
    locale = Locale.objects.get(language_code=language)
    above = HomePage.objects.get(locale=locale)
    body = [("text", "<p>Bản nháp</p>")]
    match model.__name__:
        case "ContentPage":
            above.add_child(instance=ContentPage(title="T", slug="t", locale=locale, body=body, live=False))
        case "Article":
            index = NewsIndex.objects.child_of(above).get()
            index.add_child(instance=Article(title="T", intro="x", locale=locale, body=body, live=False))
    page = model.objects.get(locale=locale)
    page.save_revision()
    client.force_login(make_administrator())
    answer = client.get(f"/quan-tri/pages/{page.pk}/view_draft/")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert menu in answer.text


def test_an_events_programme_is_shown_where_it_is_wanted():
    event = make_event("Chợ có chương trình", datetime.date(2026, 12, 1))
    ProgrammeItem.objects.create(event=event, title="Khai mạc", starts_at=datetime.time(8, 30))
    assert "Khai mạc" not in shown("events", {"title": "", "events": [event.pk]})
    html = shown("events", {"title": "", "events": [event.pk], "with_programme": True})
    assert "08:30" in html
    assert "Khai mạc" in html


def test_livestreams_are_there_while_they_are_on():
    stream = Livestream.objects.create(
        seller=make_seller(),
        title="Phiên chè sen",
        url="https://example.org/live",
        presenter="Lan",
        starts_at=clock.now(),
        state=Livestream.State.LIVE,
    )
    assert "Phiên chè sen" in shown("livestreams", {"title": "Trực tiếp", "number": 3})
    Livestream.objects.filter(pk=stream.pk).update(state=Livestream.State.ENDED)
    assert shown("livestreams", {"title": "Trực tiếp", "number": 3}) == ""


def test_stories_are_the_newest_or_those_chosen():
    def tell(title, month):
        product = make_product(pictured=True)
        told = datetime.datetime(2026, month, 1, tzinfo=datetime.UTC)
        return Story.objects.create(
            product=product, seller=product.producer, title=title, body="x", published_at=told
        )

    old, new = tell("Chuyện cũ", 1), tell("Chuyện mới", 5)
    assert "Chuyện cũ" not in shown("stories", {"title": "", "number": 1})
    chosen = shown("stories", {"title": "", "stories": [old.pk], "number": 1})
    assert "Chuyện cũ" in chosen
    assert "Chuyện mới" not in chosen
    assert f"products/{new.product_id}-" in shown("stories", {"title": "", "number": 1, "is_large": True})


@pytest.mark.parametrize(
    "url", ["/su-kien/", "https://example.org/x?y=1", "mailto:a@example.org", "tel:+84123"]
)
def test_a_button_may_lead_here_or_elsewhere(url):
    check_target(url)


@pytest.mark.parametrize(
    "url", ["//example.org", "javascript:alert(1)", "su-kien", "data:text/html,x", "/a b"]
)
def test_a_button_may_not_lead_to_what_is_no_address(url):
    with pytest.raises(ValidationError):
        check_target(url)
