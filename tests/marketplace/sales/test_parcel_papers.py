"""Labels, packing slips and the carrier's list: what is printed, what is not, and that the codes are read."""

import pytest

from marketplace.payments import methods
from marketplace.sales.carriers import carriers
from marketplace.sales.domain import dispatch, fulfil
from marketplace.sales.models import SellerOrder, SellerOrderLine
from marketplace.sales.parcel_papers import handover_pdf, hidden_phone, labels_pdf, slips_pdf
from tests.cms.papers import Paper
from tests.factories.catalog import make_seller
from tests.marketplace.sales.cases import buy, make_product

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

A6 = (298, 420)


def address_of(seller_order) -> str:
    return f"https://ocop.example.org/ban-hang/don/{seller_order.number}/"


@pytest.fixture
def seller_order() -> SellerOrder:
    seller = make_seller(name="HTX Bắc Sơn", phone="0243111222", registered_address="Xã Bắc Sơn")
    [made] = buy((make_product(seller, title="Chè *búp* #khô"), 2), note="Gọi trước khi giao")
    for step in ("confirmed", "packed"):
        fulfil.ACTS[step](made, actor=None)
    return made


def rows(*seller_orders) -> list[SellerOrder]:
    return list(SellerOrder.objects.for_rows().filter(pk__in=[each.pk for each in seller_orders]))


def size_of(paper: Paper) -> tuple[int, int]:
    box = paper.reader.pages[0].mediabox
    return round(box.width), round(box.height)


def test_a_label_names_receiver_amount_and_sender_and_its_code_leads_to_the_desk(seller_order):
    paper = Paper(labels_pdf(rows(seller_order), address_of))

    assert (len(paper), size_of(paper)) == (1, A6)
    for text in (seller_order.number, "Nguyễn Thị Lan", "12 ngõ Gạch", "Phường Hà Đông", "270.000"):
        assert text in paper.words
    assert "2 × Chè *búp* #khô" in paper.words
    assert "HTX Bắc Sơn" in paper.words
    assert paper.codes() == [address_of(seller_order)]


@pytest.mark.parametrize(
    ("carrier", "is_whole"), [(None, False), ("ghn", False), ("coach", True), ("own", True)]
)
def test_the_phone_is_whole_only_for_a_driver_who_has_no_waybill(seller_order, carrier, is_whole):
    if carrier:
        dispatch.track(seller_order, carrier_code=carrier, tracking_number="", actor=None)

    words = Paper(labels_pdf(rows(seller_order), address_of)).words

    assert ("0912 345 678" in words) is is_whole
    assert ("••• ••• 678" in words) is not is_whole


def test_what_is_paid_already_is_not_collected(seller_order):
    methods.get("cod").confirm(seller_order.payments.get(), None)

    assert "270.000" not in Paper(labels_pdf(rows(seller_order), address_of)).words


def test_a_slip_lists_all_that_is_sent_without_a_phone_of_the_buyer(seller_order):
    paper = Paper(slips_pdf(rows(seller_order), address_of))

    assert (len(paper), size_of(paper)) == (1, A6)
    for text in (seller_order.number, "Chè *búp* #khô", "hộp 500 g", "Gọi trước khi giao", "240.000"):
        assert text in paper.words
    assert "345 678" not in paper.words
    assert paper.codes() == [address_of(seller_order)]


def test_a_line_of_which_nothing_is_left_is_on_no_paper(seller_order):
    SellerOrderLine.objects.filter(seller_order=seller_order).update(quantity=0, total=0)

    for make in (labels_pdf, slips_pdf):
        assert "búp" not in Paper(make(rows(seller_order), address_of)).words


def test_several_make_one_file_and_a_long_order_takes_more_pages(seller_order):
    seller = seller_order.seller
    [long] = buy(*(make_product(seller, title=f"Quà {number}") for number in range(30)))

    labels, slips = (Paper(make(rows(seller_order, long), address_of)) for make in (labels_pdf, slips_pdf))

    assert len(labels) == 2
    assert len(slips) > 3
    assert all(f"Quà {number}" in slips.words for number in range(30))


@pytest.mark.parametrize("count", [1, 30])
def test_papers_cost_one_query_for_one_order_and_thirty(seller_order, django_assert_num_queries, count):
    seller_orders = rows(seller_order) * count

    with django_assert_num_queries(1):
        labels_pdf(seller_orders, address_of)
    with django_assert_num_queries(0):
        slips_pdf(seller_orders, address_of)


def test_the_carriers_list_has_each_parcel_and_the_sum(seller_order):
    [second] = buy(make_product(seller_order.seller))
    for step in ("confirmed", "packed"):
        fulfil.ACTS[step](second, actor=None)
    dispatch.track(seller_order, carrier_code="ghn", tracking_number="GAX3R2P9", actor=None)
    handing = dispatch.hand_over(seller_order.seller, "ghn", [seller_order, second], actor=None)

    words = Paper(handover_pdf(handing.handover, rows(seller_order, second))).words

    for text in (seller_order.number, second.number, "GAX3R2P9", "420.000", "Giao Hàng Nhanh"):
        assert text in words
    assert "345 678" not in words


def test_a_hidden_phone_shows_its_end_only():
    assert hidden_phone("+84912345678") == "••• ••• 678"


def test_every_carrier_is_followed_at_a_page_of_its_own_or_not_at_all():
    for code, each in carriers().items():
        url = each.tracking_url("A/1 ?x")
        assert each.code == code
        assert url == "" or url.startswith("https://")
        assert " " not in url
        assert (url == "") is (each.source == "")
        assert each.tracking_url("") == ""
