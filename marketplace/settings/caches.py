"""Where the caches are: in Redis if there is one, else in the memory of each process.

Redis's client costs 20 MB of memory, so it is imported only where it is used.
"""

# Entries that a process keeps where there is no Redis. Counted attempts must not push each other out.
LOCAL_ENTRIES = {"default": 10_000, "pages": 1_000}


def cache_settings(redis_url: str) -> dict:
    """Django's CACHES: `default` for small things, `pages` for whole pages; in memory if the URL is empty."""
    if redis_url:
        return {alias: _in_redis(alias, redis_url) for alias in LOCAL_ENTRIES}
    return {alias: _in_memory(alias, entries) for alias, entries in LOCAL_ENTRIES.items()}


def _in_redis(alias: str, url: str) -> dict:
    return {
        "BACKEND": "marketplace.core.caches.ForgivingRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": f"ocop-{alias}",
    }


def _in_memory(alias: str, entries: int) -> dict:
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": alias,
        "OPTIONS": {"MAX_ENTRIES": entries},
    }
