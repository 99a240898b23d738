"""Ports: find free ones, tell taken ones."""

from __future__ import annotations

import socket

LOCAL = "127.0.0.1"


def find_free_port(host: str = LOCAL) -> int:
    """Ask the system for a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def is_taken(port: int, host: str = LOCAL) -> bool:
    """Tell whether a server could not listen there. A connection that just ended does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
