"""A home: the folder that holds all state of one running system, used by one `./dev up` at a time."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.dev.failure import Failure
from deploy.dev.ports import find_free_port, is_taken

LEAST_FREE_MB = 200
PORT_NAMES = ("temporal", "temporal_ui")


@dataclass(frozen=True)
class Home:
    path: Path

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def temporal_store(self) -> Path:
        return self.path / "temporal.db"

    @property
    def lock(self) -> Path:
        return self.path / "up.lock"

    @property
    def ports(self) -> Path:
        return self.path / "ports.json"

    def pid_file(self, name: str) -> Path:
        """Where the process id of a running part stands."""
        return self.path / "run" / f"{name}.pid"


@contextmanager
def occupied(path: Path) -> Iterator[Home]:
    """Make the folder where it is missing and keep it for this process. Raises Failure."""
    home = Home(path)
    _prepare(home)
    descriptor = _open_lock(home)
    try:
        _lock(home, descriptor)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield home
    finally:
        os.close(descriptor)


def _prepare(home: Home) -> None:
    try:
        for folder in (home.path, home.logs, home.pid_file("").parent):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        free_mb = shutil.disk_usage(home.path).free // 1_000_000
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failure(f"Cannot write into {home.path}: {reason}; choose another folder with --home DIR.") from error
    if free_mb < LEAST_FREE_MB:
        raise Failure(f"Only {free_mb} MB are free at {home.path}; {LEAST_FREE_MB} MB are needed.")


def _open_lock(home: Home) -> int:
    try:
        return os.open(home.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Failure(f"The lock {home.lock} cannot be used ({error.strerror}); remove it and start again.") from error


def _lock(home: Home, descriptor: int) -> None:
    """Take the lock that the system drops when its holder dies; what the file says is only told to people."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(descriptor, 100).decode(errors="replace").strip()
        who = f"process {holder}" if holder.isdigit() else "another process"
        raise Failure(
            f"{home.path} is in use by {who}; stop that one, or choose another folder with --home DIR."
        ) from error


def remember_ports(home: Home, host: str) -> Mapping[str, int]:
    """Give Temporal the ports it had in this home, or free ones where it had none or they are taken now."""
    known = _read_ports(home)
    ports: dict[str, int] = {}
    for name in PORT_NAMES:
        port = known.get(name)
        while port is None or port in ports.values() or is_taken(port, host):
            port = find_free_port(host)
        ports[name] = port
    home.ports.write_text(json.dumps(ports), encoding="utf-8")
    return ports


def _read_ports(home: Home) -> Mapping[str, int]:
    with suppress(OSError, ValueError):
        known = json.loads(home.ports.read_text(encoding="utf-8"))
        if isinstance(known, dict):
            return {name: port for name, port in known.items() if isinstance(port, int) and 0 < port < 65536}
    return {}
