"""What the words of a search ask for is kept and shared by the threads of a process."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.plan import Lazily

pytestmark = pytest.mark.unit


def test_items_are_made_once_when_they_are_first_needed():
    made = []

    def items():
        for number in range(5):
            made.append(number)
            yield number

    sequence = Lazily(items())
    assert (sequence[2], made) == (2, [0, 1, 2])
    assert list(sequence) == list(range(5))
    assert list(sequence) == made
    with pytest.raises(IndexError):
        sequence[5]


def test_threads_share_the_items():
    def slowly():
        for number in range(20):
            time.sleep(0.001)
            yield number

    sequence = Lazily(slowly())
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _thread: list(sequence), range(8)))
    assert found == [list(range(20))] * 8
