"""Production settings, as a process of its own reads them."""

import json
import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.middleware.csrf import CsrfViewMiddleware
from django.test import RequestFactory
from django.utils.module_loading import import_string

from storefront.attempts import address_of

pytestmark = pytest.mark.unit

KEY = secrets.token_urlsafe(50)
NO_FILE = "var/no-such-file"


def manage(*arguments, **variables):
    """`manage.py` with these variables and no others of ours."""
    own = ("OCOP_", "DJANGO_", "DATABASE_", "REDIS_", "SEARCH_", "EMAIL_")
    outside = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**outside, "OCOP_ENV_FILE": NO_FILE, **variables},
        capture_output=True,
        text=True,
    )


def read_settings(*names, **variables):
    code = (
        "import json; from django.conf import settings;"
        f"print(json.dumps([getattr(settings, name) for name in {names}]))"
    )
    run = manage("shell", "--no-imports", "--command", code, **variables)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_deployment_check_finds_nothing_with_a_key_and_hosts_alone():
    run = manage("check", "--deploy", DJANGO_SECRET_KEY=KEY, OCOP_HOSTS="shop.example.org")
    assert (run.stdout, run.stderr, run.returncode) == (
        "System check identified no issues (1 silenced).\n",
        "",
        0,
    )


def test_what_the_deployment_check_may_not_see_is_there():
    middleware = [import_string(name) for name in settings.MIDDLEWARE]
    assert any(isinstance(each, type) and issubclass(each, CsrfViewMiddleware) for each in middleware)


def test_without_tls_the_deployment_check_warns():
    variables = {"DJANGO_SECRET_KEY": KEY, "OCOP_HOSTS": "localhost", "OCOP_INSECURE_HTTP": "1"}
    run = manage("check", "--deploy", "--fail-level", "WARNING", **variables)
    assert "security.W008" in run.stderr
    assert run.returncode == 1


def test_without_a_key_it_does_not_start():
    run = manage("check")
    assert "DJANGO_SECRET_KEY is not set" in run.stderr
    assert run.returncode == 1


def test_a_checkout_keeps_its_variables_in_a_file(tmp_path):
    file = tmp_path / "env"
    file.write_text(
        f"# how we run it\nDJANGO_SECRET_KEY={KEY}\nOCOP_INSECURE_HTTP=1\nOCOP_HOSTS=file.example\n"
    )
    found = read_settings(
        "SECRET_KEY", "INSECURE_HTTP", "ALLOWED_HOSTS", OCOP_ENV_FILE=str(file), OCOP_HOSTS="own.example"
    )
    assert found == [KEY, True, ["own.example"]]


def test_an_environment_with_a_key_takes_nothing_from_the_file(tmp_path):
    file = tmp_path / "env"
    file.write_text("DJANGO_SECRET_KEY=other\nOCOP_INSECURE_HTTP=1\n")
    variables = {"OCOP_ENV_FILE": str(file), "DJANGO_SECRET_KEY": KEY}
    assert read_settings("SECRET_KEY", "INSECURE_HTTP", **variables) == [KEY, False]


def test_redis_is_used_where_there_is_one():
    variables = {"DJANGO_SECRET_KEY": KEY, "REDIS_URL": "redis://cache:6379/0"}
    (caches,) = read_settings("CACHES", **variables)
    assert {name: cache["BACKEND"] for name, cache in caches.items()} == {
        "default": "marketplace.core.caches.ForgivingRedisCache",
        "pages": "marketplace.core.caches.ForgivingRedisCache",
    }
    assert all("locmem" in cache["BACKEND"] for cache in settings.CACHES.values())


@pytest.mark.parametrize(
    ("behind", "noted", "address"),
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (True, "", "127.0.0.1"),
    ],
)
def test_only_a_server_of_ours_says_who_asks(settings, behind, noted, address):
    settings.BEHIND_PROXY = behind
    assert address_of(RequestFactory().get("/", headers={"X-Forwarded-For": noted})) == address
