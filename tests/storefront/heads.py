"""What machines read of a page, for tests."""

import json
import re

HOST = "http://testserver"


def head(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode().split("</head>")[0]


def links(html: str) -> dict[str, str]:
    """Canonical and alternate addresses by what they are."""
    found = {}
    for tag in re.findall(r"<link [^>]*>", html):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if values.get("rel") in ("canonical", "alternate") and "type" not in values:
            found[values.get("hreflang", "canonical")] = values["href"]
    return found


def properties(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta property="([^"]*)" content="([^"]*)">', html))


def things(response) -> dict[str, dict]:
    """The schema.org things of a page by their type."""
    scripts = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode(), re.DOTALL
    )
    found = [json.loads(script) for script in scripts]
    assert all(thing["@context"] == "https://schema.org" for thing in found)
    return {thing["@type"]: thing for thing in found}
