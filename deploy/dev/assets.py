"""Install the pinned npm packages and build the web assets. Standard library only."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.dev.console import run, step
from deploy.dev.failure import Failure

MINIMUM_NODE = 20


@dataclass(frozen=True)
class Node:
    node: str
    npm: str


@functools.cache
def find_system_node() -> Node | None:
    """Find Node >= 20 together with npm on the path, outside of our own `.venv`."""
    own = str(Path(__file__).parents[2] / ".venv")
    path = os.pathsep.join(p for p in os.environ.get("PATH", "").split(os.pathsep) if not p.startswith(own))
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    return Node(node, npm) if node and npm and _major(node) >= MINIMUM_NODE else None


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True)
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found.group(1)) if found else 0


def find_node(root: Path) -> Node:
    """Take the system's Node, else the one that a package put into `.venv`. Raises Failure when there is neither."""
    system = find_system_node()
    if system:
        return system
    folder = root / ".venv" / "bin"
    if not (folder / "npm").exists():
        raise Failure(f"Node {MINIMUM_NODE} or newer is missing, and its package could not be installed.")
    return Node(str(folder / "node"), str(folder / "npm"))


def is_ready(root: Path) -> bool:
    """Tell whether `web/static/dist` is built from the present sources."""
    return _read(_stamp(root)) == _fingerprint(root)


def ensure(root: Path, state: Path) -> None:
    """Build `web/static/dist` from `web/assets` and the pinned packages. Raises Failure."""
    if is_ready(root):
        return
    ensure_packages(root, state, with_test_packages=False)
    wanted = _fingerprint(root)
    with step("Building web assets"):
        node = find_node(root)
        run([node.node, "web/assets/build.mjs"], state / "setup.log", "The web assets could not be built", cwd=root)
        _stamp(root).write_text(wanted, encoding="utf-8")


def _stamp(root: Path) -> Path:
    return root / "web" / "static" / "dist" / ".dealerflow"


def ensure_packages(root: Path, state: Path, *, with_test_packages: bool) -> None:
    """Install `node_modules` exactly as locked; with the test packages only where they are needed."""
    stamp = root / "node_modules" / ".dealerflow"
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    installed = _read(stamp)
    if installed == f"{lock} all" or (installed == f"{lock} assets" and not with_test_packages):
        return
    with step("Installing web packages"):
        node = find_node(root)
        command = [node.npm, "ci", "--no-progress", *([] if with_test_packages else ["--omit=dev"])]
        # npm is a script that looks for `node` on the path.
        env = {**os.environ, "PATH": f"{Path(node.node).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        run(command, state / "setup.log", "The web packages could not be installed", env=env, cwd=root)
        stamp.write_text(f"{lock} {'all' if with_test_packages else 'assets'}", encoding="utf-8")


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    for path in _sources(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    yield root / "package-lock.json"
    # Icons that templates and the navigation name are gathered into one picture.
    yield root / "web" / "navigation.py"
    for folder in ("assets", "templates"):
        yield from sorted(path for path in (root / "web" / folder).rglob("*") if path.is_file())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
