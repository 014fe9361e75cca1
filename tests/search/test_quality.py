"""Real products are found by words as people type them, and nothing that anybody types makes an error."""

import random
import string
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.http import QueryDict

from catalog.domain.importing import import_products
from marketplace.sampledata.load import PRODUCTS
from search import sections
from search.quality import Score, measure, shipped
from search.query import ProductQuery
from search.scope import Tree, resolve
from tests.factories.catalog import make_product
from tests.faults.processes import rounds

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_the_right_product_is_among_the_first(search, engine):
    import_products(PRODUCTS, illustrate=False)
    search()
    outcomes = measure(engine, shipped())
    assert len(outcomes) == len(shipped()) > 129
    score = Score.of(outcomes)
    assert score.found >= 0.97
    assert score.rank >= 0.90
    call_command("search_quality", "--missed")


def test_the_command_fails_where_too_little_is_found(search, tmp_path):
    trial = shipped()[0]
    make_product(title=trial.name)
    search()
    call_command("search_quality")
    questions = tmp_path / "questions.tsv"
    questions.write_text(f"way\txyzuv qwert\t{trial.name}\t\n", "utf-8")
    with pytest.raises(CommandError, match="97%"):
        call_command("search_quality", "--questions", questions)


# --- what nobody should type
PIECES = (
    *('"', "'", "AND", "OR", "NOT", "AND OR", "(", ")", "((((", "name:", "*", "?", "~", "^2", "[a TO z]"),
    *("{", "}", "/.*/", "\\", "\\\\", "+", "-", "&&", "||", "!", "%", "_", "__", "=", "^", ";", "--"),
    *("' OR 1=1 --", "<script>", "\x00", "\t", "\n", "\r", "\u200b", "\u202e", "\ufeff", "\u0301"),
    *("\U0001f375", "\ud83c", "שלום", "مرحبا", "ﷺ", "trà", "trà sen", "TRÀ", "đường", "a", "ff", "4 sao"),
    *("9 sao", "½", "Ⅷ", "ß", "İ", "ﬁ", "x" * 10_000, "0" * 50, "a b c d e f g h i j k l m n o p q r s"),
    *("tra_sen", "=tra", "^tra", "1e309", "NaN", "null", "🇻🇳"),
)


def odd_texts(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    letters = string.printable + "ăâđêôơưáàảãạ\u0300\u0323\u200d\u2066"
    texts = list(PIECES)
    while len(texts) < count:
        if chance.random() < 0.5:
            texts.append(chance.choice((" ", "")).join(chance.choices(PIECES, k=chance.randint(2, 5))))
        else:
            texts.append("".join(chance.choices(letters, k=chance.randint(1, 40))))
    return texts


def query_of(text: str) -> ProductQuery:
    address = QueryDict(mutable=True)
    address["q"] = text
    return ProductQuery.from_get(address)


# 10,000 by `make faults`, fewer where it makes fewer rounds; no database is asked.
MANY = pytest.param(500 * rounds(), 2, marks=[pytest.mark.faults, pytest.mark.sqlite], id="many")


@pytest.mark.parametrize(("count", "seed"), [pytest.param(1_000, 1, id="some"), MANY])
def test_odd_words_are_answered(search, engine, count, seed):
    for title in ("Trà sen Tây Hồ", "Mật ong hoa nhãn", "Đường phên", "Nước mắm 40 độ đạm"):
        make_product(title=title)
    search()
    tree = Tree.load()
    for text in odd_texts(count, seed):
        results = engine.search(resolve(query_of(text), tree), 24)
        assert 0 <= len(results.ids) <= results.total <= 4, repr(text)


@pytest.mark.parametrize(("count", "seed"), [pytest.param(200, 3, id="some"), MANY])
def test_odd_words_make_pages(client, search, engine, count, seed):
    for title in ("Trà sen Tây Hồ", "Mật ong hoa nhãn", "Đường phên", "Nước mắm 40 độ đạm"):
        make_product(title=title)
    search()
    for text in odd_texts(count, seed):
        asked = urlencode({"q": text.encode("utf-8", "surrogatepass")})
        for path in (
            f"/tim-kiem/?{asked}",
            f"/en/tim-kiem/?{asked}&stars=4&page=2",
            f"/tim-kiem/goi-y/?{asked}",
        ):
            assert client.get(path).status_code in (200, 400), repr(text)


def test_odd_words_are_answered_by_all_sections(db):
    for text in odd_texts(1_000, 1):
        sections.find(query_of(text).text)
