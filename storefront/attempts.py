"""Limits for what can be tried again and again, such as passwords."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

MINUTE = 60


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts of one kind in `minutes`, counted for each of the given keys alone.

    Counted in the cache: with one that belongs to a process each process counts for itself.
    """

    name: str
    most: int
    minutes: int

    def is_reached(self, *keys: str) -> bool:
        return any(count >= self.most for count in cache.get_many(self._names(keys)).values())

    def count(self, *keys: str) -> None:
        """Note one attempt; the time counts from the first."""
        for name in self._names(keys):
            if not cache.add(name, 1, self.minutes * MINUTE):
                try:
                    cache.incr(name)
                except ValueError:  # It ran out between the two calls.
                    cache.set(name, 1, self.minutes * MINUTE)

    def forget(self, *keys: str) -> None:
        cache.delete_many(self._names(keys))

    def _names(self, keys: tuple[str, ...]) -> list[str]:
        """Names without what cache keys may not hold, and without addresses of people."""
        return [f"attempts:{self.name}:{hashlib.sha256(key.encode()).hexdigest()}" for key in keys]


def address_of(request: HttpRequest) -> str:
    """The network address that the request came from, as the server in front noted it if there is one.

    That server adds to what the browser has sent, so only the last address of the list is to be believed.
    """
    noted = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return noted.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
