"""Asking another site whether an address of it still leads somewhere."""

import ipaddress
import socket
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from django.conf import settings
from django.utils.encoding import iri_to_uri

from cms.models import OutsideLink

SECONDS = 5
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class NotPublic(ValueError):
    """The address leads into a private network, or to something else than the web."""


def state_of(url: str) -> OutsideLink.State:
    """What one sees who follows this address; says `UNREACHABLE` for whatever goes wrong on the way."""
    try:
        return _answered(url)
    except (OSError, ValueError, HTTPException):
        return OutsideLink.State.UNREACHABLE


def is_public(host: str) -> bool:
    """Whether all addresses of this host are on the open internet."""
    found = {ipaddress.ip_address(each[4][0].partition("%")[0]) for each in socket.getaddrinfo(host, None)}
    return all(address.is_global for address in found)


def _answered(url: str) -> OutsideLink.State:
    # Some servers answer nothing but GET; its text is never read.
    for method in ("HEAD", "GET"):
        try:
            with _opener().open(_request(url, method), timeout=SECONDS):
                return OutsideLink.State.WORKS
        except HTTPError as answer:
            answer.close()
            status = answer.code
    if status in _GONE:
        return OutsideLink.State.GONE
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return OutsideLink.State.UNREACHABLE
    return OutsideLink.State.CLOSED


def _request(url: str, method: str) -> Request:
    _refuse_private(url)
    headers = {"User-Agent": f"link check of {settings.BASE_URL}", "Accept": "*/*"}
    return Request(iri_to_uri(url), headers=headers, method=method)  # noqa: S310 - the scheme was looked at


def _refuse_private(url: str) -> None:
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.hostname or not is_public(address.hostname):
        raise NotPublic(url)


class _Redirects(HTTPRedirectHandler):
    """Follows redirects as long as they stay on the open internet."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        _refuse_private(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    return build_opener(_Redirects)
