"""Search on Elasticsearch: the questions of one search go there together."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.utils.module_loading import import_string
from elasticsearch import Elasticsearch

from search.engines import EngineAway, IndexMissing
from search.engines.asking import Answer, AskingEngine, InTurn, Question, Session
from search.engines.elastic.index import ProductIndex, errors_as_away
from search.engines.elastic.questions import WANTED, Translator, answer, hits_in_turn
from search.engines.elastic.schema import facts_of
from search.ranking import Facts

#: Seconds that a reader waits before the database answers instead, and those that the indexer does.
SEARCH_TIMEOUT = 0.5
WRITE_TIMEOUT = 60

# Its tracebacks of every node that is away; `search.engines.fallback` says it once.
logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)


class ElasticEngine(ProductIndex, AskingEngine):
    """Finds products with Elasticsearch. ``hosts`` are addresses of its nodes, one of which is asked."""

    def __init__(self, hosts: list[str], stem: str, timeout: float = SEARCH_TIMEOUT, **client_options):
        # Another node is tried where one refuses the connection, none where one is slow.
        client = Elasticsearch(
            hosts,
            max_retries=len(hosts) - 1,
            retry_on_timeout=False,
            retry_on_status=(),
            **client_options,
        )
        super().__init__(client.options(request_timeout=WRITE_TIMEOUT), stem)
        self._timeout = timeout
        self._searching = client.options(request_timeout=timeout)

    @classmethod
    def from_settings(cls) -> "ElasticEngine":
        """On the nodes of SEARCH_URL, commas between them."""
        options = {}
        if settings.SEARCH_NODE_CLASS:
            options["node_class"] = import_string(settings.SEARCH_NODE_CLASS)
        return cls(settings.SEARCH_URL.split(","), settings.SEARCH_INDEX, **options)

    def session(self) -> "_Session":
        return _Session(self._searching, self.alias, Translator(self._timeout), self._timeout)


class _Session(Session):
    """Questions wait until one of them is needed; then all that wait are sent in one request.

    ``timeout`` is for the whole session, in seconds from now.
    """

    def __init__(self, client: Elasticsearch, alias: str, translator: Translator, timeout: float):
        self._client = client
        self._ends_at = time.monotonic() + timeout
        self._header = {"index": alias, "allow_partial_search_results": False}
        self._translator = translator
        self._waiting: dict[Question | InTurn, None] = {}
        self._responses: dict[Question | InTurn, dict] = {}

    def prepare(self, questions: Iterable[Question | InTurn]) -> None:
        self._waiting |= dict.fromkeys(each for each in questions if each not in self._responses)

    def answer(self, question: Question) -> Answer:
        return answer(question, self._response(question))

    def in_turn(self, numbered: Iterable[tuple[int, Question]]) -> Iterator[tuple[int, list]]:
        numbers, questions = zip(*numbered, strict=True)
        asked = InTurn(questions)
        for place, hits in hits_in_turn(asked, self._response(asked)):
            yield numbers[place], hits

    def _response(self, question: Question | InTurn) -> dict:
        if question not in self._responses:
            self.prepare([question])
            self._ask(list(self._waiting))
            self._waiting.clear()
        return self._responses[question]

    @errors_as_away()
    def _ask(self, questions: list[Question | InTurn]) -> None:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise EngineAway("It was too slow.")
        searches = []
        for each in questions:
            searches += (self._header, self._translator.body(each))
        client = self._client.options(request_timeout=left)
        responses = client.msearch(searches=searches, filter_path=WANTED).body["responses"]
        for each, response in zip(questions, responses, strict=True):
            if "error" in response:
                missing = response["status"] == 404
                raise (IndexMissing if missing else EngineAway)(str(response["error"]))
            self._responses[each] = response

    def facts(self, handles: Sequence[str]) -> list[Facts]:
        return [facts_of(handle) for handle in handles]
