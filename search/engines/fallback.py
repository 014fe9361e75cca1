"""An engine that may be away, with the database in its place meanwhile.

The page is simpler then and says so: words as they stand in the product, all conditions, no numbers beside
the choices. Nothing is lost, because changes stay in the database until an index has taken them in.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from search.engines import Engine, EngineAway, Facets, Results
from search.engines.database import MOST, DatabaseEngine
from search.scope import Scope

Answer = TypeVar("Answer")

#: Seconds in which an engine that was away is not asked again.
PAUSE = 2.0

logger = logging.getLogger(__name__)


class Fallback:
    """``primary`` where it answers, else the database. One instance serves all threads of a process."""

    def __init__(self, primary: Engine, pause: float = PAUSE):
        self.primary = primary
        self.pause = pause
        self._database = DatabaseEngine()
        self._lock = threading.Lock()
        self._away_until: float | None = None

    def search(self, scope: Scope, size: int) -> Results:
        results = self._asked(lambda: self.primary.search(scope, size))
        if results is None:
            results = replace(self._database.search(scope, size, with_facets=False), is_degraded=True)
        return results

    def count(self, scope: Scope) -> Facets:
        counted = self._asked(lambda: self.primary.count(scope))
        return Facets() if counted is None else counted

    def pick(self, scopes: Sequence[Scope], numbers: Sequence[int]) -> list[list[int]]:
        picked = self._asked(lambda: self.primary.pick(scopes, numbers))
        return self._database.pick(scopes, numbers, within=MOST) if picked is None else picked

    def _asked(self, ask: Callable[[], Answer]) -> Answer | None:
        """The primary's answer, or None while it is away."""
        if not self._may_ask():
            return None
        try:
            answer = ask()
        except EngineAway as error:
            self._note_away(error)
            return None
        self._note_answer()
        return answer

    def _may_ask(self) -> bool:
        """Not during a pause; after it one caller tries, and the others go on as before until it knows."""
        if self._away_until is None:
            return True
        with self._lock:
            now = time.monotonic()
            if self._away_until is not None and now < self._away_until:
                return False
            self._away_until = now + self.pause
            return True

    def _note_away(self, error: EngineAway) -> None:
        with self._lock:
            is_new = self._away_until is None
            self._away_until = time.monotonic() + self.pause
        # Once, not for every request until it is back.
        if is_new:
            logger.warning("Search is away, the database answers: %s", error)

    def _note_answer(self) -> None:
        if self._away_until is not None:
            with self._lock:
                self._away_until = None
            logger.warning("Search is back.")
