"""The embedded engine: tantivy in this process; many processes read its index, one writes it."""

import threading
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Query

from marketplace.core import clock
from search.conditions import Between, Condition
from search.document import FIELDS, Document, Kind, day_number
from search.engines import IndexMissing
from search.engines.asking import Answer, AskingEngine, Question, Ranges, Session, Values
from search.engines.embedded import store
from search.engines.embedded.store import Store
from search.engines.embedded.translate import Translator, schema, stored, with_ids
from search.engines.embedded.vocabulary import Vocabulary
from search.ranking import Facts

#: Seconds after which a process looks whether the index has changed.
LOOK_EVERY = 0.1
#: Bytes that a writer collects before it writes a segment.
REBUILD_MEMORY = 256_000_000
CHANGE_MEMORY = 32_000_000
KEPT_ANSWERS = 256
WHOLE = Query.all_query()
PANIC = "PanicException"


class EmbeddedEngine(AskingEngine):
    """Reads the live generation; follows what other processes commit within `LOOK_EVERY` seconds."""

    seen_after = LOOK_EVERY

    def __init__(self, root: Path):
        self.store = Store(root)
        self._lock = threading.Lock()
        self._reader: _Reader | None = None
        self._looked_at = float("-inf")

    def session(self) -> Session:
        reader = self._reader
        if reader is None or time.monotonic() - self._looked_at >= LOOK_EVERY:
            with self._lock:
                reader = self._reader = self._look()
                self._looked_at = time.monotonic()
        return reader.session

    def refresh(self) -> None:
        """Look for changes at the next search, however short ago the last look was."""
        self._looked_at = float("-inf")

    def _look(self) -> "_Reader":
        reader, self._reader = self._reader, None
        try:
            return self._newest(reader)
        except IndexMissing:
            # The generation may have been replaced between the pointer and its files.
            return self._newest(None)

    def _newest(self, reader: "_Reader | None") -> "_Reader":
        folder = self.store.live()
        try:
            if reader is None or reader.folder != folder:
                return _Reader(folder)
            reader.follow()
        except (OSError, ValueError) as error:
            raise IndexMissing(str(error)) from error
        return reader

    # --- writing
    def write(self, documents: Iterable[Document], gone: Collection[int]) -> None:
        """Replace documents in the live generation; they are on disk when it returns."""
        index = _open(self.store.live())
        day = day_number(clock.today())
        documents = list(documents)
        replaced = [*gone, *(document.pk for document in documents)]
        writer = _after_a_death(index.writer(CHANGE_MEMORY, 1))
        # By query: deleting by term takes whole numbers for signed ones and finds none of ours.
        writer.delete_documents_by_query(with_ids(replaced, index.schema))
        for document in documents:
            writer.add_document(stored(document, day, index.schema))
        writer.commit()
        writer.wait_merging_threads()
        self.refresh()

    @contextmanager
    def rebuild(self) -> Iterator["_NewGeneration"]:
        """A new generation, switched to when the block ends well; else the live one stays as it is."""
        folder = self.store.new_generation()
        try:
            generation = _NewGeneration(folder)
            yield generation
            generation.finish()
            self.store.switch(folder)
        except BaseException:
            self.store.discard(folder)
            raise
        self.refresh()

    def stamps(self) -> Iterator[tuple[int, int]]:
        """Ids and stamps of all documents. Raises `EngineAway`."""
        return iter(self.session().stamps())

    def check(self) -> None:
        """Raises `IndexMissing` if the index is not there, cut off, or was found broken by a reader."""
        store.check_ends(self.store.live())

    def verify(self) -> None:
        """Read the whole index and compare its checksums. Raises `IndexMissing`."""
        store.check_contents(self.store.live())

    def describe(self) -> dict[str, object]:
        folder = self.store.live()
        session = self.session()
        return {
            "engine": "embedded",
            "place": str(folder),
            "documents": session.count(),
            "bytes": store.size(folder),
        }


class _NewGeneration:
    def __init__(self, folder: Path):
        self._schema = schema()
        self._writer = tantivy.Index(self._schema, path=str(folder)).writer(REBUILD_MEMORY, 1)
        self._day = day_number(clock.today())

    def add(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self._writer.add_document(stored(document, self._day, self._schema))

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()


def _open(folder: Path) -> tantivy.Index:
    index = tantivy.Index.open(str(folder))
    index.config_reader("manual")
    return index


def _after_a_death(writer: tantivy.IndexWriter) -> tantivy.IndexWriter:
    """The writer, ready for what a killed one left: files of no commit, segments that nobody merged."""
    # Such a file may have the name of one to be written.
    writer.garbage_collect_files()
    # Tantivy numbers the first act of a writer as the last commit. It merges what was left before the next
    # commit, and keeps what that act deletes in segments whose deletions bear this number: so delete nothing.
    writer.delete_documents_by_query(Query.empty_query())
    return writer


class _Reader:
    """An opened generation and the session of its newest commit."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._state = store.state(folder)
        store.check_ends(folder)
        self._index = _open(folder)
        self.session = EmbeddedSession(self.folder, self._index.searcher(), self._index.schema)

    def follow(self) -> None:
        """Take in what was committed since."""
        state = store.state(self.folder)
        if state != self._state:
            store.check_ends(self.folder)
            self._index.reload()
            self.session = EmbeddedSession(self.folder, self._index.searcher(), self._index.schema)
            self._state = state


class EmbeddedSession(Session):
    """One commit of the index."""

    def __init__(self, folder: Path, searcher: tantivy.Searcher, schema: tantivy.Schema):
        self._folder = folder
        self._searcher = searcher
        self._translator = Translator(schema, Vocabulary(searcher), self.is_empty)
        self._kept: dict[Question, Answer] = {}
        self._made: dict[Hashable, Any] = {}
        self._empty: dict[Condition, bool] = {}

    def answer(self, question: Question) -> Answer:
        if not question.is_lasting:
            return self._guarded(question)
        return _kept(self._kept, question, lambda: self._guarded(question))

    def remember(self, key: Hashable, make: Callable[[], Any]) -> Any:
        return _kept(self._made, key, make)

    def _guarded(self, question: Question) -> Answer:
        try:
            return self._answer(question)
        except BaseException as error:
            # A damaged file shows as a panic of tantivy, which is no `Exception`.
            if type(error).__name__ != PANIC:
                raise
            store.note_broken(self._folder)
            raise IndexMissing(f"The index cannot be read: {error}") from error

    def _answer(self, question: Question) -> Answer:
        query = self._translator.query(question.condition)
        hits, total = [], 0
        if question.limit or question.is_total:
            found = self._searcher.search(
                query,
                limit=max(question.limit, 1),
                offset=question.offset,
                count=question.is_total,
                order_by_field=question.order,
            )
            total = found.count or 0
            if question.limit:
                # The sort keys have the product's id in their low half.
                hits = [(key & 0xFFFFFFFF, address) for key, address in found.hits]
        return Answer(hits, total, self._counts(query, question.counts))

    def _counts(self, query: Query, counts: Sequence[tuple[str, Values | Ranges]]) -> dict[str, dict]:
        if not counts:
            return {}
        asked = {name: _aggregation(count) for name, count in counts}
        found = self._searcher.aggregate(query, asked)
        return {name: _counted(count, found[name]["buckets"]) for name, count in counts}

    def facts(self, handles: Sequence[object]) -> list[Facts]:
        addresses = list(handles)
        columns = [self._searcher.fast_field_values(name, addresses) for name in Facts._fields]
        return list(map(Facts, *columns))

    def is_empty(self, condition: Condition) -> bool:
        """Whether nothing is known to fulfil the condition; asked of withdrawals to come, mostly none."""
        if not isinstance(condition, Between) or condition.field != "gone_on":
            return False
        if condition not in self._empty:
            question = Question(condition, is_total=True)
            self._empty[condition] = self._guarded(question).total == 0
        return self._empty[condition]

    def count(self) -> int:
        return self._searcher.num_docs

    def stamps(self) -> Iterator[tuple[int, int]]:
        found = self._searcher.search(WHOLE, limit=max(self.count(), 1), order_by_field="pk")
        addresses = [address for _pk, address in found.hits]
        stamps = self._searcher.fast_field_values("stamp", addresses)
        return zip((pk for pk, _address in found.hits), stamps, strict=True)


def _kept(known: dict[Hashable, Any], key: Hashable, make: Callable[[], Any]) -> Any:
    """What was made for the key before, or now; other threads may do the same, or empty it, at any moment."""
    found = known.get(key)
    if found is None:
        found = make()
        if len(known) >= KEPT_ANSWERS:
            known.clear()
        known[key] = found
    return found


@lru_cache(maxsize=256)
def _aggregation(count: Values | Ranges) -> dict:
    if isinstance(count, Values):
        return {"terms": {"field": count.field, "size": count.size}}
    ranges = [
        {
            "key": str(place),
            **({"from": low} if low is not None else {}),
            **({"to": high} if high is not None else {}),
        }
        for place, (low, high) in enumerate(count.ranges)
    ]
    return {"range": {"field": count.field, "ranges": ranges}}


def _counted(count: Values | Ranges, buckets: list[dict]) -> dict:
    """Numbers by value, or by the position of the range; ranges that nobody asked for fill the gaps."""
    if isinstance(count, Ranges):
        asked = {str(place) for place in range(len(count.ranges))}
        return {int(each["key"]): each["doc_count"] for each in buckets if each["key"] in asked}
    if FIELDS[count.field] == Kind.LABEL:
        return {each["key"]: each["doc_count"] for each in buckets}
    return {int(each["key"]): each["doc_count"] for each in buckets}
