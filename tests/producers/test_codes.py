import pytest
from django.core.exceptions import ValidationError

from producers.codes import clean_code, is_personal, shown_code

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0100109106", "0100109106"),
        (" 0100 109 106 ", "0100109106"),
        ("0100109106-001", "0100109106001"),
        ("001085012345", "001085012345"),
    ],
)
def test_codes_are_taken_as_people_write_them(text, code):
    assert clean_code(text) == code


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("0100109107", "check_digit"),
        ("0100109107-001", "check_digit"),
        ("0100109106-000", "check_digit"),
        ("12345", "length"),
        ("01001O9106", "length"),
        ("٠١٠٠١٠٩١٠٦", "length"),
        ("000085012345", "form"),
        ("097085012345", "form"),
    ],
)
def test_what_is_wrong_is_told(text, fault):
    with pytest.raises(ValidationError) as refusal:
        clean_code(text)
    assert refusal.value.code == fault


def test_a_branch_is_printed_with_a_hyphen():
    assert (shown_code("0100109106001"), shown_code("0100109106"), shown_code("")) == (
        "0100109106-001",
        "0100109106",
        "",
    )
    assert is_personal("001085012345")
