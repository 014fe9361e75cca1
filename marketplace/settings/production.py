"""Production: safe unless an environment variable says otherwise."""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

# A checkout may keep its variables in a file, as `make run` does; an environment with a key is complete.
if "DJANGO_SECRET_KEY" not in os.environ:
    _CHECKOUT = Path(__file__).resolve().parent.parent.parent
    environ.Env.read_env(_CHECKOUT / os.environ.get("OCOP_ENV_FILE", ".env"))

from .base import *  # noqa: F403
from .base import BEHIND_PROXY, env

SECRET_KEY = env.str("DJANGO_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "DJANGO_SECRET_KEY is not set. Give the marketplace a long random key of its own, for example the "
        "output of: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )

# Set only to try production settings on one's own machine, without TLS.
INSECURE_HTTP = env.bool("OCOP_INSECURE_HTTP", default=False)
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # Who watches the process asks it directly.
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
OSCAR_BASKET_COOKIE_SECURE = not INSECURE_HTTP
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP
SECURE_HSTS_PRELOAD = not INSECURE_HTTP
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
