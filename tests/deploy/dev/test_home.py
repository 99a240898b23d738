"""A home is used by one `./dev up` at a time, and remembers its ports."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.dev.failure import Failure
from deploy.dev.home import Home, occupied, remember_ports
from deploy.dev.leftovers import end_leftovers
from deploy.dev.ports import LOCAL, is_taken


def test_a_home_is_made_and_says_who_is_in_it(tmp_path: Path) -> None:
    with occupied(tmp_path / "a" / "home") as home:
        assert home.lock.read_text() == f"{os.getpid()}\n"
        assert home.logs.is_dir()


def test_a_home_is_used_by_one_at_a_time(tmp_path: Path) -> None:
    told = f"{tmp_path} is in use by process {os.getpid()}; stop that one, or choose another folder with --home DIR."
    with occupied(tmp_path):
        assert _refusal(tmp_path) == told


def _refusal(path: Path) -> str:
    with pytest.raises(Failure) as refused, occupied(path):
        pass
    return str(refused.value)


def test_two_homes_stand_side_by_side(tmp_path: Path) -> None:
    with occupied(tmp_path / "a") as a, occupied(tmp_path / "b") as b:
        ports = [*remember_ports(a, LOCAL).values(), *remember_ports(b, LOCAL).values()]
    assert len(set(ports)) == 4


@pytest.mark.parametrize("left", [b"99999999\n", b"", b"\xffgarbage\n"])
def test_a_lock_that_nobody_holds_is_taken_over(tmp_path: Path, left: bytes) -> None:
    Home(tmp_path).lock.write_bytes(left)
    with occupied(tmp_path) as home:
        assert home.lock.read_text() == f"{os.getpid()}\n"


def test_a_lock_that_is_no_file_is_one_clear_sentence(tmp_path: Path) -> None:
    Home(tmp_path).lock.mkdir()
    assert re.match(r"^The lock .* cannot be used \(.*\); remove it and start again\.$", _refusal(tmp_path))


def test_a_home_that_is_a_file_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    assert re.match(r"^Cannot write into .*; choose another folder with --home DIR\.$", _refusal(tmp_path / "home"))


def test_a_home_without_permission_is_one_clear_sentence(forbidden_folder: Path) -> None:
    assert re.match(
        r"^Cannot write into .*: Permission denied; choose another folder", _refusal(forbidden_folder / "home")
    )


def test_ports_are_remembered(tmp_path: Path) -> None:
    with occupied(tmp_path) as home:
        assert remember_ports(home, LOCAL) == remember_ports(home, LOCAL)


def test_a_remembered_port_that_is_taken_now_is_replaced(tmp_path: Path) -> None:
    with occupied(tmp_path) as home, socket.socket() as stranger:
        before = remember_ports(home, LOCAL)
        stranger.bind((LOCAL, before["temporal"]))
        stranger.listen()
        assert is_taken(before["temporal"])
        after = remember_ports(home, LOCAL)
    assert after["temporal"] != before["temporal"]
    assert after["temporal_ui"] == before["temporal_ui"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"temporal": "x", "temporal_ui": 99999}'])
def test_broken_ports_are_chosen_anew(tmp_path: Path, content: str) -> None:
    with occupied(tmp_path) as home:
        home.ports.write_text(content)
        assert set(remember_ports(home, LOCAL)) == {"temporal", "temporal_ui"}


def test_what_a_killed_up_left_running_is_stopped_and_strangers_are_not(tmp_path: Path) -> None:
    sleeper = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"]
    with occupied(tmp_path) as home:
        ours = _start(sleeper, home, {"DEALERFLOW_HOME": str(home.path)})
        stranger = _start(sleeper, home, {})
        for name, process in (("web", ours), ("worker", stranger)):
            home.pid_file(name).write_text(str(process.pid))
        home.pid_file("temporal").write_text("garbage")
        end_leftovers(home)
        assert list(home.pid_file("").parent.iterdir()) == []
        assert stranger.poll() is None
        for process in (ours, stranger):
            process.communicate(b"")
        assert (ours.returncode, stranger.returncode) == (-15, 0)


def _start(command: list[str], home: Home, env: dict[str, str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    return process
