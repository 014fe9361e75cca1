"""Tests: SQLite unless DATABASE_URL says otherwise, tasks run when a test asks for it."""

import os
import tempfile

os.environ.setdefault("OCOP_DATA_DIR", tempfile.mkdtemp(prefix="ocop-test-"))

from .base import *  # noqa: F403
from .base import DATA_DIR, DATABASES

SECRET_KEY = "tests keep no secrets"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests look at a page right after a change; those of the cache turn it on.
PAGE_CACHE = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# No worker follows tests, so pages answer from the database; tests of the engines choose theirs.
SEARCH_URL = "database:"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and the browser's server need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
