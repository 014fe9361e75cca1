"""Addresses are those of Django's `reverse`, in the language of the moment."""

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from marketplace.core.addresses import address

pytestmark = pytest.mark.unit

CASES = [
    ("home",),
    ("catalogue:index",),
    ("catalogue:detail", "mien-dong", 7),
    ("catalogue:detail", "", 7),
    ("catalogue:category", "do-uong", 12),
    ("stalls:detail", "hop-tac-xa"),
    ("certifications:detail", "AB12-CD34"),
    ("basket:add", 40_000),
]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_is_what_reverse_gives(case, language):
    name, *args = case
    with translation.override(language):
        for _again in range(2):
            assert address(name, *args) == reverse(name, args=args)


def test_the_language_of_the_moment_counts():
    paths = []
    for language in ("vi", "en", "vi"):
        with translation.override(language):
            paths.append(address("stalls:detail", "hop-tac-xa"))

    assert paths == ["/gian-hang/hop-tac-xa/", "/en/gian-hang/hop-tac-xa/", "/gian-hang/hop-tac-xa/"]


@pytest.mark.parametrize("args", [(), ("mien", 1, 2), ("a/b", 1)])
def test_what_reverse_refuses_is_refused(args):
    with pytest.raises(NoReverseMatch):
        address("catalogue:detail", *args)


def test_what_needs_escapes_is_left_to_reverse():
    with pytest.raises(NoReverseMatch):
        address("stalls:detail", "hợp tác xã")
