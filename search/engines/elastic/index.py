"""Indexes of products on a server: written to, built anew beside the live one, compared, described.

The live index is behind an alias whose name has the schema's fingerprint in it: while an update of the site
is under way, processes of both versions have their own.
"""

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from marketplace.core import clock
from search.document import Document, day_number
from search.engines import EngineAway, IndexMissing
from search.engines.elastic import schema

CHECK_TIMEOUT = 2.0
ROWS_AT_ONCE = 1_000
STAMPS_AT_ONCE = 10_000

# While an index is built nobody searches it, and its copies would be work done twice.
_BUILDING = {"refresh_interval": "-1", "number_of_replicas": 0}
_LIVE = {"refresh_interval": None, "auto_expand_replicas": "0-1"}


@contextmanager
def errors_as_away() -> Iterator[None]:
    """The client's errors as `IndexMissing` or, all others, `EngineAway`."""
    try:
        yield
    except NotFoundError as error:
        raise IndexMissing(str(error)) from error
    except (TransportError, ApiError) as error:
        raise EngineAway(str(error)) from error


class ProductIndex:
    """The `search.engines.Index` on a server. ``stem`` begins the names of all its indexes."""

    seen_after = 0.0

    def __init__(self, client: Elasticsearch, stem: str):
        self.client = client
        self.stem = stem
        self.alias = f"{stem}-{schema.fingerprint()}"

    @errors_as_away()
    def write(self, documents: Iterable[Document], gone: Collection[int]) -> None:
        for actions in _chunks(_actions(documents, gone)):
            self._send(self.alias, actions, require_alias=True)
        self.client.indices.refresh(index=self.alias)

    @contextmanager
    def rebuild(self) -> Iterator["_NewIndex"]:
        name = f"{self.alias}-{secrets.token_hex(4)}"
        try:
            with errors_as_away():
                self._create(name)
            with ThreadPoolExecutor(max_workers=1, thread_name_prefix="search-rebuild") as sender:
                new = _NewIndex(lambda actions: self._send(name, actions), sender)
                yield new
                new.finish()
            with errors_as_away():
                self._put_live(name)
        except BaseException:
            with suppress(TransportError, ApiError):
                self.client.indices.delete(index=name, ignore_unavailable=True)
            raise

    def stamps(self) -> Iterator[tuple[int, int]]:
        with errors_as_away():
            self.client.indices.refresh(index=self.alias)
        last = -1
        while rows := self._stamps_after(last):
            yield from rows
            last = rows[-1][0]

    @errors_as_away()
    def _stamps_after(self, pk: int) -> list[tuple[int, int]]:
        found = self.client.search(
            index=self.alias,
            size=STAMPS_AT_ONCE,
            sort=[{"pk": "asc"}],
            search_after=[pk],
            docvalue_fields=["pk", "stamp"],
            stored_fields="_none_",
            track_total_hits=False,
            allow_partial_search_results=False,
            filter_path=["hits.hits.fields"],
        )
        hits = found.body.get("hits", {}).get("hits", ())
        return [(hit["fields"]["pk"][0], hit["fields"]["stamp"][0]) for hit in hits]

    @errors_as_away()
    def describe(self) -> dict[str, object]:
        version = self.client.info()["version"]["number"]
        primaries = self.client.indices.stats(index=self.alias, metric=["docs", "store"])["_all"]["primaries"]
        return {
            "engine": f"Elasticsearch {version}",
            "place": self.alias,
            "documents": primaries["docs"]["count"],
            "bytes": primaries["store"]["size_in_bytes"],
        }

    @errors_as_away()
    def check(self) -> None:
        quick = self.client.options(request_timeout=CHECK_TIMEOUT)
        columns = ["index", "shard", "prirep", "state"]
        for shard in quick.cat.shards(index=self.alias, h=columns, format="json"):
            if shard["prirep"] == "p" and shard["state"] == "UNASSIGNED":
                place = {"index": shard["index"], "shard": int(shard["shard"]), "primary": True}
                if _is_lost(quick.cluster.allocation_explain(**place)):
                    raise IndexMissing(f"{self.alias} is broken and cannot be opened.")
                raise EngineAway(f"{self.alias} is not open yet.")

    def verify(self) -> None:
        """Read the stamp of every document; the server compares checksums by itself when it reads."""
        self.check()
        for _stamp in self.stamps():
            pass

    def _create(self, name: str) -> None:
        self._remove_leftovers()
        self.client.indices.create(
            index=name, mappings=schema.mapping(), settings=schema.index_settings() | _BUILDING
        )

    def _put_live(self, name: str) -> None:
        """Make the new index searchable everywhere, then put it in the old one's place in one step."""
        self.client.indices.refresh(index=name)
        self.client.indices.put_settings(index=name, settings=_LIVE)
        older = self._indexes()
        same = [each for each, aliases in older.items() if self.alias in aliases]
        self.client.indices.update_aliases(
            actions=[
                *({"remove_index": {"index": each}} for each in same),
                {"add": {"index": name, "alias": self.alias, "is_write_index": True}},
            ]
        )
        # The first index of a new version leaves the old one to processes that have not been restarted.
        if same:
            for each in older.keys() - {name, *same}:
                self.client.indices.delete(index=each, ignore_unavailable=True)

    def _remove_leftovers(self) -> None:
        """Indexes without an alias were being built when their builder died."""
        for name, aliases in self._indexes().items():
            if not aliases:
                self.client.indices.delete(index=name, ignore_unavailable=True)

    def _indexes(self) -> dict[str, set[str]]:
        """All indexes of the stem, of any version, with their aliases."""
        found = self.client.indices.get_alias(index=f"{self.stem}-*")
        own = re.compile(rf"{re.escape(self.stem)}-[0-9a-f]{{8}}-[0-9a-f]{{8}}")
        return {name: set(each["aliases"]) for name, each in found.items() if own.fullmatch(name)}

    def _send(self, index: str, actions: list[dict], **options) -> None:
        sent = self.client.bulk(
            index=index,
            operations=actions,
            filter_path=["items.*.error.type", "items.*.error.reason"],
            **options,
        )
        # A deletion of what is not there has a status of its own, but no error.
        outcomes = (outcome for item in sent.body.get("items", ()) for outcome in item.values())
        for error in (outcome["error"] for outcome in outcomes if "error" in outcome):
            is_missing = error["type"] == "index_not_found_exception"
            raise (IndexMissing if is_missing else EngineAway)(error["reason"])


class _NewIndex:
    """Sends one list of documents while the next ones are read from the database."""

    def __init__(self, send: Callable[[list[dict]], None], sender: ThreadPoolExecutor):
        self._send = send
        self._sender = sender
        self._sent: Future | None = None

    def add(self, documents: Iterable[Document]) -> None:
        for actions in _chunks(_actions(documents)):
            self.finish()
            self._sent = self._sender.submit(self._send, actions)

    @errors_as_away()
    def finish(self) -> None:
        """Wait for what was sent last; its error is raised here."""
        if self._sent is not None:
            sent, self._sent = self._sent, None
            sent.result()


def _is_lost(explained: Mapping) -> bool:
    """Whether no copy of a part can be opened, or opening it has failed."""
    has_failed = explained["unassigned_info"]["reason"] == "ALLOCATION_FAILED"
    return has_failed or explained.get("can_allocate") == "no_valid_shard_copy"


def _actions(documents: Iterable[Document], gone: Collection[int] = ()) -> Iterator[tuple[dict, ...]]:
    """What to do with each product, as the lines of a bulk request."""
    day = day_number(clock.today())
    for document in documents:
        yield {"index": {"_id": str(document.pk)}}, schema.row(document, day)
    for pk in gone:
        yield ({"delete": {"_id": str(pk)}},)


def _chunks(actions: Iterator[tuple[dict, ...]]) -> Iterator[list[dict]]:
    while chunk := [line for action in islice(actions, ROWS_AT_ONCE) for line in action]:
        yield chunk
