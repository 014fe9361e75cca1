"""The index as Elasticsearch keeps it: mapping and settings from `search.document.FIELDS`; rows of it."""

import hashlib
import json

from elasticsearch.dsl import Keyword, Long, Mapping, Text

from search.document import FIELDS, VERSION, Document, Kind
from search.engines.asking import MOST_HITS
from search.plan import CANDIDATES
from search.ranking import Facts

#: One stored value with all of a product's `Facts`, so that a hit costs one read instead of one for each.
FACTS = "facts"

# The tokens come ready; `whitespace` only splits them. Nobody asks how often a word occurs, or where.
_TEXT = {"analyzer": "whitespace", "norms": False, "index_options": "docs"}

_FIELDS = {
    Kind.TEXT: lambda: Text(**_TEXT),
    Kind.KEYWORDS: lambda: Keyword(doc_values=False),
    Kind.LABEL: lambda: Keyword(index=False, eager_global_ordinals=True),
    Kind.NUMBER: Long,
    Kind.NUMBERS: Long,
    Kind.FACT: Long,
    Kind.FACTS: Long,
    Kind.SORT: lambda: Long(index=False),
}


def mapping() -> dict:
    """Fields without a source: what is shown comes from the database."""
    made = Mapping()
    made.meta("_source", enabled=False)
    made.meta("dynamic", "strict")
    made.meta("_meta", {"facts": list(Facts._fields), "version": VERSION})
    for name, kind in FIELDS.items():
        made.field(name, _FIELDS[kind]())
    made.field(FACTS, Keyword(index=False))
    return made.to_dict()


def index_settings() -> dict:
    """Sorted as lists mostly are, so that a search for the first of many stops when it has them."""
    return {
        "number_of_shards": 1,
        "sort.field": "by_rank",
        "sort.order": "desc",
        "max_result_window": MOST_HITS + CANDIDATES,
    }


def fingerprint() -> str:
    """Differs between indexes that cannot stand in for each other."""
    body = json.dumps([VERSION, mapping(), index_settings()], sort_keys=True)
    return hashlib.blake2b(body.encode(), digest_size=4).hexdigest()


def row(document: Document, day: int) -> dict:
    """The document as it is sent, indexed on a day."""
    values = {name: getattr(document, name) for name, kind in FIELDS.items() if kind != Kind.SORT}
    for name, kind in FIELDS.items():
        if kind == Kind.LABEL and not values[name]:
            del values[name]
    values |= document.sort_keys(day)
    values[FACTS] = " ".join(map(str, document.facts))
    return values


def facts_of(stored: str) -> Facts:
    return Facts(*map(int, stored.split()))
