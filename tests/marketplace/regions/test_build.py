"""Making the data file: what can be checked without the source packages."""

import pytest

from marketplace.regions import sources
from marketplace.regions.domain.build import BuildError, _add_unit_of_today, _shorts
from marketplace.regions.sources import Row

pytestmark = pytest.mark.unit


def test_a_missing_source_is_named():
    with pytest.raises(sources.SourceMissing, match="no_such_package"):
        sources._folder("no_such_package")


@pytest.mark.parametrize(
    ("words", "name", "shorts"),
    [
        (["xabattrang", "battrang", "xadongdu", "dongdu"], "Xã Bát Tràng", ("dongdu",)),
        (["thanhphothuduc", "thuduc", "quan2", "q02", "district9"], "Thành phố Thủ Đức", ("2", "9")),
        (["phuongphuongdinh", "phuongdinh"], "Xã Phương Đình", ()),
        (["tinhbariavungtau", "bariavungtau", "vungtau"], "Tỉnh Bà Rịa - Vũng Tàu", ("vungtau",)),
    ],
)
def test_other_names_come_from_the_sources_search_keys(words, name, shorts):
    assert _shorts(words, name) == shorts


def test_a_change_by_an_unknown_resolution_is_refused():
    now = Row(code="00001", name="Phường X", resolution="1/2027/QH16")
    with pytest.raises(BuildError, match="1/2027/QH16"):
        _add_unit_of_today({}, {}, "c", now, Row(code="00001", name="Xã X"), "01", {}, ())
