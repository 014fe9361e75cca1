"""Points of sale over the real models: open, in a commune, without hours unless they are given."""

import datetime
from itertools import count

from producers.domain import points
from producers.models import OpeningHours, PointOfSale
from tests.factories.catalog import make_region

_numbers = count(1)


def make_point(
    *, name: str | None = None, hours: tuple[str, str] | None = None, seller: dict | None = None, **fields
) -> PointOfSale:
    """A point in the register; ``hours`` as ``("08:00", "20:00")`` are those of every day."""
    about = {"name": name or f"Điểm bán mẫu {next(_numbers)}", **(seller or {})}
    if "region" not in about:
        about["region"] = make_region()
    point = points.register(PointOfSale(**fields), about)
    if hours is not None:
        opens, closes = (datetime.time.fromisoformat(each) for each in hours)
        OpeningHours.objects.bulk_create(
            OpeningHours(point=point, weekday=day, opens_at=opens, closes_at=closes) for day in range(7)
        )
    return PointOfSale.objects.for_lists().get(pk=point.pk)
