"""Read a bank statement of so many lines, and again: `python -m tests.bench.reading LINES`.

In a process of its own so that its memory is its own. Prints one line of JSON: lines a second the first and
the second time, megabytes of memory at the most.
"""

import json
import resource
import sys
import time

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 - needs Django set up

from marketplace.core import clock  # noqa: E402
from marketplace.core.models import User  # noqa: E402
from marketplace.payments.domain import money_files  # noqa: E402
from marketplace.payments.models import MoneyFile, Transfer  # noqa: E402
from producers.models import Partner  # noqa: E402

HEADS = {"amount": "So tien", "booked_on": "Ngay", "content": "Noi dung", "bank_reference": "So CT"}


def statement(lines: int) -> bytes:
    """A CSV file of incoming transfers, none of which names an order."""
    day = f"{clock.today():%d/%m/%Y}"
    rows = (f"{day},FT{number:09},{number % 900 + 100}000,CK tien hang {number}" for number in range(lines))
    return "\n".join(["Ngay,So CT,So tien,Noi dung", *rows, ""]).encode()


def read(seller: Partner, person: User, content: bytes) -> float:
    """Seconds that the file takes from what was sent to the last line noted."""
    upload = SimpleUploadedFile("sao-ke.csv", content)
    start = time.perf_counter()
    file = money_files.keep(seller, "bank", upload, actor=person)
    money_files.begin(file, HEADS)
    money_files.read(file, money_files.write_statement)
    if file.state != MoneyFile.State.READ:
        raise RuntimeError(f"the statement was not read: {file.problem}")
    return time.perf_counter() - start


def measure(lines: int) -> dict:
    seller = Partner.objects.create(name="HTX đọc sao kê", code="bench-statement")
    person = User.objects.create(email="bench@example.org")
    content = statement(lines)
    seconds = [read(seller, person, content) for _turn in ("new", "known")]
    if Transfer.objects.count() != lines:
        raise RuntimeError(f"{Transfer.objects.count()} transfers of {lines} lines")
    # Kilobytes, but bytes on macOS.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return {"new": lines / seconds[0], "known": lines / seconds[1], "memory": most}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
