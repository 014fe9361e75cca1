"""Print a publication of the sample list's products, and again: `python -m tests.bench.cataloguing 400`.

In a process of its own, so that its memory is its own; the sample data and their drawn pictures are made
before the clock runs. Prints one line of JSON: seconds the first and the second time, pages, megabytes of
the file and of memory at the most.
"""

import json
import resource
import sys
import time

import django

django.setup()

from django.utils.translation import override  # noqa: E402 - needs Django set up

from catalog.domain.picturing import picture_products  # noqa: E402
from catalog.models import Product  # noqa: E402
from cms.publications.catalogue import Title, catalogue_pdf  # noqa: E402
from cms.publications.contents import chapters_of  # noqa: E402
from cms.publications.printing import page_count  # noqa: E402
from cms.publications.selection import parts_of  # noqa: E402
from marketplace.sampledata.load import load_sample  # noqa: E402

TITLE = Title(
    title="Sản phẩm OCOP",
    subtitle="",
    foreword=("Một đoạn.",) * 5,
    signed="",
    imprint=(),
    address="http://127.0.0.1:8000/an-pham/mau/",
    language="vi",
    layout="half",
)


def measure(number: int) -> dict:
    load_sample(pictures=False)
    chosen = list(Product.objects.listed().for_cards().order_by("pk")[:number])
    picture_products(chosen, processes=2)
    seconds = []
    for _turn in ("first", "again"):
        start = time.perf_counter()
        pdf = _catalogue([product.pk for product in chosen])
        seconds.append(time.perf_counter() - start)
    # Kilobytes, but bytes on macOS.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return {
        "first": seconds[0],
        "again": seconds[1],
        "pages": page_count(pdf),
        "megabytes": len(pdf) / 1e6,
        "memory": most,
    }


def _catalogue(pks: list[int]) -> bytes:
    chapter = {"title": "Sản phẩm", "products": pks}
    with override("vi"):
        return catalogue_pdf(TITLE, chapters_of(parts_of([{"type": "by_hand", "value": chapter}])))


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
