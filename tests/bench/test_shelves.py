"""The points of the benchmark, in miniature."""

import pytest

from producers.models import Batch, StockRecord
from tests.bench.points import LIMITS, found_in
from tests.bench.shelves import fill_shelves, make_points, measure

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.postgres]


def test_points_in_miniature(regions):
    points = make_points(6)
    products = fill_shelves(points, 4)
    assert StockRecord.objects.filter(partner__kind="point").count() == Batch.objects.left().count() == 24

    measured = measure(points, products, 8)

    assert min(measured["found"]) >= 1
    assert [len(measured[name]) for name in LIMITS] == [8, 8]
    assert found_in(measured, is_judged=True).verdicts[-1].is_met
