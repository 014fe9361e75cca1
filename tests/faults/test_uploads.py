"""A picture of 200 MB for a running server: refused in plain words, held neither in memory nor on disk."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from cms.models import Enquiry
from tests.faults.servers import Site, served

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

MEBIBYTE = 2**20
SENT = 200
"""Mebibytes of the picture."""
HELD_AT_MOST = 90
"""Mebibytes: a file may grow to 50 before it is known to be too big."""
BOUNDARY = "ranh-gioi"
LETTER = {"topic": "goods", "text": "Gói trà bị rách.", "name": "Nguyễn Thị Lan", "email": "lan@example.org"}


def letter_with_a_picture() -> tuple[int, Iterator[bytes]]:
    """Length and bytes of a form that is filled in, with the picture made while it is sent."""
    fields = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in LETTER.items()
    )
    file = 'Content-Disposition: form-data; name="file"; filename="anh.jpg"\r\nContent-Type: image/jpeg'
    head = f"{fields}--{BOUNDARY}\r\n{file}\r\n\r\n".encode()
    foot = f"\r\n--{BOUNDARY}--\r\n".encode()

    def pieces() -> Iterator[bytes]:
        yield head
        for _number in range(SENT):
            yield bytes(MEBIBYTE)
        yield foot

    return len(head) + SENT * MEBIBYTE + len(foot), pieces()


@contextmanager
def most_of(*measures: Callable[[], int]) -> Iterator[list[int]]:
    """By how many mebibytes each of them grew at the most."""
    before = [measure() for measure in measures]
    most = [0 for _measure in measures]
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.02):
            for place, measure in enumerate(measures):
                most[place] = max(most[place], (measure() - before[place]) // MEBIBYTE)

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield most
    finally:
        ended.set()
        watching.join()


def memory_of(site: Site) -> int:
    return sum(process.memory_info().rss for process in psutil.Process(site.pid).children(recursive=True))


def size_of(folder: Path) -> int:
    total = 0
    for file in folder.iterdir():
        # It may go while we look.
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total


def test_a_picture_of_200_megabytes_is_refused_and_the_words_stay(tmp_path, monkeypatch):
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setenv("TMPDIR", str(passing))
    with served(tmp_path / "server.log") as site:
        length, pieces = letter_with_a_picture()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(length),
            "Sec-Fetch-Site": "same-origin",
        }
        with most_of(lambda: memory_of(site), lambda: size_of(passing)) as most:
            connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)
            connection.request("POST", "/en/lien-he/", body=pieces, headers=headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        connection.close()

    assert answer.status == 422
    assert "This file is too big: it has 200.0\xa0MB, and at most 20.0\xa0MB are taken." in page
    for words in ("Gói trà bị rách.", "Nguyễn Thị Lan", "lan@example.org"):
        assert words in page
    assert not Enquiry.objects.exists()
    assert size_of(passing) == 0
    memory, disk = most
    assert memory < HELD_AT_MOST
    assert disk <= 50
