"""An embedded index asked in a process that has loaded what a web process of the site has.

Prints one line of JSON, times in milliseconds.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.http import QueryDict

import marketplace.wsgi  # noqa: F401 - sets Django up, and its memory is told
from search import engines
from search.engines.asking import Question, Session
from search.engines.embedded.engine import EmbeddedEngine
from search.query import ProductQuery
from search.scope import Tree, resolve
from search.suggestions import suggestions

ROUNDS = 3


def timed(act: Callable[[], object]) -> float:
    """Milliseconds of processor time: what else the machine does is left out."""
    started = time.process_time()
    act()
    return 1000 * (time.process_time() - started)


def mistyped(words: list[str]) -> list[str]:
    """The same with a letter doubled in the longest word."""
    found = []
    for text in words:
        longest = max(text.split(), key=len)
        found.append(text.replace(longest, longest[:2] + longest[1:], 1))
    return found


class Noting(Session):
    """A session that notes what is asked of it."""

    def __init__(self, session: Session):
        self.session = session
        self.asked: list[Question] = []
        self.handles: list[list] = []

    def answer(self, question):
        self.asked.append(question)
        return self.session.answer(question)

    def facts(self, handles):
        self.handles.append(handles)
        return self.session.facts(handles)

    def __getattr__(self, name):
        return getattr(self.session, name)


def middle(times: list[float], share: float = 0.5) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def measured(engine: EmbeddedEngine, queries: list[ProductQuery], tree: Tree) -> dict[str, float]:
    """Our search, and the same questions asked of the engine alone."""
    ours, alone = [], []
    scopes = [resolve(query, tree) for query in queries]
    for scope in scopes[:20]:
        engine.search(scope, 24)
    for scope in scopes:
        ours.append(min(timed(lambda: engine.search(scope, 24)) for _round in range(ROUNDS)))  # noqa: B023
        session = engine.session()
        noting = Noting(session)
        engine.session, before = lambda: noting, engine.session  # noqa: B023
        engine.search(scope, 24)
        engine.session = before

        def ask(session=session, noting=noting):
            for question in noting.asked:
                session.answer(question)
            for handles in noting.handles:
                session.facts(handles)

        alone.append(min(timed(ask) for _round in range(ROUNDS)))
    return {
        "p50": middle(ours),
        "p99": middle(ours, 0.99),
        "alone_p50": middle(alone),
        "alone_p99": middle(alone, 0.99),
        "ratio": sum(ours) / sum(alone),
    }


def beginnings(words: list[str]) -> list[str]:
    """What stands in the search box after one letter, two, three and so on of the last word."""
    return [text[: max(len(text) - cut, 1)] for cut in (1, 2, 3, 4) for text in words[:100]]


def completed(engine: EmbeddedEngine, texts: list[str]) -> dict[str, float]:
    """The list below the search box, with its questions to the database; each text for the first time."""
    engines.get, before = lambda: engine, engines.get
    try:
        suggestions(texts[0])
        times = [timed(lambda: suggestions(text)) for text in texts]  # noqa: B023
    finally:
        engines.get = before
    return {"p50": middle(times), "p99": middle(times, 0.99)}


def query(**parameters: str) -> ProductQuery:
    address = QueryDict(mutable=True)
    address.update(parameters)
    return ProductQuery.from_get(address)


def anonymous_megabytes() -> float:
    """Anonymous resident memory of this process."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def ask(folder: Path, words: list[str]) -> None:
    """Search the index and print what it took."""
    tree = Tree.load()
    engine = EmbeddedEngine(folder)
    found = {
        "words": measured(engine, [query(q=text) for text in words], tree),
        "mistyped": measured(engine, [query(q=text) for text in mistyped(words)], tree),
        "browse": measured(
            engine,
            [
                query(group="food", stars=str(stars), price_min=str(low))
                for stars in (3, 4)
                for low in range(1, 50)
            ],
            tree,
        ),
        "completed": completed(engine, beginnings(words)),
        "memory": anonymous_megabytes(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    index, words = map(Path, sys.argv[1:])
    ask(index, json.loads(words.read_text()))
