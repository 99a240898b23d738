"""Child processes: started, watched, started again when they crash, and stopped in order."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.dev.failure import Failure

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
STEADY_AFTER_S = 60.0
LARGEST_LOG = 20_000_000
POLL_S = 0.1
_PR_SET_PDEATHSIG = 1
_libc: Any = ctypes.CDLL(None) if sys.platform == "linux" else None


def _follow_parent() -> None:
    """Let the system end this child when its parent is killed; runs between fork and exec."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One program of the stack. `grace_s` is how long it may take to end when asked to."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    pid_file: Path
    grace_s: float
    process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _log_begun: int = field(default=0, init=False)

    async def start(self) -> None:
        self._rotate_log()
        with self.log.open("ab") as log:
            self._log_begun = log.tell()
            # A session of its own: Ctrl-C in the terminal reaches only us, and we stop the parts in order.
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=_follow_parent,
            )
        self.pid_file.write_text(f"{self.process.pid}\n", encoding="utf-8")

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.returncode is not None

    async def ended(self) -> int:
        return await self.process.wait() if self.process else 0

    async def stop(self) -> None:
        """Ask it to end, and insist after its grace."""
        if self.process and not self.has_ended:
            with suppress(ProcessLookupError):
                self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), self.grace_s)
            except TimeoutError:
                self.kill()
                await self.process.wait()
        self.pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        if self.process and not self.has_ended:
            with suppress(ProcessLookupError):
                self.process.kill()

    def last_words(self) -> str:
        """Tell the last line that it wrote since it was started."""
        text = self.log.read_bytes()[self._log_begun :].decode("utf-8", "replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[-1] if lines else "it said nothing"

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))


async def await_ready(children: Sequence[Child], is_ready: Callable[[], Awaitable[bool]], limit_s: float) -> bool:
    """Wait until the check holds; False when it does not in time. Raises Failure when a child ends meanwhile."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + limit_s
    while not await is_ready():
        for child in children:
            if child.has_ended:
                raise Failure(f"{child.name} ended while starting: {child.last_words()} (see {child.log}).")
        if loop.time() > deadline:
            return False
        await asyncio.sleep(POLL_S)
    return True


async def keep_running(child: Child, report: Callable[[str], None]) -> None:
    """Start a child again whenever it ends, sooner the first time and later each time it does not last."""
    loop = asyncio.get_running_loop()
    pause = FIRST_PAUSE_S
    while True:
        begun = loop.time()
        code = await child.ended()
        if loop.time() - begun > STEADY_AFTER_S:
            pause = FIRST_PAUSE_S
        report(f"{child.name} ended ({describe_exit(code)}); it starts again in {pause:g} s (see {child.log}).")
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)
        await child.start()
        report(f"{child.name} runs again.")


def describe_exit(code: int) -> str:
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
