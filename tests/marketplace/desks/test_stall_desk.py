"""The desk's stall page: blocks written, moved, looked at and published; the pause; what buyers then see."""

import datetime
import re
from io import BytesIO
from math import cos, radians, sin
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.domain import stall_checks
from marketplace.core.roles import TeamRole
from marketplace.sales.domain.quote import ProblemCode, QuoteChanged, quote
from marketplace.sales.models import SellerOrder
from producers.domain import stall_pages
from producers.models import Accent, StallCheck
from tests.factories.catalog import make_member, make_seller
from tests.factories.sellers import make_officer, make_stall_check
from tests.marketplace.sales.cases import Purchase, make_basket, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = datetime.date(2026, 11, 24)


@pytest.fixture
def seller():
    return make_seller(name="HTX Bắc Sơn")


@pytest.fixture
def owner(client, seller):
    person = make_member(seller)
    client.force_login(person)
    return person


def url() -> str:
    return reverse("producer_desk:stall")


def photo(size=(1600, 900)) -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", size, "#7a4f2a").save(target, "JPEG")
    return SimpleUploadedFile("anh.jpg", target.getvalue(), "image/jpeg")


def typed(seller, *blocks: dict, act="save", **fields) -> dict:
    """What the browser sends: the looks, and the blocks with their hidden fields."""
    sent = {"accent": "indigo", "revision": stall_pages.draft_of(seller).revision, "count": len(blocks)}
    for number, block in enumerate(blocks):
        block = {"was": number, "order": number, **block}
        sent |= {f"{name}_{number}": value for name, value in block.items()}
    return {**sent, "act": act, **fields}


def text(body, **more) -> dict:
    return {"kind": "text", "heading": "", "body": body, **more}


def bodies(seller) -> list[str]:
    return [block["body"] for block in stall_pages.draft_of(seller).blocks]


# --- writing
def test_a_page_is_written_looked_at_and_published(client, seller, owner):
    blocks = [
        text("Đoạn một.\r\n\r\nĐoạn hai.", heading="Lò gốm"),
        {"kind": "picture", "file": photo(), "alt": "Thợ bên lò", "caption": "Lò bầu"},
        {"kind": "video", "url": "https://youtu.be/abcdefghijk", "title": "Nung gốm"},
        {"kind": "milestones", "heading": "Chặng đường", "rows": "1989: lò đầu tiên\r\n2019: 4 sao"},
    ]
    sent = typed(
        seller, *blocks, act="preview", accent="plum", village="Bát Tràng", opening_hours="8:00–17:00"
    )
    response = client.post(url(), sent)
    preview = reverse("stalls:preview", args=[seller.slug])
    assert response.headers["Location"] == preview
    page = client.get(preview).content.decode()
    for words in (
        "Đoạn hai.",
        "Thợ bên lò",
        "https://youtu.be/abcdefghijk",
        "lò đầu tiên",
        "accent-plum",
        "Bát Tràng",
    ):
        assert words in page, words
    assert "Đoạn hai." not in client.get(seller.get_absolute_url()).content.decode()

    again = [*blocks]
    again[1] = {**blocks[1], "file": ""}
    assert client.post(url(), typed(seller, *again, act="publish", accent="plum")).status_code == 302
    assert "Đoạn hai." not in client.get(seller.get_absolute_url()).content.decode()
    stall_checks.approve(StallCheck.objects.get(), actor=make_officer())
    public = client.get(seller.get_absolute_url()).content.decode()
    assert "Đoạn hai." in public
    picture = stall_pages.page_of(seller).blocks[1]["picture"]
    assert (picture["widths"], picture["alt"]) == ([480, 960, 1440], "Thợ bên lò")
    assert default_storage.exists(picture["name"])
    assert stall_pages.page_of(seller).blocks[3]["rows"] == [["1989", "lò đầu tiên"], ["2019", "4 sao"]]


def test_what_waits_at_the_office_can_be_taken_back_and_what_came_back_says_why(client, seller, owner):
    check = make_stall_check(seller, actor=owner)
    assert "Your page waits for the office" in client.get(f"/en{url()}").content.decode()
    assert client.post(reverse("producer_desk:stall-take-back")).status_code == 302
    assert StallCheck.objects.get().state == StallCheck.State.TAKEN_BACK
    page = client.post(reverse("producer_desk:stall-take-back"), follow=True).content.decode()
    assert "waits for the office" not in page
    check = make_stall_check(seller, actor=owner)
    stall_checks.send_back(check, actor=make_officer(), reason="Ảnh của người khác.")
    assert "Ảnh của người khác." in client.get(url()).content.decode()


def test_blocks_are_added_moved_and_taken_out_by_buttons_and_by_dragging(client, seller, owner):
    client.post(url(), typed(seller, act="add:text"))
    assert bodies(seller) == [""]
    three = [text("a"), text("b"), text("c")]
    client.post(url(), typed(seller, *three, act="down:0"))
    assert bodies(seller) == ["b", "a", "c"]
    client.post(url(), typed(seller, text("b"), text("a"), text("c"), act="up:2"))
    assert bodies(seller) == ["b", "c", "a"]
    client.post(url(), typed(seller, text("b"), text("c"), text("a"), act="remove:1"))
    assert bodies(seller) == ["b", "a"]
    client.post(url(), typed(seller, text("b", order=1), text("a", order=0)))
    assert bodies(seller) == ["a", "b"]
    # Neither an unknown kind nor a block that is not there does harm.
    for act in ("add:script", "up:9", "remove:x", "nonsense"):
        client.post(url(), typed(seller, text("a"), text("b"), act=act))
    assert bodies(seller) == ["a", "b"]


def test_banner_and_logo_are_kept_and_taken_out(client, seller, owner):
    client.post(url(), typed(seller, banner=photo((2000, 600)), logo=photo((400, 400))))
    draft = stall_pages.draft_of(seller)
    assert (draft.banner["width"], draft.logo["widths"]) == (1920, [160, 320])
    client.post(url(), typed(seller, drop_logo="on"))
    draft = stall_pages.draft_of(seller)
    assert (draft.banner["width"], draft.logo) == (1920, None)


@pytest.mark.parametrize(
    ("block", "fields", "bad"),
    [
        ({"kind": "video", "url": "https://evil.example/x", "title": "x"}, {}, "url_0"),
        ({"kind": "video", "url": "http://youtube.com/x", "title": "x"}, {}, "url_0"),
        ({"kind": "video", "url": "javascript:alert(1)", "title": "x"}, {}, "url_0"),
        ({"kind": "milestones", "heading": "", "rows": "không có dấu"}, {}, "rows_0"),
        ({"kind": "picture", "file": SimpleUploadedFile("x.jpg", b"PK\x03\x04"), "alt": "x"}, {}, "file_0"),
        (text("x" * 5001), {}, "body_0"),
        (text("x"), {"accent": "#ff0000"}, "accent"),
        (text("x"), {"banner": SimpleUploadedFile("x.png", b"GIF")}, "banner"),
        (text(""), {"act": "publish"}, "body_0"),
        ({"kind": "picture", "alt": "x", "caption": ""}, {"act": "publish"}, "file_0"),
    ],
)
def test_bad_input_is_told_kept_on_the_form_and_saves_nothing(client, seller, owner, block, fields, bad):
    response = client.post(url(), typed(seller, block, text("đã viết"), **fields))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {bad}
    assert "đã viết" in response.content.decode()
    assert stall_pages.draft_of(seller).revision == 0


def test_of_two_writers_the_later_one_keeps_what_was_typed(client, seller, owner):
    sent = typed(seller, text("của tôi"))
    stall_pages.save(seller, actor=owner, content={"village": "Vạn Phúc"}, revision=0)
    response = client.post(url(), sent)
    assert response.status_code == 422
    assert "của tôi" in response.content.decode()
    assert stall_pages.draft_of(seller).blocks == []


def test_only_the_team_s_editors_preview(client, seller):
    preview = reverse("stalls:preview", args=[seller.slug])
    assert client.get(preview).status_code == 302
    client.force_login(make_member(seller, TeamRole.PACKER))
    assert client.get(preview).status_code == 403
    client.force_login(make_member(make_seller()))
    assert client.get(preview).status_code == 404


@pytest.mark.parametrize("blocks", [1, 20])
def test_the_form_makes_as_many_queries_for_one_block_as_for_twenty(
    client, seller, owner, blocks, django_assert_num_queries
):
    content = {"blocks": [text("x") for _block in range(blocks)]}
    stall_pages.save(seller, actor=owner, content=content, revision=0)
    client.get(url())
    with django_assert_num_queries(7):
        client.get(url())


# --- the pause
def paused(client, **fields):
    sent = {"first": "2026-11-24", "last": "2026-11-26", "words": "Đi hội chợ Tết.", **fields}
    return client.post(reverse("producer_desk:stall-pause"), sent)


def test_during_a_pause_buyers_are_told_and_cannot_order(client, seller, owner, frozen):
    product = make_product(seller, title="Chè Bắc Sơn")
    purchase = Purchase(make_basket(product))
    purchase.expected = quote(purchase.basket)
    assert paused(client).status_code == 302
    client.logout()

    for address in (seller.get_absolute_url(), product.get_absolute_url()):
        assert "Đi hội chợ Tết." in client.get(address).content.decode()
    add = reverse("basket:add", args=[product.pk])
    assert add not in client.get(product.get_absolute_url()).content.decode()
    assert add not in client.get(seller.get_absolute_url()).content.decode()
    client.post(add, {"quantity": 1})
    assert client.get(reverse("basket:summary")).context["quote"].is_empty

    # Who has put it in before is told in the basket, and the order is not taken.
    assert [problem.code for problem in quote(purchase.basket).problems] == [ProblemCode.PAUSED]
    with pytest.raises(QuoteChanged) as refused:
        purchase.place()
    assert "Chè Bắc Sơn" in str(refused.value)
    assert not SellerOrder.objects.exists()

    # The day after its last one everything is as before, without anybody doing anything.
    frozen.shift(datetime.timedelta(days=3))
    assert add in client.get(product.get_absolute_url()).content.decode()
    purchase.place()


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"first": ""}, "first"),
        ({"last": "2026-11-01"}, "last"),
        ({"last": "mai"}, "last"),
        ({"words": "x" * 201}, "words"),
    ],
)
def test_a_pause_that_makes_no_sense_is_told(client, seller, owner, fields, bad):
    response = paused(client, **fields)
    assert response.status_code == 422
    assert set(response.context["pause_form"].errors) == {bad}
    seller.refresh_from_db()
    assert seller.pause_from is None


# --- the colours
CSS = Path(settings.BASE_DIR) / "storefront/static/storefront/css/tokens.css"
COLOUR = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"


def _luminance(lightness: float, chroma: float, hue: float) -> float:
    """Of a colour in OKLCH, as WCAG counts it; the matrices are those of CSS Color 4."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short
    red, green, blue = (min(max(each, 0), 1) for each in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.unit
@pytest.mark.parametrize("accent", Accent.values)
def test_every_colour_of_a_stall_can_be_read_by_day_and_by_night(accent):
    css = CSS.read_text(encoding="utf-8")

    def modes(name: str) -> list[float]:
        found = re.search(rf"--{name}: light-dark\({COLOUR}, {COLOUR}\)", css).groups()
        return [_luminance(*map(float, found[part : part + 3])) for part in (0, 3)]

    for ground in ("diep", "sheet"):
        for one, other in zip(modes(f"accent-{accent}"), modes(ground), strict=True):
            assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5
