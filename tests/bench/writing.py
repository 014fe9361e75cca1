"""The articles and events of the benchmark of the CMS: made up, and the same for both sites."""

import datetime
from collections.abc import Iterator
from random import Random

ARTICLES, EVENTS = 10_000, 1_000
CARDS, BY_HAND, LISTED = 4, 8, 6
FIRST_DAY = datetime.date(2020, 1, 1)
WORDS = """
làng nghề gốm lụa chè sen mật ong miến dong nón lá hội chợ gian hàng xã phường hợp tác người thợ vụ
mùa sao hạng hồ sơ chấm điểm bao bì nhãn tem đường quê chợ phiên nước mắm gạo nếp hương vị tay kim
vàng tranh
"""
_WORDS = WORDS.split()


def article(number: int, products: int) -> dict:
    """One article of a shop with so many products, which are named by their row in the catalogue."""
    chance = Random(number)
    first = number * CARDS
    return {
        "slug": f"bai-{number}",
        "title": _sentence(chance, 8),
        "intro": f"{_sentence(chance, 20)}.",
        "date": (FIRST_DAY + datetime.timedelta(days=number % 2300)).isoformat(),
        "texts": [_text(chance) for _number in range(3)],
        "figures": [[str(chance.randint(2, 9000)), _sentence(chance, 3)] for _number in range(3)],
        "quote": {"text": f"{_sentence(chance, 18)}.", "who": _sentence(chance, 3)},
        "products": [(first + place) % products for place in range(CARDS)],
        "action": {"words": "Xem các gian hàng", "url": "/gian-hang/"},
    }


def event(number: int, today: datetime.date) -> dict:
    """One event; every second one is still to come."""
    chance = Random(-number)
    away = number // 2 + 1
    begins = today + datetime.timedelta(days=away if number % 2 else -away)
    return {
        "slug": f"su-kien-{number}",
        "title": _sentence(chance, 7),
        "intro": f"{_sentence(chance, 15)}.",
        "venue": _sentence(chance, 4),
        "organiser": _sentence(chance, 4),
        "starts_on": begins.isoformat(),
        "ends_on": (begins + datetime.timedelta(days=3)).isoformat(),
    }


def home(products: int) -> dict:
    """The home page of both: words, figures, products by hand and by two queries, news, events, a button."""
    chance = Random("home")
    return {
        "title": _sentence(chance, 6),
        "texts": [_text(chance)],
        "figures": [[str(chance.randint(2, 9000)), _sentence(chance, 3)] for _number in range(3)],
        "products": [row % products for row in range(BY_HAND)],
        "action": {"words": "Xem các gian hàng", "url": "/gian-hang/"},
    }


def articles(products: int, number: int = ARTICLES) -> Iterator[dict]:
    return (article(each, products) for each in range(number))


def _text(chance: Random) -> str:
    paragraphs = "".join(f"<p>{_sentence(chance, 45)}.</p>" for _number in range(3))
    return f"<h2>{_sentence(chance, 5)}</h2>{paragraphs}"


def _sentence(chance: Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize()
