"""What pages tell machines of themselves: addresses, languages, previews, schema.org."""

import datetime
import json
import re
from io import BytesIO

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.html import escape
from PIL import Image, ImageChops, ImageStat

from catalog.domain.certify import withdraw
from catalog.models import Certification, Product
from producers.models import Partner
from storefront import structured
from storefront.share_pictures import shop_picture
from tests.factories.catalog import (
    make_category,
    make_certification,
    make_product,
    make_region,
    make_seller,
    make_variant,
)
from tests.storefront.heads import HOST, head, links, properties, things

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


# --- addresses and languages
def test_a_page_names_its_address_and_its_languages(client):
    product = make_product()
    with translation.override("en"):
        english = product.get_absolute_url()
    vietnamese = product.get_absolute_url()
    both = {"vi": HOST + vietnamese, "en": HOST + english, "x-default": HOST + vietnamese}

    assert links(head(client, vietnamese)) == {"canonical": HOST + vietnamese, **both}
    assert links(head(client, english)) == {"canonical": HOST + english, **both}


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?utm_source=x&fbclid=1", ""),
        ("?page=2&utm_source=x", "?page=2"),
        ("?page=1", ""),
        ("?page=0", ""),
        ("?page=-1", ""),
        ("?page=last", ""),
        ("?page=²", ""),
        ("?page=99999999999999999999", ""),
    ],
)
def test_of_the_query_only_the_number_of_the_page_counts(client, query, kept):
    seller = make_seller()
    for _number in range(25):
        make_product(seller=seller)
    address = seller.get_absolute_url()

    found = links(head(client, address + query))

    assert found["canonical"] == found["vi"] == f"{HOST}{address}{kept}"
    assert found["en"] == f"{HOST}/en{address}{kept}"


def test_another_order_of_a_list_is_the_same_page(client):
    make_product()
    assert links(head(client, "/san-pham/?sort=price"))["canonical"] == f"{HOST}/san-pham/"


def test_later_pages_of_a_set_have_their_own_address_and_filters_none(client):
    category = make_category()
    for _number in range(25):
        make_product(set_number=category.set_number)
    address = category.get_absolute_url()

    assert links(head(client, f"{address}?page=2"))["canonical"] == f"{HOST}{address}?page=2"
    assert links(head(client, f"{address}?stars=3&page=2"))["canonical"] == f"{HOST}{address}"


@pytest.mark.parametrize(
    "path", ["/tim-kiem/?q=tra", "/san-pham/?stars=3", "/gian-hang/?q=tra", "/en/san-pham/?stars=3"]
)
def test_what_is_found_is_not_indexed_and_names_no_address(client, path):
    make_product()
    html = head(client, path)
    assert '<meta name="robots" content="noindex, follow">' in html
    assert links(html) == {}


def test_what_is_gone_is_not_indexed_and_has_no_preview(client):
    product = make_product(pictured=True)
    withdraw(product.certification, on=datetime.date(2026, 9, 15), decision="1/QĐ-X", reason="hỏng")
    closed = make_seller(state=Partner.State.CLOSED)
    for path in (product.get_absolute_url(), closed.get_absolute_url()):
        html = head(client, path)
        assert 'content="noindex' in html
        assert links(html) == {}
        assert "chia-se-" not in html
    assert "Product" not in things(client.get(product.get_absolute_url()))
    assert "Organization" not in things(client.get(closed.get_absolute_url()))


def test_a_page_that_is_not_there_claims_no_language(client):
    html = client.get("/khong-co-trang-nay/").content.decode()
    assert links(html) == {}


def test_robots_leave_the_rules_of_ranking_open(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /gio-hang/" in lines
    assert "Disallow: /en/tim-kiem/" in lines
    assert "Allow: /tim-kiem/xep-hang/" in lines
    assert f"Sitemap: {HOST}/sitemap.xml" in lines


# --- previews
def share_path(client, product: Product, language: str = "vi") -> str:
    """The address of the picture that the page of a product names."""
    with translation.override(language):
        address = product.get_absolute_url()
    return properties(head(client, address))["og:image"].removeprefix(HOST)


@pytest.fixture
def drawn(db):
    """A product whose picture has its file."""
    product = make_product(
        stars=5,
        title='Bộ bát đĩa "hoa sen" <đỏ> của làng Bát Tràng',
        title_en="Red lotus bowls",
        region=make_region(),
        price=450_000,
        pictured=True,
    )
    picture = product.images.get()
    content = BytesIO()
    Image.new("RGB", (960, 1200), "#DE8A3F").save(content, "WEBP")
    name = default_storage.save(picture.name_at(960), ContentFile(content.getvalue()))
    assert name == picture.original.name
    yield product
    default_storage.delete(name)


def test_the_preview_of_a_product(client, drawn):
    html = head(client, drawn.get_absolute_url())
    found = properties(html)
    assert found["og:type"] == "product"
    assert found["og:locale"] == "vi_VN"
    assert found["og:title"] == escape(drawn.title)
    assert found["og:url"] == HOST + drawn.get_absolute_url()
    assert found["og:description"] == f"OCOP 5 sao, {drawn.producer.name}, {drawn.place_now}, 450.000\xa0₫"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["og:image:alt"].startswith(escape(drawn.title))
    assert '<meta name="twitter:card" content="summary_large_image">' in html


def test_the_preview_speaks_the_language_of_the_page(client, drawn):
    found = properties(head(client, "/en" + drawn.get_absolute_url()))
    assert found["og:title"] == "Red lotus bowls"
    assert found["og:description"].startswith("OCOP 5 stars, ")
    assert found["og:locale"] == "en_GB"


def test_a_page_without_a_picture_of_its_own_shows_the_shops(client):
    found = properties(head(client, make_product().get_absolute_url()))
    assert re.fullmatch(rf"{HOST}/static/storefront/share(\.\w+)?\.jpg", found["og:image"])
    assert found["og:image:alt"]


def test_the_kept_picture_of_the_shop_is_the_drawn_one():
    kept = Image.open(finders.find("storefront/share.jpg"))
    difference = ImageChops.difference(kept, Image.open(BytesIO(shop_picture())))
    assert max(ImageStat.Stat(difference).mean) < 1


def test_the_picture_of_a_product(client, drawn):
    path = share_path(client, drawn)
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    assert len(response.content) < 300_000
    assert "max-age=3600" in response["Cache-Control"]
    assert client.get(path, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_another_price_has_another_picture_and_the_old_address_answers_with_it(client, drawn):
    old = share_path(client, drawn)
    before = client.get(old)
    drawn.stockrecords.update(price=990_000)

    new = share_path(client, drawn)
    answer = client.get(old, headers={"If-None-Match": before["ETag"]})

    assert new != old
    assert answer.status_code == 200
    assert answer.content == client.get(new).content != before.content


def test_the_preview_of_a_product_in_several_packs_says_the_lowest_price(client, drawn):
    alone = share_path(client, drawn)
    make_variant(drawn, "Một đôi", price=90_000)
    found = properties(head(client, drawn.get_absolute_url()))
    assert found["og:description"].endswith(", từ 90.000\xa0₫")
    assert share_path(client, drawn) != alone
    answer = client.get(share_path(client, drawn))
    assert answer["ETag"].strip('"') in share_path(client, drawn)


def test_stars_and_language_make_other_pictures(client, drawn):
    starred, english = client.get(share_path(client, drawn)), client.get(share_path(client, drawn, "en"))
    Certification.objects.update(valid_until=datetime.date(2026, 1, 1))
    plain = client.get(share_path(client, drawn))
    assert len({starred.content, english.content, plain.content}) == 3


def test_a_picture_is_not_kept_past_the_day(client, drawn, frozen):
    path = share_path(client, drawn)
    frozen.shift(datetime.timedelta(hours=14, minutes=50))
    assert "max-age=600" in client.get(path)["Cache-Control"]


def test_no_picture_of_what_is_withdrawn_or_has_none(client, drawn):
    path = share_path(client, drawn)
    bare = make_product()
    assert client.get(f"{bare.get_absolute_url()}chia-se-{'0' * 16}.jpg").status_code == 404
    withdraw(drawn.certification, on=datetime.date(2026, 9, 15), decision="1/QĐ-X", reason="hỏng")
    assert client.get(path).status_code == 404


def test_no_picture_where_the_file_is_missing(client):
    product = make_product(pictured=True)
    assert client.get(share_path(client, product)).status_code == 404


def test_the_picture_of_a_stall(client, drawn):
    stall = drawn.producer
    found = properties(head(client, stall.get_absolute_url()))
    path = found["og:image"].removeprefix(HOST)
    assert found["og:title"] == escape(stall.name)
    response = client.get(path)
    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    # What the page says and what the picture is made of are the same.
    assert response["ETag"].strip('"') in path

    stall.state = Partner.State.CLOSED
    stall.save()
    assert client.get(path).status_code == 404


# --- schema.org
def test_a_product_with_offer_and_certification(client):
    certification = {
        "issued_on": datetime.date(2025, 3, 3),
        "number": "27/2025/OCOP",
        "level": Certification.Level.PROVINCE,
    }
    product = make_product(
        title="Miến </script> & dong", stars=4, price=45_000, pictured=True, certification=certification
    )
    response = client.get(product.get_absolute_url())
    described = things(response)["Product"]

    assert described["name"] == "Miến </script> & dong"
    assert described["url"] == HOST + product.get_absolute_url()
    assert described["image"].startswith(HOST)
    assert "aggregateRating" not in described
    offer = described["offers"]
    assert (offer["price"], offer["priceCurrency"]) == (45_000, "VND")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["seller"] == {
        "@type": "Organization",
        "name": product.producer.name,
        "url": HOST + product.producer.get_absolute_url(),
    }
    assert described["hasCertification"] == {
        "@type": "Certification",
        "name": "OCOP 4 sao",
        "url": HOST + product.certification.get_absolute_url(),
        "certificationIdentification": "27/2025/OCOP",
        "certificationRating": {"@type": "Rating", "ratingValue": 4, "bestRating": 5},
        "issuedBy": {"@type": "Organization", "name": "Hội đồng cấp tỉnh"},
        "validFrom": "2025-03-03",
        "expires": "2028-03-03",
    }


def test_what_is_not_known_of_a_certification_is_not_told(client):
    product = make_product(certification={"recognised_year": 2024, "issued_on": None})
    told = things(client.get(product.get_absolute_url()))["Product"]["hasCertification"]
    assert set(told) == {"@type", "name", "url", "certificationRating"}


@pytest.mark.parametrize(
    "certification",
    [
        {"issued_on": datetime.date(2023, 10, 2)},
        {"issued_on": None},
        {"provenance": Certification.Provenance.ILLUSTRATIVE},
    ],
    ids=["expired", "without date", "illustrative"],
)
def test_a_certification_that_is_not_in_force_or_made_up_is_not_told(client, certification):
    product = make_product(certification=certification)
    assert "hasCertification" not in things(client.get(product.get_absolute_url()))["Product"]


def test_the_newest_certification_is_the_one(client):
    product = make_product(stars=3, certification={"issued_on": datetime.date(2025, 1, 1)})
    make_certification(product, stars=4, issued_on=datetime.date(2026, 1, 1))
    told = things(client.get(product.get_absolute_url()))["Product"]["hasCertification"]
    assert told["certificationRating"]["ratingValue"] == 4


def test_sold_out_and_not_for_sale(client):
    sold_out = things(client.get(make_product(stock=0).get_absolute_url()))["Product"]
    assert sold_out["offers"]["availability"] == "https://schema.org/OutOfStock"
    assert "offers" not in things(client.get(make_product(price=None).get_absolute_url()))["Product"]
    nameless = things(client.get(make_product(producer=None).get_absolute_url()))["Product"]
    assert "offers" not in nameless
    assert "brand" not in nameless


def test_a_stall_is_an_organisation(client):
    stall = make_seller(registered_address="Xóm 1", phone="0240", business_code="0101")
    told = things(client.get(stall.get_absolute_url()))["Organization"]
    assert told == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": stall.name,
        "url": HOST + stall.get_absolute_url(),
        "address": "Xóm 1",
        "telephone": "0240",
        "taxID": "0101",
    }


def test_a_made_up_stall_is_no_organisation(client):
    stall = make_seller(is_fictional=True)
    assert "Organization" not in things(client.get(stall.get_absolute_url()))


def test_the_way_down_to_a_product(client):
    product = make_product()
    told = things(client.get("/en" + product.get_absolute_url()))["BreadcrumbList"]["itemListElement"]
    assert [each["position"] for each in told] == list(range(1, len(told) + 1))
    assert told[0] == {"@type": "ListItem", "position": 1, "name": "Home", "item": f"{HOST}/en/"}
    assert told[-1]["item"].startswith(f"{HOST}/en/san-pham/nhom/")
    assert all(each["name"] for each in told)


def test_what_is_not_indexed_tells_no_way_down(client):
    make_product()
    assert "BreadcrumbList" not in things(client.get("/san-pham/?stars=3"))


def test_the_home_page_says_how_the_site_is_searched(client):
    told = things(client.get("/"))["WebSite"]
    assert told["url"] == f"{HOST}/"
    assert told["potentialAction"] == {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{HOST}/tim-kiem/?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
    assert "WebSite" not in things(client.get("/san-pham/"))


def test_json_cannot_end_its_script():
    script = structured.as_script(
        {"@type": "Thing", "name": "</script><script>alert('&')", "no": None, "of": {}}
    )
    assert script.count("<") == 2
    assert "&" not in script
    told = json.loads(script.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    assert told == {
        "@context": "https://schema.org",
        "@type": "Thing",
        "name": "</script><script>alert('&')",
    }


@pytest.mark.parametrize("nothing", [None, {}, ""])
def test_nothing_is_no_script(nothing):
    assert structured.as_script(nothing) == ""
