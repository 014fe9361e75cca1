"""Names of administrative units: the words for their kinds, in Vietnamese and English."""

from marketplace.core.text import nfc

UNIT_WORDS = {
    "Thành phố": "thanh_pho",
    "Tỉnh": "tinh",
    "Quận": "quan",
    "Huyện": "huyen",
    "Thị xã": "thi_xa",
    "Thị trấn": "thi_tran",
    "Phường": "phuong",
    "Xã": "xa",
    "Đặc khu": "dac_khu",
}

ENGLISH_WORDS = {
    "thanh_pho": "City",
    "tinh": "Province",
    "quan": "District",
    "huyen": "District",
    "thi_xa": "Town",
    "thi_tran": "Township",
    "phuong": "Ward",
    "xa": "Commune",
    "dac_khu": "Special Zone",
}


def split_unit_word(name):
    """`Phường Hà Đông` -> (`phuong`, `Hà Đông`).

    Raises ValueError for a name that begins with no known word.
    """
    for word, unit_type in UNIT_WORDS.items():
        if name.startswith(f"{word} "):
            return unit_type, name[len(word) + 1 :]
    raise ValueError(f"no known unit word in {name!r}")


def lower_unit_word(name):
    """`Phường Vạn Phúc` -> `phường Vạn Phúc`, for the middle of a sentence."""
    return name[:1].lower() + name[1:]


def label(name, is_former, above):
    """`Phường Hà Đông, Hà Nội`; of a former unit `phường Vạn Phúc, quận Hà Đông, Hà Nội`.

    ``above`` has the name and short name of each unit above it, the nearest first.
    """
    if not above:
        return lower_unit_word(name) if is_former else name
    if not is_former:
        return f"{name}, {above[0][1]}"
    *districts, (_name, province) = above
    units = [name, *(each for each, _short in districts)]
    return ", ".join([*map(lower_unit_word, units), province])


def english_name(short_name, unit_type, kind):
    """`Hà Đông Ward`, `Lâm Đồng Province`, but `Hà Nội`, `District 1`, `Ward 12`."""
    word = ENGLISH_WORDS[unit_type]
    if short_name.isdigit():
        return f"{word} {short_name}"
    if unit_type == "thanh_pho" and kind == "province":
        return short_name
    return f"{short_name} {word}"


def tidy(name):
    """A name as sources give it, in NFC, single spaces, its unit word as in `UNIT_WORDS`."""
    name = nfc(name)
    for word in UNIT_WORDS:
        if name.casefold().startswith(f"{word.casefold()} "):
            return word + name[len(word) :]
    return name
