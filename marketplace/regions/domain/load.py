"""Brings the regions in the database to the state of the versioned data file."""

from dataclasses import dataclass, field

from django.db import transaction

from marketplace.core.text import fold
from marketplace.regions import datafile
from marketplace.regions.domain import by_key, maps
from marketplace.regions.models import Region, Succession

FIELDS = (
    "kind",
    "code",
    "name",
    "short_name",
    "unit_type",
    "parent_id",
    "valid_from",
    "valid_to",
    "is_former",
    "latitude",
    "longitude",
    "aliases",
    "folded",
)
LEVELS = ("province", "district", "commune")
BATCH = 1000


@dataclass
class LoadReport:
    """What a load did. `unknown_keys` are regions that the file does not have; they stay."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    links_created: int = 0
    links_removed: int = 0
    unknown_keys: list[str] = field(default_factory=list)

    @property
    def is_unchanged(self):
        return not (self.created or self.changed or self.links_created or self.links_removed)


def _silent(steps, **_description):
    return steps


@transaction.atomic
def load_regions(*, progress=_silent):
    """Creates and corrects regions and successions after the data file; safe to repeat.

    Regions are matched by key and never deleted, because products point at them. `progress` wraps
    the list of steps as tqdm does. A first load takes a few seconds and some 40 statements.
    """
    report = LoadReport()
    units = datafile.read_units()
    known = {region.key: region for region in Region.objects.all()}
    report.unknown_keys = sorted(set(known) - {unit.key for unit in units})
    batches = [
        rows[start : start + BATCH]
        for level in LEVELS
        for rows in [[unit for unit in units if unit.kind == level]]
        for start in range(0, len(rows), BATCH)
    ]
    for batch in progress(batches, desc="regions"):
        _load_units(batch, known, report)
    _load_links(datafile.read_links(), known, report)
    maps.forget()
    by_key.forget()
    return report


def _load_units(units, known, report):
    new, changed = [], []
    for unit in units:
        values = _values(unit, known)
        region = known.get(unit.key)
        if region is None:
            new.append(Region(key=unit.key, **values))
        elif any(getattr(region, name) != values[name] for name in FIELDS):
            for name in FIELDS:
                setattr(region, name, values[name])
            changed.append(region)
        else:
            report.unchanged += 1
    known.update((region.key, region) for region in Region.objects.bulk_create(new))
    if changed:
        Region.objects.bulk_update(changed, FIELDS, batch_size=200)
    report.created += len(new)
    report.changed += len(changed)


def _values(unit, known):
    return {
        "kind": unit.kind,
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "unit_type": unit.unit_type,
        "parent_id": known[unit.parent].pk if unit.parent else None,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "is_former": unit.is_former,
        "latitude": unit.latitude,
        "longitude": unit.longitude,
        "aliases": " ".join(unit.aliases),
        "folded": fold(unit.name),
    }


def _load_links(links, known, report):
    wanted = {
        (
            known[link.predecessor].pk,
            known[link.successor].pk,
            link.is_default,
            link.is_split,
            link.on,
        )
        for link in links
    }
    columns = ("predecessor_id", "successor_id", "is_default", "is_split", "on")
    stored = {row[1:]: row[0] for row in Succession.objects.values_list("pk", *columns)}
    gone = [pk for row, pk in stored.items() if row not in wanted]
    for start in range(0, len(gone), BATCH):
        Succession.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    new = [Succession(**dict(zip(columns, row, strict=True))) for row in wanted - set(stored)]
    new.sort(key=lambda link: (link.predecessor_id, link.successor_id))
    Succession.objects.bulk_create(new, batch_size=BATCH * 2)
    report.links_created, report.links_removed = len(new), len(gone)
