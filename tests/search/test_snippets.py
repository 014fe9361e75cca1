import pytest
from django.utils import translation

from search.snippets import LENGTH, snippets
from tests.factories.catalog import make_product, make_story

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _vietnamese():
    """Whatever language the last request of the test before was in."""
    with translation.override("vi"):
        yield


def told(product, text: str, card: str = "") -> str | None:
    snippet = snippets({product.pk: card or product.title}, text).get(product.pk)
    if snippet is None:
        return None
    return f"{snippet.field}: " + "".join(f"[{part}]" if is_hit else part for part, is_hit in snippet.parts)


def test_the_words_are_marked_with_and_without_marks():
    product = make_product(title="Bánh", ingredients="Bột gạo nếp, đậu xanh, đường")
    assert told(product, "dau xanh") == "Thành phần: Bột gạo nếp, [đậu] [xanh], đường"
    assert told(product, "ĐẬU xa") == "Thành phần: Bột gạo nếp, [đậu] [xanh], đường"
    assert told(product, "tôm") is None


def test_a_card_that_shows_all_words_needs_no_snippet_and_no_query(django_assert_num_queries):
    product = make_product(title="Bánh đậu xanh", ingredients="Đậu xanh")
    with django_assert_num_queries(0):
        assert told(product, "banh dau") is None


def test_a_long_text_is_cut_at_words_around_the_first_hit():
    body = "mở đầu " * 40 + "lá sen già " + "kết thúc " * 40
    product = make_product(title="Trà", description=body)
    piece = told(product, "sen")
    assert piece.startswith("Về sản phẩm: … ") or piece.startswith("About the product: … ")
    assert "[sen]" in piece
    assert piece.endswith(" …")
    assert len(piece) < LENGTH + 40
    assert set(piece.split(": ", 1)[1].split()) <= {"…", "mở", "đầu", "lá", "[sen]", "già", "kết", "thúc"}


def test_a_story_is_told_in_its_own_language():
    product = make_product(title="Trà")
    make_story(product=product, body="Nghề cũ", body_en="Scented with lotus overnight")
    snippet = snippets({product.pk: "Trà"}, "lotus")[product.pk]
    assert snippet.language == "en"
    assert ("lotus", True) in snippet.parts


def test_ingredients_come_before_other_texts():
    product = make_product(title="Trà", description="có sen", ingredients="sen")
    assert told(product, "sen").endswith(": [sen]")


@pytest.mark.parametrize("text", ["(", "\\", "[a", ".*", "*", "a{2", "x" * 100])
def test_odd_words_are_no_error(text):
    product = make_product(title="Trà", ingredients="(sen) [a .* {2")
    snippets({product.pk: "Trà"}, text)


@pytest.mark.parametrize("count", [1, 30])
def test_number_of_queries(django_assert_num_queries, count):
    shown = {make_product(ingredients="sen").pk: "" for _number in range(count)}
    with django_assert_num_queries(2):
        assert len(snippets(shown, "sen")) == count
