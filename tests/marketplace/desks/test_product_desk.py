"""The desk's screens of products: list, form, pictures, packs, table and workbook, and who may see them."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalog.domain import listings, prepare, variants
from catalog.domain.prepare import Offer
from catalog.models import Listing, Product
from marketplace.core.roles import TeamRole
from producers.domain import stock
from producers.models import PriceChange, StockRecord, TeamMember
from tests.factories.catalog import make_category, make_member, make_product, make_seller, make_user
from tests.marketplace.sales.cases import buy

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

QUERIES_OF_LIST = 11
QUERIES_OF_TABLE = 9


@pytest.fixture
def seller():
    return make_seller(name="HTX Chè Tân Cương")


@pytest.fixture
def owner(client, seller):
    person = make_member(seller, TeamRole.OWNER)
    client.force_login(person)
    return person


def url(name: str, *args) -> str:
    return reverse(f"producer_desk:{name}", args=args)


def food(**fields) -> dict:
    return {
        "title": "Chè búp",
        "ingredients": "Chè",
        "shelf_life": "12 tháng",
        "price": "120.000",
        "in_stock": "5",
        "act": "save",
        **fields,
    }


def photo(size=(1200, 1500)) -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", size, "#4b6e45").save(target, "JPEG")
    return SimpleUploadedFile("anh.jpg", target.getvalue(), "image/jpeg")


# --- the list
def test_a_row_says_what_a_seller_must_know(client, seller, owner):
    product = make_product(seller=seller, stock=10)
    (order,) = buy((product, 6))
    variant = variants.add(product, variant="1 kg")
    prepare.put_on_offer(variant, Offer(90_000, 20))
    put_away = variants.add(product, variant="2 kg")
    prepare.put_on_offer(put_away, Offer(170_000, 5))
    Product.objects.filter(pk=put_away.pk).update(is_public=False)
    make_product(title="Của người khác")
    page = client.get(f"/en{url('products')}")
    (row,) = page.context["rows"]
    assert (row.price, row.highest_price, row.available) == (50_000, 90_000, 24)
    assert (row.sold, row.variants, row.low) == (6, 1, True)
    assert "50.000\xa0₫ to 90.000\xa0₫" in page.content.decode()
    assert (row.days_left, row.kind) == (465, "warn")
    assert order.seller == seller


@pytest.mark.parametrize(
    ("tab", "wanted"),
    [
        ("all", {"bán", "còn ít", "hết", "ẩn", "nháp", "sắp hết hạn", "chưa cấp phép"}),
        ("sold", {"bán", "còn ít", "hết", "sắp hết hạn", "chưa cấp phép"}),
        ("low", {"còn ít"}),
        ("out", {"hết"}),
        ("hidden", {"ẩn"}),
        ("prepared", {"nháp"}),
        ("ending", {"sắp hết hạn"}),
    ],
)
def test_tabs_hold_what_they_say_and_count_it(client, seller, owner, tab, wanted):
    make_product(seller=seller, title="bán")
    make_product(seller=seller, title="còn ít", stock=2)
    make_product(seller=seller, title="hết", stock=0)
    listings.hide(make_product(seller=seller, title="ẩn"), actor=owner)
    prepare.begin(seller, category=make_category(8), values={"title": "nháp"})
    ending = {"recognised_year": 2023}
    make_product(seller=seller, title="sắp hết hạn", certification=ending)
    make_product(seller=seller, title="chưa cấp phép", set_number=14)
    page = client.get(url("products"), {"tab": tab})
    assert {row.product.title for row in page.context["rows"]} == wanted
    assert {each.code: number for each, number in page.context["tabs"]}[tab] == len(wanted)


def test_a_product_is_found_by_words_without_marks(client, seller, owner):
    make_product(seller=seller, title="Chè búp Tân Cương")
    make_product(seller=seller, title="Mật ong")
    rows = client.get(url("products"), {"q": "tan bup"}).context["rows"]
    assert [row.product.title for row in rows] == ["Chè búp Tân Cương"]
    assert client.get(url("products"), {"q": "chưa có"}).context["rows"] == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_many(
    client, seller, owner, django_assert_num_queries, count
):
    for _number in range(count):
        variants.add(make_product(seller=seller, pictured=True), variant="1 kg")
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(url("products"))


# --- writing
def test_a_product_is_begun_by_its_set(client, seller, owner):
    make_category(8)
    assert client.get(url("product-new")).status_code == 200
    page = client.get(url("product-new"), {"set": "8"})
    assert "ingredients" in page.context["form"].fields
    response = client.post(f"{url('product-new')}?set=8", food())
    product = Product.objects.get()
    assert response.headers["Location"] == url("product-pictures", product.pk)
    assert (product.producer, product.price, product.available) == (seller, 120_000, 5)
    assert product.listing.state == Listing.State.DRAFT


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"price": "0"}, "price"),
        ({"price": "120.5"}, "price"),
        ({"price": "120000,00"}, "price"),
        ({"price": "-5"}, "price"),
        ({"price": "rẻ"}, "price"),
        ({"price": "9" * 12}, "price"),
        ({"in_stock": ""}, "in_stock"),
        ({"in_stock": "2.5"}, "in_stock"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"ingredients": ""}, "ingredients"),
        ({"net_weight": "0"}, "net_weight"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, seller, owner, fields, bad):
    make_category(8)
    response = client.post(f"{url('product-new')}?set=8", food(storage="Nơi khô", **fields))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [bad]
    assert "Nơi khô" in response.content.decode()
    assert not Product.objects.exists()


def test_an_unknown_set_is_refused(client, seller, owner):
    assert client.get(url("product-new"), {"set": "99"}).status_code == 422


def test_a_product_is_written_sent_taken_back_hidden_and_shown(client, seller, owner):
    product = prepare.begin(seller, category=make_category(8), values={"title": "Giò"})
    page = url("product", product.pk)
    seen = client.get(page).context["form"]["seen"].value()
    client.post(page, food(title="Giò lụa", seen=seen, act="send"))
    assert listings.state_of(product) == Listing.State.WAITING
    client.post(url("product-act", product.pk), {"act": "take-back"})
    assert listings.state_of(product) == Listing.State.DRAFT
    client.post(url("product-act", product.pk), {"act": "send"})
    listings.approve(prepare.waiting_check(product), actor=make_user())
    for act, state in (("hide", Listing.State.HIDDEN), ("show", Listing.State.APPROVED)):
        client.post(url("product-act", product.pk), {"act": act})
        assert listings.state_of(product) == state
    # Again: told, and nothing moves.
    assert client.post(url("product-act", product.pk), {"act": "show"}).status_code == 302
    client.post(url("product-act", product.pk), {"act": "copy"})
    assert Product.objects.count() == 2
    assert client.post(url("product-act", product.pk), {"act": "x"}).status_code == 404


@pytest.mark.parametrize(("language", "words"), [("", "Để trống: khi còn 5."), ("/en", "Empty: at 5.")])
def test_the_form_speaks_the_language_of_its_reader(client, seller, owner, language, words):
    product = make_product(seller=seller)
    assert words in client.get(f"{language}{url('product', product.pk)}").content.decode()


def test_the_form_shows_what_waits_and_the_reason_of_what_came_back(client, seller, owner):
    product = make_product(seller=seller, title="Chè búp")
    page = url("product", product.pk)
    client.post(page, food(title="Chè nõn"))
    assert client.get(page).context["form"]["title"].value() == "Chè nõn"
    check = prepare.waiting_check(product)
    listings.send_back(check, actor=make_user(), reason="Tên khác giấy chứng nhận")
    assert "Tên khác giấy chứng nhận" in client.get(page).content.decode()


def test_who_was_slower_keeps_the_own_words_and_is_told(client, seller, owner):
    product = make_product(seller=seller)
    page = url("product", product.pk)
    seen = client.get(page).context["form"]["seen"].value()
    stock.correct(StockRecord.objects.get(), 3)
    response = client.post(page, food(ingredients="Của tôi", seen=seen))
    assert response.status_code == 422
    assert "Của tôi" in response.content.decode()
    assert StockRecord.objects.get().num_in_stock == 3


def test_a_member_removed_while_typing_changes_nothing(client, seller, owner):
    product = make_product(seller=seller)
    page = url("product", product.pk)
    client.get(page)
    TeamMember.objects.all().delete()
    assert client.post(page, food()).status_code == 404
    assert client.post(url("product-table"), {}).status_code == 404
    assert int(StockRecord.objects.get().price) == 50_000


# --- pictures
def test_several_pictures_at_once_are_kept_moved_and_taken_out(client, seller, owner):
    product = prepare.begin(seller, category=make_category(8), values={"title": "Giò"})
    page = url("product-pictures", product.pk)
    client.post(page, {"new": [photo(), photo((960, 960))], "act": "save"})
    heights = [image.height for image in product.images.order_by("display_order")]
    assert heights == [1200, 960]
    client.post(page, {"act": "later:0", "caption_0": "Mặt trước"})
    kept = list(product.images.order_by("display_order").values_list("height", "caption"))
    assert kept == [(960, ""), (1200, "Mặt trước")]
    client.post(page, {"act": "save", "order": "1,0", "caption_1": "Mặt trước"})
    client.post(page, {"act": "drop:1", "caption_0": "Mặt trước"})
    assert list(product.images.values_list("height", "caption")) == [(1200, "Mặt trước")]


def test_a_picture_that_is_none_is_refused_with_its_name(client, seller, owner):
    product = prepare.begin(seller, category=make_category(8), values={"title": "Giò"})
    wrong = SimpleUploadedFile("bia.jpg", b"PK\x03\x04", "image/jpeg")
    page = url("product-pictures", product.pk)
    response = client.post(page, {"new": [photo(), wrong], "act": "save"})
    assert response.status_code == 422
    assert "bia.jpg" in response.context["form"].errors["new"][0]
    assert client.post(page, {"new": [photo((200, 200))]}).status_code == 422
    assert not product.images.exists()


# --- packs
def test_a_pack_is_added_changed_and_hidden(client, seller, owner):
    product = make_product(seller=seller, title="Chè búp")
    page = url("product-variants", product.pk)
    pack = {"variant": "1 kg", "price": "95.000", "in_stock": "4"}
    assert client.post(page, pack).status_code == 302
    variant = product.children.get()
    assert client.post(page, pack).status_code == 422
    one = url("product-variant", product.pk, variant.pk)
    seen = client.get(one).context["form"]["seen"].value()
    client.post(one, {**pack, "variant": "1,5 kg", "price": "99.000", "act": "hide", "seen": seen})
    variant = Product.objects.get(pk=variant.pk)
    assert (variant.title, variant.price, variant.is_public) == ("Chè búp, 1,5 kg", 99_000, False)
    assert client.post(one, {**pack, "seen": seen}).status_code == 422
    assert client.get(url("product-variant", product.pk, product.pk)).status_code == 404


def test_a_gift_pack_is_filled_by_names_and_packed(client, seller, owner):
    box = make_product(seller=seller, title="Hộp quà", stock=0)
    make_product(seller=seller, title="Chè búp", stock=4)
    make_product(seller=seller, title="Chè nõn", stock=4)
    page = url("product-pack", box.pk)
    assert client.post(page, {"part_0": "chè", "act": "fill"}).status_code == 422
    assert client.post(page, {"part_0": "Rượu", "act": "fill"}).status_code == 422
    parts = {"part_0": "chè búp", "quantity_0": "2", "part_1": "Chè nõn"}
    assert client.post(page, {**parts, "act": "fill"}).status_code == 302
    assert client.post(page, {"number": "3", "act": "pack"}).status_code == 422
    assert client.post(page, {"number": "2", "act": "pack"}).status_code == 302
    assert prepare.own_record(box).num_in_stock == 2


# --- the table
def sent(page, **typed) -> dict:
    """The table's form as the browser sends it, with what was typed."""
    form = {}
    for line in page.context["lines"]:
        pk = line.product.pk
        form |= {f"seen_{pk}": line.seen, f"price_{pk}": line.price, f"in_stock_{pk}": line.in_stock}
        if line.is_shown:
            form[f"is_shown_{pk}"] = "on"
    return {name: value for name, value in (form | typed).items() if value is not None}


def test_many_rows_change_at_once(client, seller, owner):
    one, two = make_product(seller=seller), make_product(seller=seller)
    variant = variants.add(one, variant="1 kg")
    page = client.get(url("product-table"))
    typed = {
        f"price_{one.pk}": "61.000",
        f"in_stock_{two.pk}": "12",
        f"is_shown_{two.pk}": None,
        f"price_{variant.pk}": "95000",
    }
    assert client.post(url("product-table"), sent(page, **typed)).status_code == 302
    assert prepare.own_record(one).price == 61_000
    assert prepare.own_record(two).num_in_stock == 12
    assert prepare.own_record(variant).price == 95_000
    assert listings.state_of(two) == Listing.State.HIDDEN
    assert PriceChange.objects.count() == 2


def test_a_bad_row_is_told_and_the_others_are_kept(client, seller, owner):
    one, two = make_product(seller=seller), make_product(seller=seller)
    page = client.get(url("product-table"))
    typed = {f"price_{one.pk}": "0", f"price_{two.pk}": "70.000"}
    response = client.post(url("product-table"), sent(page, **typed))
    assert response.status_code == 422
    lines = {line.product: line for line in response.context["lines"]}
    assert (lines[one].price, lines[one].bad) == ("0", {"price"})
    assert lines[one].errors
    assert not lines[two].errors
    assert (prepare.own_record(one).price, prepare.own_record(two).price) == (50_000, 70_000)


def test_what_changed_meanwhile_is_said_and_not_overwritten(client, seller, owner):
    product = make_product(seller=seller)
    other = make_product(seller=seller)
    page = client.get(url("product-table"))
    stock.correct(prepare.own_record(product), 3)
    typed = {f"in_stock_{product.pk}": "20", f"in_stock_{other.pk}": "20"}
    response = client.post(url("product-table"), sent(page, **typed))
    line = next(line for line in response.context["lines"] if line.product == product)
    assert response.status_code == 422
    assert "3" in line.errors[0]
    assert prepare.own_record(product).num_in_stock == 3
    assert prepare.own_record(other).num_in_stock == 20
    # What is sent again after it was seen counts.
    assert client.post(url("product-table"), sent(response)).status_code == 302
    assert prepare.own_record(product).num_in_stock == 20


def test_another_value_that_changed_meanwhile_is_no_conflict(client, seller, owner):
    product = make_product(seller=seller)
    page = client.get(url("product-table"))
    stock.correct(prepare.own_record(product), 3)
    client.post(url("product-table"), sent(page, **{f"price_{product.pk}": "70.000"}))
    record = prepare.own_record(product)
    assert (record.price, record.num_in_stock) == (70_000, 3)


def test_a_packer_counts_and_prices_nothing(client, seller):
    product = make_product(seller=seller)
    client.force_login(make_member(seller, TeamRole.PACKER))
    page = client.get(url("product-table"))
    typed = {f"price_{product.pk}": "1", f"in_stock_{product.pk}": "8", f"is_shown_{product.pk}": None}
    client.post(url("product-table"), sent(page, **typed))
    record = prepare.own_record(product)
    assert (record.price, record.num_in_stock) == (50_000, 8)
    assert listings.state_of(product) == Listing.State.APPROVED


def test_a_forged_row_is_left_alone(client, seller, owner):
    product = make_product(seller=seller)
    foreign = make_product()
    page = client.get(url("product-table"))
    form = sent(page, **{f"seen_{product.pk}": "x", f"price_{product.pk}": "1"})
    form |= {f"seen_{foreign.pk}": page.context["lines"][0].seen, f"price_{foreign.pk}": "1"}
    client.post(url("product-table"), form)
    assert {int(record.price) for record in StockRecord.objects.all()} == {50_000}


@pytest.mark.parametrize("count", [1, 30])
def test_the_table_costs_the_same_for_one_and_for_many(
    client, seller, owner, django_assert_num_queries, count
):
    for _number in range(count):
        variants.add(make_product(seller=seller), variant="1 kg")
    with django_assert_num_queries(QUERIES_OF_TABLE):
        client.get(url("product-table"))


# --- the workbook
def test_the_workbook_goes_out_and_comes_in(client, seller, owner):
    make_product(seller=seller)
    page = url("product-sheet")
    response = client.get(url("product-sheet-download"))
    file = SimpleUploadedFile("san-pham.xlsx", response.content)
    assert client.post(page, {"file": file, "act": "try"}).status_code == 200
    file.seek(0)
    assert client.post(page, {"file": file, "act": "import"}).status_code == 302
    empty = client.get(url("product-sheet-download"), {"empty": "1"})
    response = client.post(page, {"file": SimpleUploadedFile("mau.xlsx", empty.content)})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["file"])
    response = client.post(page, {"file": SimpleUploadedFile("x.xlsx", b"x")})
    assert response.status_code == 422


def test_characters_that_no_workbook_holds_are_left_out_of_it(client, seller, owner):
    make_product(seller=seller, title="Chè\x08 búp")
    file = client.get(url("product-sheet-download")).content
    sheet = openpyxl.load_workbook(BytesIO(file)).worksheets[0]
    assert "Chè búp" in [cell.value for cell in sheet[2]]


def test_faults_are_shown_in_a_table(client, seller, owner):
    make_product(seller=seller)
    file = client.get(url("product-sheet-download")).content
    stock.correct(StockRecord.objects.get(), 3)
    response = client.post(
        url("product-sheet"), {"file": SimpleUploadedFile("a.xlsx", file), "act": "import"}
    )
    assert response.status_code == 422
    assert len(response.context["faults"]) == 1


# --- who may
PAGES = ("products", "product-new", "product-table", "product-sheet", "product-sheet-download")
OF_ONE = ("product", "product-pictures", "product-variants", "product-pack")


def test_a_writer_is_forbidden_and_a_stranger_finds_nothing(client, seller):
    product = make_product(seller=seller)
    for person, status in ((make_member(seller, TeamRole.WRITER), 403), (make_user(), 404)):
        client.force_login(person)
        for page in [url(name) for name in PAGES] + [url(name, product.pk) for name in OF_ONE]:
            assert client.get(page).status_code == status, page
        assert client.post(url("product-act", product.pk), {"act": "hide"}).status_code == status
    assert listings.state_of(product) == Listing.State.APPROVED


def test_an_owner_of_another_stall_finds_nothing(client, owner):
    foreign = make_product()
    for name in OF_ONE:
        assert client.get(url(name, foreign.pk)).status_code == 404
    assert client.get(url("products"), {"stall": foreign.producer.slug}).status_code == 404
    assert client.get(url("product-sheet"), {"stall": foreign.producer.slug}).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_the_packs_of_a_product_cost_the_same_for_one_and_twenty(
    client, seller, owner, django_assert_num_queries, count
):
    product = make_product(seller=seller)
    for number in range(count):
        variants.add(product, variant=f"{number + 1} kg")
    page = reverse("producer_desk:product-variants", args=[product.pk])
    client.get(page)
    with django_assert_num_queries(9):
        assert len(client.get(page).context["rows"]) == count
