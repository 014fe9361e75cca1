"""What the home page is made of before an editor has touched it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core.money import format_vnd
from search.query import ProductQuery, Sort

GIFT_PRICE = 200_000


def default_home() -> list[tuple[str, dict]]:
    """The blocks of a home page in the active language; those with nothing to show drop out."""
    return [
        ("hero", _hero()),
        ("livestreams", {"title": _("Live now"), "number": 3}),
        ("groups", {"title": ""}),
        (
            "query",
            {
                "title": _("Four and five stars"),
                "stars": ["5", "4"],
                "in_stock": True,
                "varied": True,
                "number": 8,
                "sort": Sort.RELEVANCE.value,
            },
        ),
        (
            "meaning",
            {
                "title": _("Stars here are a result of scoring, not of likes"),
                "text": _(
                    "A council scores each product on a scale of 100 points: how it is made, its story, its"
                    " quality. A certificate is valid for 36 months; then the product is scored again."
                ),
            },
        ),
        ("villages", {"title": _("From village to village"), "number": 8}),
        (
            "query",
            {"title": _("Newly recognised"), "sort": Sort.NEWEST.value, "number": 4, "in_stock": True},
        ),
        ("stories", {"title": _("Stories"), "number": 4, "is_large": True, "stories": []}),
        ("stalls", {"title": _("Stalls"), "number": 6, "stalls": []}),
        ("points", {"title": _("Where to buy"), "region": None, "number": 8}),
        ("coming", {"title": _("Fairs and festivals"), "which": "latest", "number": 4}),
        ("news", {"title": _("News"), "number": 4}),
    ]


def _hero() -> dict:
    return {
        "title": _("Goods from the villages, scored and starred."),
        "lead": _(
            "Buy straight from the people who make them. Each product has its certification to look up."
        ),
        "shortcuts": _shortcuts(),
        "products": [],
    }


def _shortcuts() -> list[dict]:
    """Four lists that many look for."""
    queries = [
        (_("Five stars"), ProductQuery(stars=(5,))),
        (_("Vegetables and fruit"), ProductQuery(category=("set-01",))),
        (_("Tea and coffee"), ProductQuery(category=("set-11", "set-13"))),
        (
            _("Gifts up to %(price)s") % {"price": format_vnd(GIFT_PRICE)},
            ProductQuery(price_max=GIFT_PRICE, in_stock=True),
        ),
    ]
    return [{"words": words, "url": query.url(reverse("catalogue:index"))} for words, query in queries]
