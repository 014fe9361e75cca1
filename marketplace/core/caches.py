"""The cache in Redis, and pages that work without it when it is away.

Nothing may be right only because the cache remembers it: what is written or deleted while Redis is away is
lost, and what was there before comes back with it.
"""

import functools
import logging
import threading
import time
from collections.abc import Callable
from itertools import islice

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

logger = logging.getLogger(__name__)

TIMEOUT = 0.25  # seconds that connecting, and then each answer, may take
PAUSE = 1.0  # seconds without asking, after Redis did not answer
SILENCE = 10.0  # seconds between two lines in the log

INCREASE = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
return redis.call('INCRBY', KEYS[1], ARGV[1])
"""


class Outage:
    """Whether one Redis is worth asking; shared by the threads of a process."""

    def __init__(self):
        self._lock = threading.Lock()
        self._ask_again_at = 0.0
        self._log_again_at = 0.0
        self._lasts = False

    def may_ask(self) -> bool:
        """False during the pause after a failure; afterwards True for one caller, who finds out for all."""
        if not self._lasts:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._ask_again_at:
                return False
            self._ask_again_at = now + PAUSE
            return True

    def begin(self, error: Exception) -> None:
        with self._lock:
            self._lasts = True
            self._ask_again_at = time.monotonic() + PAUSE
        self.log(error)

    def end(self) -> None:
        if self._lasts:
            with self._lock:
                self._lasts = False
            logger.warning("Redis answers again.")

    def log(self, error: Exception) -> None:
        with self._lock:
            now = time.monotonic()
            if now < self._log_again_at:
                return
            self._log_again_at = now + SILENCE
        logger.warning("Redis is of no use, pages do without their cache: %s", error)


@functools.cache
def outage_of(*servers: str) -> Outage:
    """The one record that all threads and aliases with these servers share."""
    return Outage()


def _forgiving(act: Callable, otherwise: Callable) -> Callable:
    """`act`, a method of a client, with `otherwise`'s answer to the same arguments where Redis has none."""

    @functools.wraps(act)
    def attempt(self, *args):
        if not self.outage.may_ask():
            return otherwise(*args)
        try:
            answer = act(self, *args)
        except (RedisConnectionError, RedisTimeoutError) as error:
            self.outage.begin(error)
            return otherwise(*args)
        except RedisError as error:  # It lives but refuses: full, read-only, its disk is broken.
            self.outage.log(error)
            return otherwise(*args)
        self.outage.end()
        return answer

    return attempt


def _missing(key: str, delta: int) -> int:
    raise ValueError(f"Key '{key}' not found.")


class ForgivingClient(RedisCacheClient):
    """The commands, each of which answers as an empty cache would when Redis does not."""

    def __init__(self, servers, **options):
        once_more = Retry(NoBackoff(), 1, (RedisConnectionError,))  # for connections that Redis has closed
        timeouts = {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT}
        super().__init__(servers, **{**timeouts, "retry": once_more, **options})
        self.outage = outage_of(*servers)

    def increase(self, key: str, delta: int) -> int:
        """Add to a number, which keeps its lifetime; in one step, so that none comes to be without one."""
        number = self.get_client(key, write=True).eval(INCREASE, 1, key, delta)
        return _missing(key, delta) if number is None else number

    def delete_beginning(self, prefix: str) -> None:
        client = self.get_client(None, write=True)
        found = client.scan_iter(match=f"{prefix}*", count=1000)
        while keys := list(islice(found, 1000)):
            client.unlink(*keys)

    add = _forgiving(RedisCacheClient.add, lambda key, value, timeout: False)
    get = _forgiving(RedisCacheClient.get, lambda key, default: default)
    set = _forgiving(RedisCacheClient.set, lambda key, value, timeout: None)
    touch = _forgiving(RedisCacheClient.touch, lambda key, timeout: False)
    delete = _forgiving(RedisCacheClient.delete, lambda key: False)
    get_many = _forgiving(RedisCacheClient.get_many, lambda keys: {})
    has_key = _forgiving(RedisCacheClient.has_key, lambda key: False)
    incr = _forgiving(increase, _missing)
    set_many = _forgiving(RedisCacheClient.set_many, lambda data, timeout: None)
    delete_many = _forgiving(RedisCacheClient.delete_many, lambda keys: None)
    clear = _forgiving(delete_beginning, lambda prefix: None)


class ForgivingRedisCache(RedisCache):
    """Redis as Django has it, but an empty cache instead of an exception when Redis does not answer.

    Reads find nothing, writes have no effect (`add`, `touch` and `delete` answer False), `incr` raises
    ValueError as for any key that is not there. A call takes at most about half a second, and after a failure
    the process asks again only a second later. `clear` removes this alias's keys and leaves the others'.
    """

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = ForgivingClient

    def clear(self):
        self._cache.clear(f"{self.key_prefix}:")
