"""The peer's search as its page asks it: `python searching.py WORDS`, a JSON list of texts.

Prints one line of JSON: milliseconds of processor time for a page of 24 and the number of all.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from haystack.query import SearchQuerySet  # noqa: E402, TID251 - the peer is all about it

PAGE = 24


def ask(text: str) -> float:
    started = time.process_time()
    found = SearchQuerySet().auto_query(text)
    len(found)
    [each.pk for each in found[:PAGE]]
    return 1000 * (time.process_time() - started)


if __name__ == "__main__":
    words = json.loads(Path(sys.argv[1]).read_text())
    ask(words[0])
    print(json.dumps([ask(text) for text in words]))
