"""Every text of the site is translated; and the check itself sees what is not."""

import pytest
from babel.messages.catalog import Catalog
from django.utils.translation import gettext as translated
from django.utils.translation import ngettext, npgettext, override, pgettext

from tests.architecture.messages import (
    Message,
    all_faults,
    all_messages,
    faults_of,
    messages_of_code,
    messages_of_template,
)

pytestmark = pytest.mark.unit


def texts(messages):
    return [(message.context, message.singular, message.plural) for message in messages]


def test_every_text_is_translated_into_vietnamese():
    assert len(all_messages()) > 200
    assert all_faults() == []


def test_in_english_every_text_reads_as_it_is_written():
    """Catalogues of oscar and Django reword some texts; ours in locale/en wins over them."""
    with override("en"):
        reworded = [message.singular for message in all_messages().values() if not reads_as_written(message)]
    assert reworded == []


def reads_as_written(message):
    context, singular, plural = message.context, message.singular, message.plural
    if plural and context:
        return [npgettext(context, singular, plural, number) for number in (1, 2)] == [singular, plural]
    if plural:
        return [ngettext(singular, plural, number) for number in (1, 2)] == [singular, plural]
    return (pgettext(context, singular) if context else translated(singular)) == singular


def test_texts_of_code_are_found():
    source = """
_("Basket")
ngettext("%(count)s item", "%(count)s items", count)
pgettext_lazy("verb", "Order")
translation.gettext("two " "parts")
_(computed)
"""
    assert texts(messages_of_code(source, "a.py")) == [
        (None, "Basket", None),
        (None, "%(count)s item", "%(count)s items"),
        ("verb", "Order", None),
        (None, "two parts", None),
    ]


@pytest.mark.parametrize("argument", ['f"Order {number}"', '"Order %s" % number', '"Order " + number'])
def test_a_text_put_together_at_run_time_is_refused(argument):
    with pytest.raises(ValueError, match=r"a\.py:1: a text to translate is put together"):
        list(messages_of_code(f"_({argument})", "a.py"))


def test_texts_of_templates_are_found():
    source = """{% load i18n %}
{% translate "Order" context "verb" %} {% translate 'Say "yes" (or no)' as answer %}
{% blocktranslate trimmed count number=total %}
  {{ number }} item
{% plural %}
  {{ number }} items
{% endblocktranslate %}
{% include "part.html" with label=_("Name") %} {{ value|default:_("None") }}
"""
    assert texts(messages_of_template(source, "a.html")) == [
        ("verb", "Order", None),
        (None, 'Say "yes" (or no)', None),
        (None, "%(number)s item", "%(number)s items"),
        (None, "Name", None),
        (None, "None", None),
    ]


@pytest.mark.parametrize(
    ("singular", "entry", "faults"),
    [
        ("Basket", {"string": "Giỏ hàng"}, []),
        ("Basket", None, ["is not in the catalogue"]),
        ("Basket", {"string": ""}, ["is not translated"]),
        ("Basket", {"string": "Giỏ", "flags": ["fuzzy"]}, ["is marked fuzzy"]),
        ("%(n)s left", {"string": "còn %(m)s"}, ["has other placeholders than its translation"]),
        ("%s left", {"string": "còn %s"}, ["has a placeholder without a name"]),
    ],
)
def test_faults_of_a_translation(singular, entry, faults):
    catalogue = Catalog(locale="vi")
    if entry is not None:
        catalogue.add(singular, **entry)
    assert list(faults_of(Message(None, singular, None, "a.py:1"), catalogue)) == faults
