"""An engine that may be away, with the database in its place meanwhile.

The page is simpler then and says so: words as they stand in the product, all conditions, no numbers beside
the choices. Nothing is lost, because changes stay in the database until an index has taken them in.
"""

import logging
import threading
import time
from dataclasses import replace

from search.engines import Engine, EngineAway, Results
from search.engines.database import DatabaseEngine
from search.scope import Scope

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
        if self._may_ask():
            try:
                results = self.primary.search(scope, size)
            except EngineAway as error:
                self._note_away(error)
            else:
                self._note_answer()
                return results
        return replace(self._database.search(scope, size, with_facets=False), is_degraded=True)

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
