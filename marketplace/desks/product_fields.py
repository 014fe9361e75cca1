"""Products of a stall in forms: boxes to tick, or names to write where there are too many of them."""

import re
from collections.abc import Iterable
from itertools import islice

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Product
from marketplace.core.text import fold, nfc

MOST_BOXES = 200
"""Products that have a box each; a page with more of them is heavy, and nobody finds one among them."""
MOST_NAMED = 500
MOST_SHOWN = 5
# Alone, at the end of the address of a product's page, or after its name as `ProductNamesField` writes it.
_NUMBER = re.compile(r"(?:.*_)?([0-9]{1,15})/?|.*\(#([0-9]{1,15})\)")


def products_field(boxes: type[forms.ModelMultipleChoiceField], products: QuerySet[Product], **kwargs):
    """A field of some of these products: boxes of this class, or names where there are too many."""
    few = all_if_few(products)
    if few is None:
        return ProductNamesField(products, **kwargs)
    field = boxes(queryset=products, **kwargs)
    # They are at hand; the field would read them again.
    field.choices = [(product.pk, field.label_from_instance(product)) for product in few]
    return field


def all_if_few(products: QuerySet[Product]) -> list[Product] | None:
    """These products, or None where there are too many to choose from a list; one query."""
    first = list(products[: MOST_BOXES + 1])
    return first if len(first) <= MOST_BOXES else None


class ProductNamesField(forms.CharField):
    """Some products, ``most`` of them, one a line; gives them as a queryset."""

    widget = forms.Textarea({"rows": 6})
    default_error_messages = {
        "none": gettext_lazy("Not known: %(lines)s"),
        "several": gettext_lazy("Several are called “%(line)s”. Write the number of one: %(names)s"),
        "too_many": gettext_lazy("At most %(most)s products."),
    }

    def __init__(self, queryset: QuerySet[Product], *, help_text: str = "", most: int = MOST_NAMED, **kwargs):
        each = _("One a line: its name, its number or the address of its page.")
        how = each if most > 1 else _("Its name, its number or the address of its page.")
        super().__init__(help_text=f"{help_text} {how}".strip(), **kwargs)
        self.queryset, self.most = queryset, most

    def prepare_value(self, value: object) -> object:
        """What is chosen, given as products or their keys, as lines; what was sent stays as it is."""
        if value is None or isinstance(value, str):
            return value
        keys = [getattr(each, "pk", each) for each in value]
        return "\n".join(_named(product) for product in Product.objects.filter(pk__in=keys).order_by("pk"))

    def clean(self, value: str) -> QuerySet[Product]:
        lines = list(dict.fromkeys(map(nfc, super().clean(value).splitlines())))
        lines = [line for line in lines if line]
        if len(lines) > self.most:
            self._refuse("too_many", most=self.most)
        found = self._by_number(lines)
        found |= self._by_name([line for line in lines if line not in found])
        unknown = [line for line in lines if line not in found]
        for line in unknown[:MOST_SHOWN]:
            if len(alike := self._with_words(line)) > 1:
                self._refuse("several", line=line, names="; ".join(map(_named, alike)))
            if alike:
                found[line] = alike[0].pk
        if unknown := [line for line in lines if line not in found]:
            self._refuse("none", lines=", ".join(unknown[:MOST_SHOWN]))
        return self.queryset.filter(pk__in=found.values())

    def _by_number(self, lines: Iterable[str]) -> dict[str, int]:
        written = {line: match for line in lines if (match := _NUMBER.fullmatch(line))}
        numbers = {line: int(match[1] or match[2]) for line, match in written.items()}
        there = set(self.queryset.filter(pk__in=numbers.values()).values_list("pk", flat=True))
        return {line: number for line, number in numbers.items() if number in there}

    def _by_name(self, lines: list[str]) -> dict[str, int]:
        """Those that are called just so, where no other is."""
        rows = list(self.queryset.filter(title__in=lines).values_list("title", "pk"))
        titles = [title for title, _pk in rows]
        return {title: pk for title, pk in rows if titles.count(title) == 1}

    def _with_words(self, line: str) -> list[Product]:
        """Some in whose name all words of the line stand."""
        words = fold(line).split()
        if not words:
            return []
        found = self.queryset.filter(Q(*(Q(folded__contains=word) for word in words)))
        # Place, producer and category are folded too.
        titled = (each for each in found if all(word in fold(each.title) for word in words))
        return list(islice(titled, MOST_SHOWN))

    def _refuse(self, code: str, **words: object) -> None:
        raise forms.ValidationError(self.error_messages[code], code=code, params=words)


def _named(product: Product) -> str:
    return f"{product.title} (#{product.pk})"
