"""Every page of the producer's desk as a browser without JavaScript has it: each button sends a form.

The pages are those of the table of addresses (`tests.architecture.test_access`), opened by the owner of a
stall. Every form is sent with what stands in it, by each of its buttons, and answered by a page of the desk.
"""

from collections.abc import Iterator

import brotli
import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.architecture.test_access import arguments, client_of, names_of, site  # noqa: F401
from tests.marketplace.desks.test_weight import FILES, HEAVIEST, weigh

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.sqlite]

PAGES = sorted(name for name in names_of(get_resolver()) if name.startswith("producer_desk:"))
#: Answers of a form that was understood, or that says what is missing.
ANSWERS = (200, 302, 303, 409, 422)
SCRIPTED = ("hx-get", "hx-post", "onclick", "onchange")


def form_of(page: BeautifulSoup, control: Tag) -> Tag | None:
    """The form to which a control belongs: that which it names, or that in which it stands."""
    named = control.get("form")
    return page.find("form", id=named) if named else control.find_parent("form")


def filled(page: BeautifulSoup, form: Tag, button: Tag) -> dict:
    """What a browser sends: the values as they stand in the form, with that of the button."""
    data: dict[str, list] = {}
    for control in page.find_all(["input", "select", "textarea"]):
        name, kind = control.get("name"), control.get("type", "")
        if not name or form_of(page, control) is not form or control.has_attr("disabled"):
            continue
        if kind in ("checkbox", "radio") and not control.has_attr("checked"):
            continue
        if kind == "file":
            data[name] = [SimpleUploadedFile("khong-phai.xlsx", b"no file of this kind")]
        elif kind not in ("submit", "image", "button"):
            data.setdefault(name, []).extend(_values(control))
    if button.get("name"):
        data.setdefault(button["name"], []).append(button.get("value", ""))
    return data


def _values(control: Tag) -> list[str]:
    if control.name == "textarea":
        return [control.text]
    if control.name != "select":
        return [control.get("value", "on" if control.get("type") == "checkbox" else "")]
    chosen = control.find_all("option", selected=True)
    first = [] if control.has_attr("multiple") else control.find_all("option", limit=1)
    return [option.get("value", option.text) for option in chosen or first]


def faults_of(address: str, page: BeautifulSoup) -> Iterator[str]:
    """What of a page does nothing without JavaScript, and forms that change something without their token."""
    for control in page.find_all(lambda tag: any(tag.has_attr(name) for name in SCRIPTED)):
        has_fallback = control.name in ("form", "a", "button") or control.find(["a", "form"])
        if not has_fallback and not control.has_attr("hidden"):
            yield f"{address}: only by script: {str(control)[:120]}"
    for link in page.find_all("a"):
        if link.get("href", "#") == "#":
            yield f"{address}: a link to nowhere: {str(link)[:120]}"
    for button in buttons_of(page):
        if form_of(page, button) is None or button.get("type") == "button":
            yield f"{address}: a button of no form: {str(button)[:120]}"
    for form in page.find_all("form", method="post"):
        if form.find("input", attrs={"name": "csrfmiddlewaretoken"}) is None:
            yield f"{address}: a form without its token: {str(form)[:120]}"


def buttons_of(page: BeautifulSoup) -> list[Tag]:
    """The buttons that are seen; what scripts show is hidden until then."""
    return [each for each in page.find_all("button") if each.find_parent(hidden=True) is None]


def weight_of(content: bytes, files: dict[str, int]) -> int:
    """Of a page with its styles and scripts, compressed; ``files`` keeps what was weighed."""
    named = set(FILES.findall(content.decode()))
    files |= {name: weigh(name) for name in named if name not in files}
    return len(brotli.compress(content, quality=5)) + sum(files[name] for name in named)


def answer_to(client: Client, target: str, form: Tag, data: dict) -> int:
    """The status with which a form is answered; whatever it changed is taken back."""
    place = transaction.savepoint()
    response = client.post(target, data) if form.get("method") == "post" else client.get(target, data)
    if response.streaming:
        response.getvalue()
    transaction.savepoint_rollback(place)
    return response.status_code


# One walk: what it costs is to make a stall with one of everything.
def test_on_every_page_of_the_desk_each_button_sends_a_form_that_is_answered(site):  # noqa: F811
    faults, weights, files, sent = [], {}, {}, 0
    for name in PAGES:
        client = client_of(site, "buyer" if name.startswith("producer_desk:application") else "owner")
        address = reverse(name, kwargs=arguments(site, name))
        content = content_of(client, address)
        if content is None:
            continue
        weights[address] = weight_of(content, files)
        page = BeautifulSoup(content, "html.parser")
        faults += faults_of(address, page)
        for button in buttons_of(page):
            form = form_of(page, button)
            target = button.get("formaction") or (form or {}).get("action") or address
            if form is None or not target.startswith("/ban-hang/"):
                continue
            sent += 1
            status = answer_to(client, target, form, filled(page, form, button))
            if status not in ANSWERS:
                faults.append(f"{address}: {status} from {target}: {str(button)[:120]}")
    assert faults == []
    assert {address: weight for address, weight in weights.items() if weight >= HEAVIEST} == {}
    assert (len(weights) > 45, sent > 75) == (True, True), (len(weights), sent)


def content_of(client: Client, address: str) -> bytes | None:
    """A page at this address; None for what takes only posts, and for files."""
    response = client.get(address)
    if response.streaming:
        response.getvalue()
        return None
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return response.content if response.status_code == 200 and is_page else None
