"""What of the optional components this machine has: tests that need a missing one are skipped."""

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright._impl._driver import compute_driver_executable


@dataclass(frozen=True)
class Component:
    """A program that some tests need and that is not a Python package."""

    name: str
    how_to_get: str
    find: Callable[[], Path | None]

    @property
    def missing_line(self) -> str:
        return f"{self.name} is missing; to get it: {self.how_to_get}"


@cache
def find_postgres() -> Path | None:
    """The folder with PostgreSQL's server programs; Debian keeps them off the PATH."""
    folders = [os.environ.get("PG_BIN", "")]
    folders += sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=_version_of, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(str(Path(on_path).resolve().parent))
    for folder in folders:
        if folder and all((Path(folder) / program).exists() for program in ("initdb", "postgres")):
            return Path(folder)
    return None


@cache
def find_chromium() -> Path | None:
    """The browser: $CHROMIUM and no other, else Debian's chromium or an installed Chrome.

    None also where Playwright's own driver lacks a library, as on a bare Debian.
    """
    if subprocess.run([*compute_driver_executable(), "--version"], capture_output=True).returncode:
        return None
    chosen = os.environ.get("CHROMIUM")
    for name in [chosen] if chosen else ["chromium", "chromium-browser", "google-chrome"]:
        found = shutil.which(name)
        if found:
            return Path(found)
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return mac if mac.exists() and not chosen else None


@cache
def find_redis() -> Path | None:
    return _on_path("redis-server")


@cache
def find_nginx() -> Path | None:
    """Debian keeps it off the PATH of ordinary users."""
    return _on_path("nginx", os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


@cache
def find_go() -> Path | None:
    """Also where Go's own archive is unpacked to, which is on nobody's PATH by itself.

    From 1.21 on it fetches the version that a module asks for.
    """
    go = _on_path("go", os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/go/bin"]))
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True).stdout if go else ""
    version = re.match(r"go1\.(\d+)", said)
    return go if version and int(version[1]) >= 21 else None


@cache
def find_java() -> Path | None:
    """The program that runs a source file: Java with its compiler. Maven brings what it runs."""
    java, javac = _on_path("java"), _on_path("javac")
    return java if java and javac and _on_path("mvn") else None


def _on_path(program: str, path: str | None = None) -> Path | None:
    found = shutil.which(program, path=path)
    return Path(found) if found else None


def _version_of(folder: str) -> float:
    return float(Path(folder).parent.name)


POSTGRES = Component(
    "PostgreSQL",
    "apt-get install postgresql, or brew install postgresql@17 (PG_BIN= names its programs' folder)",
    find_postgres,
)
BROWSER = Component(
    "Chromium",
    "apt-get install chromium libatomic1, or brew install --cask chromium (CHROMIUM= names another program)",
    find_chromium,
)
REDIS = Component("Redis", "apt-get install redis-server, or brew install redis", find_redis)
NGINX = Component("nginx", "apt-get install nginx-light, or brew install nginx", find_nginx)
GO = Component("Go", "apt-get install golang-go (1.21 or later), or brew install go", find_go)
ELASTICSEARCH = Component(
    "Elasticsearch",
    "apt-get install default-jdk-headless maven, or brew install openjdk maven (its jars come by Maven)",
    find_java,
)

# By the mark that a test carries.
COMPONENTS = {
    "requires_postgres": POSTGRES,
    "requires_browser": BROWSER,
    "requires_redis": REDIS,
    "requires_nginx": NGINX,
    "requires_go": GO,
    "requires_elasticsearch": ELASTICSEARCH,
}
