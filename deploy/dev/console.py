"""Show what set-up does: one line for each step, its output kept in a log."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.dev.failure import Failure

# What pip, uv and npm say at length, in a few words.
CAUSES = (
    (re.compile(r"No space left on device|ENOSPC", re.IGNORECASE), "no space is left on the disk"),
    (
        re.compile(
            r"NameResolutionError|Failed to establish a new connection|Connection refused|error sending request"
            r"|dns error|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ConnectTimeout|Read timed out"
            r"|Network is unreachable",
            re.IGNORECASE,
        ),
        "the package registry cannot be reached",
    ),
)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, count its seconds on a terminal, and tell how long it took."""
    begun = time.monotonic()
    done = threading.Event()
    if sys.stderr.isatty():
        threading.Thread(target=_tick, args=(title, begun, done), daemon=True).start()
    else:
        print(f"{title} …", file=sys.stderr, flush=True)
    try:
        yield
    except BaseException:
        done.set()
        _end_line(f"{title}: failed")
        raise
    done.set()
    _end_line(f"{title}: done in {time.monotonic() - begun:.0f} s")


def _tick(title: str, begun: float, done: threading.Event) -> None:
    while not done.wait(0.5):
        print(f"\r{title} … {time.monotonic() - begun:.0f} s", end="", file=sys.stderr, flush=True)


def _end_line(text: str) -> None:
    print(f"\r\x1b[K{text}" if sys.stderr.isatty() else text, file=sys.stderr, flush=True)


def run(
    command: Sequence[str], log: Path, failure: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> None:
    """Run a command into the log. Raises Failure with the command's last words."""
    with log.open("ab") as output:
        output.write(f"$ {' '.join(command)}\n".encode())
        output.flush()
        begun = output.tell()
        try:
            code = subprocess.call(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=env, cwd=cwd)
        except OSError as error:
            raise Failure(f"{failure}: {error}.") from error
    if code != 0:
        raise Failure(f"{failure}: {_last_words(log, begun)} (all of it: {log}).")


def _last_words(log: Path, begun: int) -> str:
    said = log.read_bytes()[begun:].decode("utf-8", "replace")
    for pattern, meaning in CAUSES:
        if pattern.search(said):
            return meaning
    spoken = [line.strip() for line in said.split("\n") if line.strip()]
    telling = [line for line in spoken if "error" in line.lower()]
    return (telling or spoken or ["it said nothing"])[-1].rstrip(".")
