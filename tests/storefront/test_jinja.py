"""What the second template language writes: escaped as Jinja itself would, marked texts as they are."""

import pytest
from django.template import engines
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

pytestmark = pytest.mark.unit

ODD = "<b title=\"a\" class='x'>&amp;</b>"


def written(source: str, **context) -> str:
    return engines["jinja2"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ODD, "&lt;b title=&#34;a&#34; class=&#39;x&#39;&gt;&amp;amp;&lt;/b&gt;"),
        (mark_safe("<i>1</i>"), "<i>1</i>"),
        (12, "12"),
        (None, "None"),
        (gettext_lazy("a < b"), "a &lt; b"),
    ],
)
def test_values_are_escaped_once(value, expected):
    assert written("{{ value }}", value=value) == expected


def test_what_macros_give_is_not_escaped_again():
    source = "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}{{ bold(value) }}"
    assert written(source, value="<") == "<b>&lt;</b>"


def test_an_if_without_else_writes_nothing():
    assert written("a{{ ' b' if value }}c", value=False) == "ac"
    assert written("a{{ ' b' if value }}c", value=True) == "a bc"


def test_attributes_cannot_be_left():
    assert '" onclick="' not in written('<a title="{{ value }}">', value='" onclick="')
