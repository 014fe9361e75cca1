"""Keys out of addresses and forms."""

import pytest

from marketplace.core.keys import LARGEST_KEY, key_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("text", "key"), [("1", 1), ("0042", 42), (str(LARGEST_KEY), LARGEST_KEY)])
def test_a_whole_number_is_a_key(text, key):
    assert key_of(text) == key


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "1e9", "１２", "²", " 1", str(LARGEST_KEY + 1), "9" * 5000, "\0"]
)
def test_whatever_else_is_sent_is_none(text):
    assert key_of(text) is None
