"""The code of a transfer that a counter draws without network is the one that the server makes."""

from pathlib import Path

import pytest
import segno
from django.contrib.staticfiles import finders
from segno import encoder

from marketplace.core.codes import ALPHABET
from marketplace.payments import transfer_codes, vietqr
from marketplace.payments.vietqr import TransferCode

pytestmark = pytest.mark.e2e

CODES = (
    TransferCode("970436", "0011001234567", 150_000, "OCOP7KQ4M2XH"),
    TransferCode("970403", "1234567890123456789", 1, "Trả tiền đơn 100001-1, cảm ơn nhiều lắm nhé"),
    TransferCode("970415", "ABC123", 999_999_999_999, ""),
)
LENGTHS = (1, 14, 15, 26, 27, 62, 84, 85, 106, 122, 123, 152, 153, 180, 181, 213)
"""Of texts that fill a version of the code, and of such that leave it room."""


@pytest.fixture(scope="module")
def script(browser):
    page = browser.new_page()
    page.add_script_tag(content=Path(finders.find("storefront/js/vietqr.js")).read_text())
    yield page.evaluate
    page.close()


def test_the_payload_is_the_servers(script):
    for code in CODES:
        sent = {"bank": code.bank_code, "number": code.account, "amount": code.amount, "words": code.words}
        assert script("code => vietQr.payload(code)", sent) == vietqr.payload(code)


def test_transfer_codes_are_read_as_ours(script):
    sent = {"prefix": transfer_codes.PREFIX, "alphabet": ALPHABET, "random": transfer_codes.RANDOM}
    made = script("said => Array.from({ length: 50 }, () => vietQr.newCode(said))", sent)
    assert len(set(made)) == 50
    assert [transfer_codes.codes_in(f"chuyen tien {each}") for each in made] == [[each] for each in made]


def test_the_squares_are_those_of_the_standard(script, monkeypatch):
    # segno writes eight bits of padding too many where none are needed.
    monkeypatch.setattr(
        encoder, "write_padding_bits", lambda buffer, _version, length: buffer.extend([0] * (-length % 8))
    )
    for text in [*map(vietqr.payload, CODES), *("x" * length for length in LENGTHS)]:
        drawn = script("text => vietQr.squares(text)", text)
        version = (len(drawn) - 17) // 4
        options = {"mode": "byte", "mask": 0, "boost_error": False, "micro": False}
        made = segno.make(text, error="m", version=version, **options)
        assert drawn == [list(row) for row in made.matrix], text
