import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.sampledata.chance import below, share

pytestmark = pytest.mark.unit


@given(st.integers(1, 10_000), st.text(), st.text())
def test_a_number_of_the_range_and_always_the_same(limit, one, other):
    assert 0 <= below(limit, one, other) < limit
    assert below(limit, one, other) == below(limit, one, other)
    assert 0 <= share(one) < 1


def test_words_do_not_run_together():
    assert share("ab", "c") != share("a", "bc")


def test_evenly_spread():
    hits = sum(share(number, "x") < 0.7 for number in range(5000))
    assert 3400 < hits < 3600
