"""Transfer codes: read out of what banks leave of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.payments.transfer_codes import ALPHABET, PREFIX, codes_in, new_code

pytestmark = pytest.mark.unit

BODIES = st.builds(lambda _number: new_code(), st.integers(0, 1000))


def test_a_code_is_short_and_has_no_letters_that_look_alike():
    code = new_code()
    assert len(code) == 12
    assert code.startswith(PREFIX)
    assert not set(code[len(PREFIX) :]) & set("01ILOU")


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "MBVCB.5567.{}.CT tu 0011001932418 NGUYEN THI LAN toi 1033193343",
        "thanh toan don hang {} cam on shop",
        "IBFT {}",
    ],
)
@given(code=BODIES)
@settings(max_examples=20)
def test_words_around_it_and_lost_marks_do_not_matter(written, code):
    text = written.format(code)
    assert codes_in(text) == [code]
    assert codes_in(text.lower()) == [code]
    assert codes_in(text.replace(code, f"{code[:6]} {code[6:]}")) == [code]
    assert codes_in(text.replace(code, "-".join(code))) == [code]
    assert codes_in(text.replace(code, code.replace("OCOP", "Ọ c ơ p "))) == [code]


@given(code=BODIES)
@settings(max_examples=30)
def test_without_the_beginning_it_is_found_all_the_same(code):
    assert code in codes_in(f"ck {code[len(PREFIX) :]}")


@given(code=BODIES, place=st.integers(0, 7), char=st.sampled_from(ALPHABET))
@settings(max_examples=60)
def test_one_wrong_character_is_noticed(code, place, char):
    at = len(PREFIX) + place
    wrong = code[:at] + char + code[at + 1 :]
    assert codes_in(wrong) == ([code] if wrong == code else [])


@pytest.mark.parametrize("text", ["", "Tiền hàng tháng 11", "OCOP", "OCOP1234567", "123456789012345678"])
def test_words_without_a_code_have_none(text):
    assert [code for code in codes_in(text) if text.upper().startswith(code)] == []
