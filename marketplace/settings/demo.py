"""The demo on one's own machine: SQLite, local files, sample data, mails into a folder."""

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
os.environ.setdefault("OCOP_DATA_DIR", str(_ROOT / "var" / "demo"))

from .base import *  # noqa: E402, F403
from .base import DATA_DIR, env  # noqa: E402

DEMO = True
SECRET_KEY = "the demo keeps no secrets"  # noqa: S105
ALLOWED_HOSTS = env.list("OCOP_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
INTERNAL_IPS = []
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mails"
