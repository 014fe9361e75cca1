"""Made-up names of producers, and the sign by which everybody sees that they are."""

from collections.abc import Iterator
from itertools import count, product
from random import Random

from marketplace.core.text import fold

MARK = "(minh hoạ)"
"""Stands behind the name of every made-up producer."""

_SYLLABLES = (
    "An Bảo Bích Bình Cát Châu Chí Cường Đại Dân Đạt Diệp Điền Đông Đức Dũng Gia Giang Hải Hậu Hiền Hiếu "
    "Hòa Hoàng Hồng Hợp Hùng Hưng Hương Khải Khang Khánh Kiên Kim Lam Lan Lập Liên Linh Lộc Long Lương Mai "
    "Mạnh Minh Mỹ Nam Nga Ngân Nghĩa Ngọc Nguyên Nhân Nhật Như Oanh Phát Phong Phú Phúc Phương Quân Quang "
    "Quế Quốc Quý Quyên Sáng Sen Sơn Tâm Tân Thái Thắng Thành Thảo Thiên Thịnh Thuận Thủy Tiến Tín Toàn "
    "Trang Trí Trọng Trúc Trung Trường Tuấn Tuệ Tùng Tuyết Uyên Vân Việt Vinh Vượng Xuân Yên"
)


def own_names(chance: Random) -> Iterator[str]:
    """Names such as ``Đạt Phát``, then ``An Đạt Phát`` and longer ones, without end and none twice.

    Not even written without marks and blanks, as producers are compared.
    """
    pairs = {}
    for first, second in product(_SYLLABLES.split(), repeat=2):
        if first != second:
            pairs.setdefault(fold(first + second), f"{first} {second}")
    names = list(pairs.values())
    for length in count():
        for before in product(_leading(), repeat=length):
            # Not Random.shuffle: only random() gives the same in every version of Python.
            for name in sorted(names, key=lambda _name: chance.random()):
                yield " ".join([*before, name])


def _leading() -> list[str]:
    """Syllables of which none begins another, so that what follows them can be told apart."""
    folded = {fold(syllable): syllable for syllable in _SYLLABLES.split()}
    return [
        syllable
        for key, syllable in folded.items()
        if not any(other != key and other.startswith(key) for other in folded)
    ]
