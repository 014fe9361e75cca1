"""The payload of a VietQR: published vectors, what we write, and what is refused."""

import pytest

from marketplace.payments.vietqr import (
    BadPayload,
    TransferCode,
    fields,
    parts,
    payload,
    picture,
    plain_words,
    with_crc,
)

pytestmark = pytest.mark.unit

#: As others published them: duyquoc1508/napas-qr, subiz/vietqr, vietqr_generator and napas-qr-python.
PUBLISHED = (
    "00020101021238530010A0000007270123000697041601092245284790208QRIBFTTA53037045405100005802VN"
    "62340107NPS68690819TRANSFER TO SOMEONE6304AC13",
    "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
    "62170813ung ho lu lut6304C15C",
    "00020101021138540010A00000072701240006970407011003865776720208QRIBFTTA5303704540710000005802VN"
    "62160812henry an cut6304A322",
    "00020101021153037045802VN38540010A00000072701240006970436011010319334300208QRIBFTTA"
    "62220818Thanh toan hoa don6304FCE9",
)


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_payloads_are_read_and_their_crc_is_ours(text):
    assert fields(text)["38"].startswith("0010A000000727")
    assert with_crc(text[:-8]) == text


def test_the_payload_of_a_published_transfer_is_written_the_same():
    code = TransferCode("970415", "0011001932418", 120_000, "ủng hộ lũ lụt")
    assert payload(code) == PUBLISHED[1].replace("5406120000", "5406120000")


@pytest.mark.parametrize("at", [4, 30, 60, len(PUBLISHED[1]) - 1])
def test_a_changed_character_is_found(at):
    text = PUBLISHED[1]
    changed = text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]
    with pytest.raises(BadPayload):
        fields(changed)


@pytest.mark.parametrize("text", ["", "6304", "0002", "00xx01", "000501"])
def test_what_is_no_payload_is_refused(text):
    with pytest.raises(BadPayload):
        fields(text)


def test_words_lose_marks_and_what_banks_do_not_take():
    assert plain_words("  Đơn số 7: “mật ong”  ") == "Don so 7 mat ong"
    assert len(plain_words("a " * 40)) <= 25


def test_the_fields_say_to_whom_how_much_and_what_for():
    found = fields(payload(TransferCode("970436", "1033193343", 715_000, "OCOP7KQ4M2XH")))
    assert (found["01"], found["53"], found["54"], found["58"]) == ("12", "704", "715000", "VN")
    assert parts(parts(found["38"])["01"]) == {"00": "970436", "01": "1033193343"}
    assert parts(found["62"]) == {"08": "OCOP7KQ4M2XH"}


def test_the_picture_is_a_png():
    assert picture(TransferCode("970436", "1033193343", 715_000, "OCOP7KQ4M2XH")).startswith(b"\x89PNG")
