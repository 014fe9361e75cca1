"""Ours for the benchmark: production on one's own machine, its static files without compressed copies."""

import os

os.environ.setdefault("DJANGO_SECRET_KEY", "the benchmark keeps no secrets")
os.environ.setdefault("OCOP_INSECURE_HTTP", "1")
os.environ.setdefault("OCOP_HOSTS", "127.0.0.1")
os.environ.setdefault("EMAIL_URL", "dummymail://")

from marketplace.settings.production import *  # noqa: F403
from marketplace.settings.production import STORAGES

# None of them is asked for here, and compressing all of them takes minutes.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
