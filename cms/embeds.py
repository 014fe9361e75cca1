"""Videos and livestreams of other houses: a link first, their player only when the reader asks for it.

Nothing here asks the network: where a player stands follows from the address alone. An address that is not
known is a link like any other, so that a host that is gone or never answers breaks no page.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.models import Picture

FRAME_HOSTS = (
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://www.facebook.com",
    "https://www.tiktok.com",
)
"""Whose players may be shown on our pages; the pages' policy names the same (`frame-src` in the settings)."""

_WORD = re.compile(r"[\w-]{5,20}")


@dataclass(frozen=True)
class Embed:
    """A video of another house."""

    host: str
    watch_url: str
    frame_url: str = ""
    is_upright: bool = False


def recognise(url: str) -> Embed:
    """What stands at this address, as far as the address tells.

    One without ``frame_url`` can only be linked, and what is no address on the web cannot even be that.
    """
    try:
        address = urlsplit(url)
    except ValueError:
        return Embed("", "")
    if address.scheme not in ("http", "https"):
        return Embed("", "")
    name = (address.hostname or "").removeprefix("www.").removeprefix("m.")
    recogniser = _RECOGNISERS.get(name)
    return (recogniser(url) if recogniser else None) or Embed(name, url)


def embed(url: str, title: str, poster: Picture | None = None) -> SafeString:
    """The video as HTML: its title, a picture if there is one, and whose servers are asked on a click."""
    return render_to_string("cms/embed.html", {"embed": recognise(url), "title": title, "poster": poster})


def check_web_address(url: str) -> None:
    """Raise ``ValidationError`` unless this is an address on the web."""
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise ValidationError(
            _("Give the whole address, with https:// before it."), code="address"
        ) from error


def _youtube(url: str) -> Embed | None:
    address = urlsplit(url)
    parts = [part for part in address.path.split("/") if part]
    if (address.hostname or "").endswith("youtu.be"):
        key = parts[0] if parts else ""
    elif parts and parts[0] in ("embed", "live", "shorts"):
        key = parts[1] if len(parts) > 1 else ""
    else:
        key = parse_qs(address.query).get("v", [""])[0]
    if not _WORD.fullmatch(key):
        return None
    return Embed(
        "YouTube",
        f"https://www.youtube.com/watch?v={key}",
        f"https://www.youtube-nocookie.com/embed/{key}?autoplay=1",
        is_upright=parts[0] == "shorts",
    )


def _vimeo(url: str) -> Embed | None:
    found = re.match(r"(?:/video|/channels/[\w-]+)?/(\d{5,20})(?:/(\w+))?/?$", urlsplit(url).path)
    if found is None:
        return None
    key, secret = found.groups()
    asked = urlencode({"autoplay": 1, "dnt": 1} | ({"h": secret} if secret else {}))
    watch = f"https://vimeo.com/{key}" + (f"/{secret}" if secret else "")
    return Embed("Vimeo", watch, f"https://player.vimeo.com/video/{key}?{asked}")


def _facebook(url: str) -> Embed | None:
    address = urlsplit(url)
    if not re.search(r"^/watch|/videos?/|/reel/|/video\.php", address.path):
        return None
    asked = f"https://www.facebook.com/plugins/video.php?href={quote(url, safe='')}&autoplay=1"
    return Embed("Facebook", url, asked, is_upright="/reel/" in address.path)


def _tiktok(url: str) -> Embed | None:
    found = re.match(r"/@[\w.]+/video/(\d{5,20})/?$", urlsplit(url).path)
    if found is None:
        return None
    return Embed("TikTok", url, f"https://www.tiktok.com/player/v1/{found[1]}?autoplay=1", is_upright=True)


_RECOGNISERS = {
    "youtube.com": _youtube,
    "youtube-nocookie.com": _youtube,
    "youtu.be": _youtube,
    "vimeo.com": _vimeo,
    "player.vimeo.com": _vimeo,
    "facebook.com": _facebook,
    "tiktok.com": _tiktok,
}
