"""nginx with the configuration that we ship, in front of a server that runs already."""

import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.architecture.messages import ROOT
from tests.services.components import NGINX
from tests.services.ports import free_port

START_SECONDS = 10
TEMPLATE = ROOT / "docs" / "nginx" / "default.conf.template"

# What nginx's container brings around our file, with every path below a folder of the run's own.
AROUND = """
daemon off;
worker_processes 1;
pid {home}/pid;
error_log {home}/log warn;
events {{ worker_connections 512; }}
http {{
    types {{ image/webp webp; image/svg+xml svg; text/html html; }}
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/marketplace.conf;
}}
"""


class NginxUnavailable(Exception):
    """The program is missing, or it did not start; the message says which."""


@contextmanager
def nginx_in_front_of(port: int, media: Path | None = None) -> Iterator[str]:
    """Start nginx before the server at this port of 127.0.0.1 and give nginx's URL; end it after.

    `media` is the folder that it gives out under /media/.
    """
    program = NGINX.find()
    if program is None:
        raise NginxUnavailable(NGINX.missing_line)
    home = Path(tempfile.mkdtemp(prefix="ocop-nginx-"))
    try:
        home.chmod(0o755)  # As root its workers are another account.
        own_port = free_port()
        values = {
            "UPSTREAM": f"127.0.0.1:{port}",
            "RESOLVER": "127.0.0.1",
            "PORT": f"127.0.0.1:{own_port}",
            "MEDIA": str(media or home / "media"),
            "CACHE": str(home),
        }
        (home / "marketplace.conf").write_text(filled_in(TEMPLATE.read_text(), values))
        (home / "nginx.conf").write_text(AROUND.format(home=home))
        server = _start(program, home, f"http://127.0.0.1:{own_port}")
        try:
            yield f"http://127.0.0.1:{own_port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def filled_in(template: str, values: dict[str, str]) -> str:
    """The template with its ${NAMES} replaced as nginx's container does; KeyError for one without a value."""
    return re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], template)


def _start(program: Path, home: Path, url: str) -> subprocess.Popen:
    command = [program, "-p", home, "-e", home / "log", "-c", home / "nginx.conf"]
    # A session of its own: Ctrl-C ends the tests first, and only then the server.
    server = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/nginx-alive", timeout=1).close()  # noqa: S310 - our own
            return server
        except urllib.error.URLError:
            time.sleep(0.02)
    server.kill()
    server.wait()
    log = home / "log"
    reason = log.read_text(errors="replace").strip() if log.exists() else "it left no log"
    raise NginxUnavailable(f"nginx did not start: {reason}")
