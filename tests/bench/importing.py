"""Import a list into a database without products, and again: `python -m tests.bench.importing FILE`.

Runs the command as a person does, in a process of its own so that its memory is its own. Prints one line of
JSON: rows a second the first and the second time, megabytes of memory at the most.
"""

import json
import resource
import sys
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - needs Django set up

from catalog.models import Product  # noqa: E402


def measure(file: Path) -> dict:
    seconds = []
    for _turn in ("new", "known"):
        start = time.perf_counter()
        call_command("import_products", file, verbosity=0, stdout=sys.stderr)
        seconds.append(time.perf_counter() - start)
    rows = Product.objects.count()
    # Kilobytes, but bytes on macOS.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return {"rows": rows, "new": rows / seconds[0], "known": rows / seconds[1], "memory": most}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
