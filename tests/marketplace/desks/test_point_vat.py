"""The point's desk: saying that the point declares VAT, and the receipts that name it."""

import datetime

import pytest
from django.urls import reverse
from django.utils.translation import override

from marketplace.core.roles import TeamRole
from marketplace.desks.point.receipts import receipt_pdf
from marketplace.sales.domain import fulfil, vat
from producers.domain import counter
from producers.domain.acts import By
from producers.domain.counter import Item
from producers.models import PointAct
from tests.cms.papers import Paper
from tests.factories.catalog import make_member, make_product, make_user
from tests.factories.points import make_point
from tests.factories.reserved import reserve
from tests.factories.shelves import make_shelf

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

PRICE = 54_000
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def point():
    return make_point()


@pytest.fixture
def cloth(point):
    """Of a set under 8 %."""
    return make_shelf(point=point, product=make_product(set_number=8), price=PRICE)


@pytest.fixture
def greens(point):
    """Of a set under 5 % in trade."""
    return make_shelf(point=point, product=make_product(set_number=1), price=21_000)


def sell(point, *records) -> PointAct:
    return counter.sell(point, [Item(record.pk, 2) for record in records], paid_by="cash", by=By())


def words_of(act: PointAct) -> str:
    with override("en"):
        return Paper(receipt_pdf(act)).words.replace("\u00a0", " ")


def test_a_receipt_names_the_tax_of_each_rate_that_held_when_it_was_sold(
    point, cloth, greens, frozen, settings
):
    before = sell(point, cloth)
    frozen.shift(MINUTE)
    vat.declare(point.seller, is_declared=True, actor=make_user())
    sale = sell(point, cloth, greens)
    frozen.shift(MINUTE)
    vat.declare(point.seller, is_declared=False, actor=make_user())
    back = counter.take_back(sale, {cloth.pk: 1}, paid_by="cash", by=By())
    # Two for 108.000 with 8.000 of tax, two for 42.000 with 2.000.
    assert "Total 150.000 ₫ VAT 8% included 8.000 ₫ VAT 5% included 2.000 ₫ Paid" in words_of(sale)
    assert "VAT 8% included 4.000 ₫" in words_of(back)
    assert "% included" not in words_of(before)
    frozen.move_to("2027-01-05T02:00:00+00:00")
    assert "VAT 8% included 8.000 ₫" in words_of(sale)


def test_goods_picked_up_keep_the_tax_of_their_order(point, cloth, frozen):
    vat.declare(point.seller, is_declared=True, actor=make_user())
    order = reserve(cloth, 2)
    frozen.shift(MINUTE)
    vat.declare(point.seller, is_declared=False, actor=make_user())
    fulfil.collect(order, actor=make_user())
    act = PointAct.objects.get(kind=PointAct.Kind.PICKUP)
    assert "VAT 8% included 8.000 ₫" in words_of(act)


@pytest.mark.parametrize("number", [1, 30])
def test_the_tax_of_a_receipt_takes_a_fixed_number_of_queries(point, number, django_assert_num_queries):
    vat.declare(point.seller, is_declared=True, actor=make_user())
    sale = sell(point, *(make_shelf(point=point) for _time in range(number)))
    sale = PointAct.objects.select_related("point__seller", "answers").get(pk=sale.pk)
    with django_assert_num_queries(5):
        vat.sums_at_counter(sale)


def test_the_owner_declares_it_and_a_manager_reads_it(client, point):
    page = reverse("point_desk:vat", args=[point.seller.slug])
    client.force_login(make_member(point.seller, TeamRole.MANAGER))
    shown = client.get(page)
    assert shown.status_code == 200
    assert "is_declared" not in shown.text
    assert client.post(page, {"is_declared": "yes"}).status_code == 403
    client.force_login(make_member(point.seller, TeamRole.OWNER))
    assert client.post(page, {"is_declared": "perhaps"}).status_code == 422
    assert client.post(page, {"is_declared": "yes"}).status_code == 302
    assert vat.declaring([point.seller]) == {point.seller.pk}
    assert "is_declared" in client.get(page).text
