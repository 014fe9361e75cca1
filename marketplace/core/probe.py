"""Is the container well? `python -m marketplace.core.probe web|worker` ends with 0 if so, else says why.

Without Django, whose start costs a second or two of the processor every time.
"""

import os
import socket
import sys
import urllib.request

import environ
import psycopg

SECONDS = 3
SILENT_SECONDS = 30
"""A worker shows a sign of life every second; this long without one it is stuck or its database is away."""

SIGN_OF_LIFE = """
SELECT 1 FROM core_taskworker WHERE host = %s AND seen_at > now() - %s * interval '1 second'
"""


def probe_web(port: int = 8000) -> None:
    """Raise OSError unless this machine's server can serve; asked by a name that the site answers to."""
    host = os.environ.get("OCOP_HOSTS", "").split(",")[0].strip().lstrip(".").replace("*", "") or "localhost"
    request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
    urllib.request.urlopen(request, timeout=SECONDS).close()  # noqa: S310 - our own


def probe_worker(host: str | None = None) -> None:
    """Raise OSError or psycopg.Error unless a worker of this machine has lately shown a sign of life."""
    database = environ.Env().db_url("DATABASE_URL")
    with psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or 5432,
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=database["NAME"],
        connect_timeout=SECONDS,
    ) as connection:
        found = connection.execute(SIGN_OF_LIFE, [host or socket.gethostname(), SILENT_SECONDS]).fetchone()
    if not found:
        raise OSError(f"No worker of this machine has shown a sign of life in {SILENT_SECONDS} seconds.")


def main(arguments: list[str]) -> int:
    probes = {"web": probe_web, "worker": probe_worker}
    if len(arguments) != 1 or arguments[0] not in probes:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        probes[arguments[0]]()
    except (OSError, psycopg.Error) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
