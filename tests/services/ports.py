"""Free ports for the servers that tests start."""

import socket


def free_port() -> int:
    """One on which nobody listens now; whoever asked should take it soon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
