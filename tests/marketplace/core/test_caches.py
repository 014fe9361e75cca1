"""The caches, with a Redis that is there, killed, hangs and comes back."""

import threading
import time

import pytest
from django.core.cache import caches
from django.urls import reverse

from marketplace.core.caches import PAUSE, TIMEOUT, outage_of
from marketplace.settings.caches import cache_settings
from storefront.attempts import Limit
from tests.services.redis import running_redis

pytestmark = [pytest.mark.integration, pytest.mark.requires_redis]

SLACK = 0.3  # seconds that a busy machine may add


@pytest.fixture(scope="module")
def server():
    with running_redis() as server:
        yield server


@pytest.fixture
def cache(server, settings):
    """The default alias in a running, empty Redis of which nothing bad is known."""
    settings.CACHES = cache_settings(server.url)
    outage_of.cache_clear()
    yield caches["default"]
    caches["default"].clear()
    caches["pages"].clear()


@pytest.fixture
def killed(server, cache):
    """Redis died after a first use, as the connections in the pool do not know yet."""
    cache.set("before", 1)
    server.kill()
    yield server
    server.start()
    time.sleep(PAUSE)
    cache.get("before")


def seconds_of(act):
    start = time.monotonic()
    act()
    return time.monotonic() - start


@pytest.mark.usefixtures("cache")
def test_aliases_share_a_redis_and_no_keys():
    small, pages = caches["default"], caches["pages"]
    small.set("a", 1)
    pages.set_many({"a": b"page", "b": b"other"})
    assert (small.get("a"), pages.get_many(["a", "b"])) == (1, {"a": b"page", "b": b"other"})
    pages.clear()
    assert (small.get("a"), pages.get("a"), pages.get("b")) == (1, None, None)


@pytest.mark.usefixtures("cache")
def test_clearing_removes_every_one_of_many_keys():
    pages = caches["pages"]
    pages.set_many({f"page-{number}": number for number in range(2500)})
    pages.clear()
    assert pages.get_many(f"page-{number}" for number in range(2500)) == {}


def test_a_counter_keeps_its_lifetime(cache):
    cache.add("counter", 1, 1)
    assert cache.incr("counter", 2) == 3
    time.sleep(1.1)
    assert cache.get("counter") is None
    with pytest.raises(ValueError, match="counter"):
        cache.incr("counter")


@pytest.mark.usefixtures("killed")
def test_without_redis_it_is_an_empty_cache(cache):
    cache.set("a", 1)
    cache.set_many({"a": 1})
    cache.delete_many(["a"])
    cache.clear()
    assert cache.get("a") is None
    assert cache.get("a", "none") == "none"
    assert cache.get_many(["a", "before"]) == {}
    assert [cache.add("a", 1), cache.touch("a"), cache.delete("a"), cache.has_key("a")] == [False] * 4
    assert cache.get_or_set("a", lambda: "made") == "made"
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_a_dead_redis_is_asked_again_after_a_second_only(cache, killed):
    cache.get("a")
    killed.start()
    cache.set("a", 1)
    assert cache.get("a") is None
    time.sleep(PAUSE)
    cache.set("a", 1)
    assert cache.get("a") == 1


def test_a_redis_that_was_only_restarted_costs_nothing(cache, server):
    cache.set("a", 1)
    server.kill()
    server.start()
    cache.set("a", 2)
    assert cache.get("a") == 2


def test_a_redis_that_hangs_holds_up_one_caller_for_a_moment(cache, server):
    cache.set("a", 1)
    server.hang()
    try:
        assert TIMEOUT <= seconds_of(lambda: cache.get("a")) < 2 * TIMEOUT + SLACK
        assert seconds_of(lambda: [cache.get("a") for _ in range(100)]) < 0.1
        time.sleep(PAUSE)
        waits = []
        askers = [
            threading.Thread(target=lambda: waits.append(seconds_of(lambda: cache.get("a"))))
            for _ in range(8)
        ]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert sum(wait > TIMEOUT / 2 for wait in waits) == 1
    finally:
        server.resume()
    time.sleep(PAUSE)
    assert cache.get("a") == 1


def test_an_outage_is_told_once_and_its_end_too(cache, killed, caplog):
    for _ in range(20):
        cache.get("a")
    time.sleep(PAUSE)
    cache.get("a")
    killed.start()
    time.sleep(PAUSE)
    cache.get("a")
    cache.get("a")
    first, second = [record.getMessage() for record in caplog.records]
    assert first.startswith("Redis is of no use, pages do without their cache: Error ")
    assert second == "Redis answers again."


def test_a_redis_that_refuses_to_write_still_serves(cache, server):
    cache.set("a", 1)
    client = cache._cache.get_client()
    client.config_set("maxmemory", 1)
    try:
        cache.set("b", "x" * 1000)
        assert cache.get("a") == 1
        assert cache.get("b") is None
    finally:
        client.config_set("maxmemory", 0)


def test_attempts_are_counted_by_all_threads_in_redis(cache):
    limit = Limit("tries", most=2, minutes=5)
    for _ in range(2):
        thread = threading.Thread(target=limit.count, args=("someone",))
        thread.start()
        thread.join()
    assert limit.is_reached("someone")
    limit.forget("someone")
    assert not limit.is_reached("someone")


@pytest.mark.usefixtures("killed")
def test_without_redis_nobody_is_locked_out():
    limit = Limit("tries", most=1, minutes=5)
    limit.count("someone")
    limit.count("someone")
    limit.forget("other")
    assert not limit.is_reached("someone")


@pytest.mark.django_db
@pytest.mark.usefixtures("killed")
def test_without_redis_a_wrong_password_is_still_answered(client):
    wrong = {"login_submit": "1", "login-username": "a@example.org", "login-password": "wrong"}
    assert client.post(reverse("customer:login"), wrong).status_code == 422
