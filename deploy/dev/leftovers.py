"""What an `up` that was killed may have left running in a home."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from deploy.dev.home import Home

PATIENCE_S = 15.0


def end_leftovers(home: Home) -> None:
    """Stop processes that an earlier `up` of this home left behind; others with a reused id are left alone."""
    for pid_file in home.pid_file("").parent.glob("*.pid"):
        pid = _read_pid(pid_file)
        if pid and _belongs_to(pid, home):
            _end(pid, home)
        pid_file.unlink(missing_ok=True)


def _read_pid(pid_file: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(pid_file.read_text(encoding="utf-8"))
    return None


def _belongs_to(pid: int, home: Home) -> bool:
    """Tell by its environment, where the system shows it (Linux); one that has ended has none."""
    with suppress(OSError):
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        return f"DEALERFLOW_HOME={home.path}".encode() in environment
    return False


def _end(pid: int, home: Home) -> None:
    deadline = time.monotonic() + PATIENCE_S
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        while _belongs_to(pid, home) and time.monotonic() < deadline:
            time.sleep(0.1)
        if _belongs_to(pid, home):
            os.kill(pid, signal.SIGKILL)
