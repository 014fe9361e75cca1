"""Gift packs: packed out of the stock of their parts, so that nothing is sold twice."""

import pytest

from catalog.domain import packs, prepare
from producers.domain import stock
from producers.models import StockMovement
from tests.factories.catalog import make_product, make_seller, make_user

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def shelf():
    seller = make_seller()
    tea, cup = make_product(seller=seller, stock=10), make_product(seller=seller, stock=4)
    return make_product(seller=seller, stock=0), tea, cup


def left(product) -> int:
    return prepare.own_record(product).net_stock_level


def test_packing_takes_the_parts_and_unpacking_gives_them_back(shelf):
    box, tea, cup = shelf
    packs.fill(box, {tea: 2, cup: 1}, actor=make_user())
    assert packs.can_be_packed(box) == 4
    packs.pack(box, 3)
    assert (left(box), left(tea), left(cup)) == (3, 4, 1)
    packs.pack(box, -1)
    assert (left(box), left(tea), left(cup)) == (2, 6, 2)
    for product in shelf:
        record = prepare.own_record(product)
        by_movements = stock.shelf_by_movements(record)
        assert (by_movements.in_stock, by_movements.allocated) == (
            record.num_in_stock,
            record.num_allocated,
        )


def test_more_than_the_parts_allow_is_refused_and_nothing_moves(shelf):
    box, tea, cup = shelf
    packs.fill(box, {tea: 2, cup: 1})
    stock.take({prepare.own_record(cup).pk: 2}, reference="x")
    with pytest.raises(stock.NotEnoughStock):
        packs.pack(box, 3)
    with pytest.raises(stock.NotEnoughStock):
        packs.pack(box, -1)
    assert (left(box), left(tea), left(cup)) == (0, 10, 2)
    assert not StockMovement.objects.filter(kind=StockMovement.Kind.PACKED).exists()


def test_only_goods_of_the_stall_that_are_no_packs_lie_in_one(shelf):
    box, tea, _cup = shelf
    packs.fill(box, {tea: 1})
    other = make_product(seller=box.producer)
    for wrong in (make_product(), box):
        with pytest.raises(packs.PackRefused):
            packs.fill(other, {wrong: 1})
    with pytest.raises(packs.PackRefused):
        packs.fill(tea, {other: 1})


def test_an_empty_pack_is_not_packed(shelf):
    with pytest.raises(packs.PackRefused):
        packs.pack(shelf[0], 1)
    with pytest.raises(packs.PackRefused):
        packs.pack(shelf[0], 0)


def test_parts_are_found_by_their_name(shelf):
    box, tea, cup = shelf
    assert packs.called(box, tea.title) == [tea]
    assert packs.called(box, "san pham mau") == sorted([tea, cup], key=lambda each: each.title)
