"""`./dev up` with real servers."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fixtures.stack import PARTS, RunningSystem, StartSystem, start_system
from tests.fixtures.waiting import eventually

PASSWORD = "secret of the demo"


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningSystem]:
    system = await start_system(tmp_path_factory.mktemp("up"), DEALERFLOW_DEMO_PASSWORD=PASSWORD)
    assert system.process.returncode is None, system.output
    yield system
    await system.stop()


@pytest.mark.scenario
class TestARunningSystem:
    """One system, looked at from several sides."""

    async def test_it_welcomes_with_addresses_and_accounts(self, running: RunningSystem) -> None:
        for told in (running.url, "dealer-a-buyer", PASSWORD, str(running.home)):
            assert told in running.output

    async def test_everything_is_healthy(self, running: RunningSystem) -> None:
        status, body = await running.health()
        assert status == 200, body

    async def test_its_home_in_use_is_one_clear_sentence(self, running: RunningSystem) -> None:
        code, told = await _told(await start_system(running.home))
        assert code == 1
        assert told.startswith(f"{running.home} is in use by process {running.process.pid};")

    async def test_another_one_without_demo_runs_beside_it(self, running: RunningSystem, up: StartSystem) -> None:
        other = await up("other", "--no-demo")
        assert [(await each.health())[0] for each in (running, other)] == [200, 200]
        assert "dealer-a-buyer" not in other.output

    @pytest.mark.parametrize("part", PARTS)
    async def test_a_part_that_is_killed_comes_back(self, running: RunningSystem, part: str) -> None:
        await running.kill(part)
        await running.await_healthy()
        assert f"{part} ended (killed by SIGKILL)" in running.output


async def test_however_it_ends_nothing_is_left_and_the_next_start_goes_on(up: StartSystem) -> None:
    killed = await up()
    assert killed.process.returncode is None, killed.output
    pids = [killed.pid(part) for part in PARTS]
    await killed.stop(signal.SIGKILL)

    async def all_ended() -> bool:
        return not any(map(_runs, pids))

    await eventually(all_ended, 60, "the end of all parts")
    again = await up(port=killed.port, DEALERFLOW_DEMO_PASSWORD="another")
    assert again.process.returncode is None, again.output
    assert (await again.health())[0] == 200
    pids = [again.pid(part) for part in PARTS]
    assert await again.stop() == 0
    assert not any(map(_runs, pids))
    assert "demo company with" in killed.output
    assert "demo company with" not in again.output
    assert "the one this home was first started with" in again.output


async def test_a_taken_port_is_one_clear_sentence(up: StartSystem) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        refused = await up(port=port)
    assert await _told(refused) == (1, f"Port {port} of 127.0.0.1 is taken; choose another with --port N.")


async def test_a_port_that_is_none_is_one_clear_sentence(up: StartSystem) -> None:
    refused = await up("home", "--port", "http")
    assert await _told(refused) == (1, "'http' is not a port; a number from 1 to 65535 is.")


async def test_settings_come_from_the_environment_too(up: StartSystem) -> None:
    refused = await up("home", "--port", "", DEALERFLOW_PORT="70000")
    assert await _told(refused) == (1, "'70000' is not a port; a number from 1 to 65535 is.")


async def _told(system: RunningSystem) -> tuple[int, str]:
    code = await system.stop()
    return code, system.output.strip()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has asked about yet does not count.
    return b") Z" not in Path(f"/proc/{pid}/stat").read_bytes()
