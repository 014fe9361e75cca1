"""Regions by their keys, read once by each process: nothing but `load_regions` changes them."""

from collections.abc import Collection

from marketplace.regions.models import Region

_known: dict[str, Region] = {}


def regions_by_key(keys: Collection[str]) -> dict[str, Region]:
    """The regions with these keys, with what their labels read; keys that there are not are left out."""
    missing = [key for key in keys if key not in _known]
    if missing:
        _known.update((region.key, region) for region in Region.objects.labelled().filter(key__in=missing))
    return {key: _known[key] for key in keys if key in _known}


def forget() -> None:
    """Regions are read anew after they have changed."""
    _known.clear()
