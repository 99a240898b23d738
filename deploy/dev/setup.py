"""Prepare what a task needs, then hand over to it. Standard library only: it runs before anything is installed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.dev import assets, environment
from deploy.dev.failure import Failure

NEED_ASSETS = frozenset({"up", "test", "fast", "bench", "replay", "assets"})


def run(root: str, arguments: Sequence[str]) -> int:
    """List the tasks, or prepare and become the task that was asked for."""
    folder = Path(root)
    tasks = read_tasks(folder)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(describe(tasks))
        return 0
    name = arguments[0]
    if name not in tasks:
        print(f"There is no task {name!r}; ./dev lists what there is.", file=sys.stderr)
        return 1
    try:
        prepare(folder, name)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    become_task(folder, arguments)
    return 0


def read_tasks(root: Path) -> Mapping[str, Mapping[str, Any]]:
    with (root / "pyproject.toml").open("rb") as file:
        tasks: Mapping[str, Mapping[str, Any]] = tomllib.load(file)["tool"]["poe"]["tasks"]
    return tasks


def describe(tasks: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [f"  {name:<8} {task['help']}" for name, task in tasks.items()]
    return "\n".join(["Tasks:", *lines])


def prepare(root: Path, task: str) -> None:
    """Make `.venv` and, for tasks that show pages, the web assets. Does nothing that is already done."""
    if _is_prepared(root, task):
        return
    with _alone(root) as state:
        environment.ensure(root, state)
        if task in NEED_ASSETS:
            assets.ensure(root, state)


def _is_prepared(root: Path, task: str) -> bool:
    if task == "lock" and environment.has_uv(root):
        # It repairs the very files that the rest is made from.
        return True
    return environment.is_ready(root) and (task not in NEED_ASSETS or assets.is_ready(root))


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[Path]:
    """Let one set-up run at a time in this tree; yields the folder for its log. Raises Failure."""
    state = root / ".dev"
    try:
        state.mkdir(exist_ok=True)
        lock = (state / "setup.lock").open("w")
    except OSError as error:
        raise Failure(f"Cannot write into {root}: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another ./dev that is setting up …", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield state


def become_task(root: Path, arguments: Sequence[str]) -> None:
    """Replace this process by the task, run by poethepoet in `.venv`; the tree is importable."""
    python = environment.interpreter(root)
    env = dict(os.environ)
    if env.pop("PYTHONDONTWRITEBYTECODE", None):
        # Compiling everything at every start would cost many seconds; the tree stays clean all the same.
        env["PYTHONPYCACHEPREFIX"] = str(root / ".dev" / "pycache")
    env["PATH"] = f"{python.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    env["VIRTUAL_ENV"] = str(root / ".venv")
    env["DEALERFLOW_CALLED_FROM"] = str(Path.cwd())
    env.pop("PYTHONHOME", None)
    os.execve(python, [str(python), "-m", "poethepoet", "-q", "-C", str(root), *arguments], env)
