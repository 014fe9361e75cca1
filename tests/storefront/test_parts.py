"""The parts of the templates, rendered with plain objects: none of them may ask the database."""

import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from storefront import seals
from tests.architecture.messages import PACKAGES, ROOT

pytestmark = pytest.mark.unit

TEMPLATES = sorted(
    file for package in (*PACKAGES, "tests") for file in (ROOT / package).glob("**/templates/**/*.html")
)
PARTS = ROOT / "storefront" / "templates" / "parts"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def shown(source, **context):
    return Template("{% load shop %}" + source).render(Context(context))


def soup(markup):
    return BeautifulSoup(markup, "html.parser")


def part(name, request=None, **context):
    return soup(render_to_string(f"parts/{name}.html", context, request=request))


def product(**changes):
    """What a card shows of a product of a list."""
    values = {
        "pk": 7,
        "url": "/san-pham/gio-lua_7/",
        "basket_url": "/en/gio-hang/them/7/",
        "title": "Giò lụa",
        "display_title": "Giò lụa",
        "picture": None,
        "place_now": "Phường Tây Hồ, Hà Nội",
        "place_then": "Phú Thượng, Tây Hồ",
        "stars": 4,
        "title_language": "vi",
        "price": 165_000,
        "unit_label": "500 g",
        "can_buy": True,
        "is_sold_out": False,
        "is_booked": False,
        "has_packs": False,
        "is_lowest": False,
    }
    return SimpleNamespace(**values | changes)


# --- money and signs
@pytest.mark.parametrize(("amount", "text"), [(120_000, "120.000\u00a0₫"), (0, "0\u00a0₫"), (None, "")])
def test_vnd(amount, text):
    assert shown("{{ amount|vnd }}", amount=amount) == text


def test_icon_is_hidden_unless_it_has_a_label():
    plain, named = soup(shown('{% icon "basket" %}{% icon "basket" "Basket" %}')).find_all("svg")

    assert plain["aria-hidden"] == "true"
    assert (named["role"], named["aria-label"]) == ("img", "Basket")
    assert plain.use["href"] == "/static/storefront/icons.svg#basket"


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = ElementTree.parse(finders.find("storefront/icons.svg"))  # noqa: S314 - our own file
    symbols = {element.get("id") for element in sprite.iter("{http://www.w3.org/2000/svg}symbol")}

    named = re.compile(r'icon\(? ?"([\w-]+)"')
    files = [*TEMPLATES, *ROOT.glob("storefront/jinja2/**/*.html")]
    used = {name for file in files for name in named.findall(file.read_text())}

    assert {"basket", "search"} <= used
    assert used - symbols == set()


# --- seal and badge
@pytest.mark.parametrize("stars", [3, 4, 5])
def test_seal_shows_its_stars_and_says_them(stars):
    seal = soup(shown("{% seal stars %}", stars=stars)).svg

    assert (seal["role"], seal["aria-label"]) == ("img", f"OCOP certification, {stars} of 5 stars")
    assert len(seal.find_all(class_="on")) == stars
    assert len(seal.find_all(class_="off")) == 5 - stars
    assert [text.string for text in seal.find_all("text")] == [str(stars), "OCOP"]


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("expired", "OCOP certification no longer valid"),
        ("withdrawn", "OCOP certification withdrawn"),
        ("superseded", "OCOP certification replaced by a later one"),
        ("missing", "No OCOP certification found"),
        ("unstated", "OCOP certification, rank not known"),
    ],
)
def test_seal_without_a_rank_is_blank(status, name):
    seal = soup(shown("{% seal None status %}", status=status)).svg

    assert seal["aria-label"] == name
    assert "blank" in seal["class"]
    assert seal.find_all(["text"]) == []
    assert seal.find_all(class_=["on", "off"]) == []


def test_badge_says_the_stars_in_the_language_of_the_page():
    assert soup(shown("{% badge 4 %}")).span.get_text() == "4OCOP 4 stars"
    assert shown("{% badge 4 %}") == shown("{% badge 4 %}")
    with translation.override("vi"):
        assert soup(shown("{% badge 4 %}")).span["data-stars"] == "4"


def test_badge_without_stars_is_words_or_nothing():
    assert shown('{% badge None "Expired" %}') == '<span class="badge none">Expired</span>'
    assert shown("{% badge None %}") == ""


def test_seal_keeps_inside_its_box():
    numbers = [float(number) for number in re.findall(r"[\d.]+", seals.large_disc().replace("0 0 1", ""))]

    assert seals.large_disc().count("A") == seals.LARGE_PETALS
    assert min(numbers) > 0
    assert max(numbers) < seals.LARGE_BOX


# --- card
def card_of(product, level=3):
    return soup(shown("{% cards cards level=level %}", cards=[product], level=level))


def test_card_names_the_product_its_places_and_its_price():
    card = card_of(product())

    assert card.h3.get_text() == "Giò lụa"
    assert card.h3.a["href"] == "/san-pham/gio-lua_7/"
    assert card.find(class_="from").get_text(" ", strip=True) == (
        "Phường Tây Hồ, Hà Nội formerly Phú Thượng, Tây Hồ"
    )
    assert card.find(class_="price").get_text() == "165.000\u00a0₫/ 500 g"
    assert card.find(class_="badge")["data-stars"] == "4"


def test_card_marks_a_vietnamese_name_on_an_english_page():
    assert card_of(product()).h3.a["lang"] == "vi"
    assert "lang" not in card_of(product(display_title="Pork roll", title_language="en")).h3.a.attrs
    with translation.override("vi"):
        assert "lang" not in card_of(product()).h3.a.attrs


def test_card_without_a_valid_certification_has_no_badge():
    assert card_of(product(stars=None)).find(class_="badge") is None


def test_card_stands_under_the_title_that_the_page_has():
    assert card_of(product(), level=2).h2.get_text() == "Giò lụa"


def test_card_of_several_packs_says_the_lowest_price_and_leads_to_the_choice():
    card = card_of(product(has_packs=True, is_lowest=True))
    assert card.find(class_="price").get_text() == "from 165.000\u00a0₫/ 500 g"
    assert card.form is None
    assert card.find("a", class_="add")["href"] == "/san-pham/gio-lua_7/#packs"
    assert card.find("a", class_="add")["aria-label"] == "Choose a pack: Giò lụa"


def test_card_adds_to_the_basket_with_and_without_scripts():
    form = card_of(product()).form
    address = "/en/gio-hang/them/7/"
    assert (form["method"], form["action"], form["hx-post"]) == ("post", address, address)
    assert form.find("input", {"name": "quantity"})["value"] == "1"
    assert [field["name"] for field in form.find_all("input")] == ["quantity"]
    assert form.button["aria-label"] == "Add Giò lụa to basket"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"can_buy": False, "is_sold_out": True}, "Sold out"),
        ({"can_buy": False, "price": None}, "Not sold here yet"),
    ],
)
def test_card_that_cannot_be_bought_says_why(changes, words):
    card = card_of(product(**changes))

    assert card.form is None
    assert card.find(class_="state").get_text() == words


# --- pager
def test_pager_keeps_the_filters(rf):
    request = rf.get("/san-pham/?stars=4&stars=5&page=2")

    pager = part("pager", request=request, page=Paginator(range(240), 24).page(2))

    assert pager.find("a", rel="next")["href"] == "?stars=4&stars=5&page=3"
    assert pager.find(attrs={"aria-current": "page"}).get_text() == "Page 2"
    assert [link.get_text() for link in pager.find_all("a")][1:-1] == ["Page 1", "Page 3", "Page 10"]


def test_pager_of_one_page_is_nothing():
    assert part("pager", page=Paginator(range(24), 24).page(1)).find("nav") is None


# --- forms
class Form(forms.Form):
    phone = forms.CharField(label="Phone", help_text="Ten digits.", max_length=3)
    payment = forms.ChoiceField(label="Payment", choices=[("cash", "Cash")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")


def test_field_points_to_its_help_and_its_error():
    field = part("field", field=Form({"phone": "12345"})["phone"])

    assert field.label["for"] == field.input["id"]
    assert field.input["aria-invalid"] == "true"
    described = [
        field.find(id=name).get_text(" ", strip=True) for name in field.input["aria-describedby"].split()
    ]
    assert described == ["Ten digits.", "Ensure this value has at most 3 characters (it has 5)."]


def test_choices_have_a_legend_and_one_box_its_words():
    form = Form()

    assert part("field", field=form["payment"]).fieldset.legend.get_text() == "Payment"
    assert part("field", field=form["agreed"]).label.get_text() == "I agree"


def test_errors_link_to_their_fields():
    errors = part("errors", form=Form({"phone": "12", "payment": "cash"}))

    assert [link["href"] for link in errors.find_all("a")] == ["#id_agreed"]
    assert errors.div["role"] == "alert"


def test_quantity_is_a_plain_number_field():
    field = part("qty", what="Giò lụa", most=5).input

    assert (field["name"], field["value"], field["min"], field["max"]) == ("quantity", "1", "1", "5")
    assert field["aria-label"] == "Quantity of Giò lụa"


# --- the frame
def test_header_fragment_counts_and_names_only_what_it_is_given():
    anonymous = part("me")
    own = part("me", user=SimpleNamespace(is_authenticated=True, first_name="Lan"), basket_count=3)

    assert [link.get_text(strip=True) for link in anonymous.find_all("a")] == ["Account", "Your basket"]
    assert [link.get_text(strip=True) for link in own.find_all("a")] == ["Lan", "Your basket3, 3 items"]


def test_page_for_a_broken_server_needs_no_context():
    page = soup(render_to_string("500.html"))

    assert page.h1.get_text() == "Something broke on our side"
    assert page.find("a", class_="btn")["href"] == "/"


def test_every_address_that_header_and_footer_name_exists():
    named = {
        name
        for file in (*PARTS.glob("*.html"), *PARTS.parent.glob("*.html"))
        for name in re.findall(r'{% url "([\w:-]+)" as', file.read_text())
    }

    assert {name for name in named if reverse(name)} == named


def test_every_style_sheet_is_in_its_layer():
    sheets = [finders.find(path) for path in re.findall(r"storefront/css/\w+\.css", style_links())]

    order = re.match(r"@layer ([\w, ]+);", Path(sheets[0]).read_text())[1].split(", ")
    assert [Path(sheet).stem for sheet in sheets] == [layer for layer in order if layer != "desk"]
    for sheet in sheets:
        assert f"@layer {Path(sheet).stem} {{" in Path(sheet).read_text()


def style_links():
    return render_to_string("parts/stylesheets.html")


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842438253829", "024 3825 3829"),
        ("gọi hợp tác xã", "gọi hợp tác xã"),
    ],
)
def test_phones_are_written_as_in_the_country(stored, written):
    assert shown("{{ phone|national }}", phone=stored) == written
