"""Chromium, driven by Playwright: fixtures for tests that use the site as a person does."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.services.components import BROWSER

PHONE, DESKTOP = 390, 1440
HEIGHTS = {PHONE: 844, DESKTOP: 900}
TIMEOUT_MS = 10_000

# No sandbox as root (containers, CI); the rest keeps the browser from calling home.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's own event loop runs in this thread, and Django would take our queries for its.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(BROWSER.find()), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(request: pytest.FixtureRequest, browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`new_page(width=390, javascript=False, scheme="dark", **context)`: a page of a new visitor.

    Paths are relative to the running site. The test fails if a page logs an error (a blocked inline style
    or a script's exception), lacks a file or asks another host for anything; `page.expected_errors`
    takes the beginnings of those that belong to the test.
    """
    pages: list[Page] = []
    troubles: list[tuple[Page, str]] = []

    def open_page(width: int = DESKTOP, javascript: bool = True, scheme: str = "light", **context) -> Page:
        visitor = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            java_script_enabled=javascript,
            color_scheme=scheme,
            **{"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", **context},
        )
        visitor.set_default_timeout(TIMEOUT_MS)
        page = visitor.new_page()
        page.expected_errors = []
        page.on("console", lambda message: message.type == "error" and troubles.append((page, message.text)))
        page.on("pageerror", lambda error: troubles.append((page, str(error))))
        page.on(
            "request",
            lambda made: _is_outside(made.url, live_server.url) and troubles.append((page, made.url)),
        )
        pages.append(page)
        return page

    yield open_page
    failed = getattr(request.node, "failed_call", False)
    for number, page in enumerate(pages):
        if failed and not page.is_closed():
            _keep_picture(page, f"{request.node.name}-{number}")
        page.context.close()
    unexpected = [
        text for page, text in troubles if not text.startswith(tuple(page.expected_errors) or ("\0",))
    ]
    assert unexpected == []


@pytest.fixture
def page(new_page) -> Page:
    """A visitor at a desk, with JavaScript."""
    return new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails with what a person who uses assistive technology would stumble over."""

    def check(page: Page) -> None:
        found = Axe().run(page).response["violations"]
        if found:
            pytest.fail("\n".join(_readable(violation) for violation in found), pytrace=False)

    return check


def _readable(violation: dict) -> str:
    places = "".join(f"\n    {node['target'][0]}: {node['html'][:160]}" for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}{places}"


def _is_outside(url: str, site: str) -> bool:
    return not url.startswith((f"{site}/", "data:", "blob:", "about:"))


def _keep_picture(page: Page, name: str) -> None:
    folder = Path(settings.BASE_DIR) / "var" / "failed-pages"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name.replace('/', '-')}.png", full_page=True)
