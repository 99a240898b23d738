"""Child processes are watched, started again, and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.dev import children
from deploy.dev.children import Child, await_ready, keep_running
from deploy.dev.failure import Failure
from tests.fixtures.waiting import eventually

OBEDIENT = "import sys; print('up', flush=True); sys.stdin.read(); import signal; signal.pause()"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"


def _child(folder: Path, program: str, grace_s: float = 10) -> Child:
    command = [sys.executable, "-c", program]
    return Child("worker", command, dict(os.environ), folder / "worker.log", folder / "worker.pid", grace_s)


async def _is_up(child: Child) -> bool:
    return child.last_words() == "up"


async def _started(child: Child) -> Child:
    await child.start()
    await eventually(lambda: _is_up(child))
    return child


@pytest.fixture
async def obedient(tmp_path: Path) -> AsyncIterator[Child]:
    child = await _started(_child(tmp_path, OBEDIENT))
    yield child
    await child.stop()


async def test_a_child_says_who_it_is_and_ends_when_asked_to(obedient: Child) -> None:
    assert obedient.process
    assert obedient.pid_file.read_text() == f"{obedient.process.pid}\n"
    await obedient.stop()
    assert obedient.process.returncode == -signal.SIGTERM
    assert not obedient.pid_file.exists()


async def test_a_child_that_does_not_end_is_made_to(tmp_path: Path) -> None:
    child = await _started(_child(tmp_path, STUBBORN, grace_s=0.1))
    await child.stop()
    assert child.process
    assert child.process.returncode == -signal.SIGKILL


async def test_a_child_that_crashes_is_started_again_and_told(obedient: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_PAUSE_S", 0.01)
    told: list[str] = []
    keeper = asyncio.create_task(keep_running(obedient, told.append))
    for times in (1, 2):
        obedient.kill()

        async def is_back(times: int = times) -> bool:
            return told[2 * times - 1 :] == ["worker runs again."] and await _is_up(obedient)

        await eventually(is_back)
    keeper.cancel()
    assert told[0] == f"worker ended (killed by SIGKILL); it starts again in 0.01 s (see {obedient.log})."
    assert told[2].startswith("worker ended (killed by SIGKILL); it starts again in 0.02 s")


async def test_a_child_that_ends_while_starting_is_told_by_its_last_words(tmp_path: Path) -> None:
    child = _child(tmp_path, "raise SystemExit('no such thing')")
    child.log.write_text("of an earlier run\n")
    await child.start()

    async def never() -> bool:
        return False

    with pytest.raises(Failure, match=r"^worker ended while starting: no such thing \(see .*worker.log\)\.$"):
        await await_ready([child], never, 20)


async def test_waiting_for_readiness_ends(obedient: Child) -> None:
    async def never() -> bool:
        return False

    assert not await await_ready([obedient], never, 0.05)


def test_a_long_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "LARGEST_LOG", 3)
    child = _child(tmp_path, "")
    child.log.write_text("long")
    child._rotate_log()
    assert (tmp_path / "worker.old.log").read_text() == "long"
