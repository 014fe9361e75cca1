"""The least that Django can do: pages that are ready, from a bare view or out of Django's cache middleware.

`BENCH_PAGES` names a folder with `index.json`, which maps paths to content types and files of bytes.
`BENCH_CACHED=1` puts the cache middleware around the view, with the cache that our pages are kept in.
"""

import json
import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from marketplace.settings.caches import cache_settings

IS_CACHED = os.environ.get("BENCH_CACHED") == "1"

settings.configure(
    SECRET_KEY="bare pages keep no secrets",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    CACHES=cache_settings(os.environ.get("REDIS_URL", "")),
    CACHE_MIDDLEWARE_ALIAS="pages",
    CACHE_MIDDLEWARE_KEY_PREFIX="plain",
    MIDDLEWARE=[
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    if IS_CACHED
    else [],
)


def _pages() -> dict[str, tuple[str, bytes]]:
    folder = Path(os.environ["BENCH_PAGES"])
    index = json.loads((folder / "index.json").read_text())
    return {path: (kind, (folder / file).read_bytes()) for path, (kind, file) in index.items()}


PAGES = _pages()


def page(request: HttpRequest) -> HttpResponse:
    content_type, body = PAGES[request.get_full_path()]
    return HttpResponse(body, content_type=content_type)


urlpatterns = [re_path("", page)]
application = get_wsgi_application()
