"""Style, formatting and types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.tree import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "check", "--output-format=concise", "."), id="style"),
        pytest.param(("ruff", "format", "--check", "--output-format=concise", "."), id="formatting"),
        pytest.param(("mypy",), id="types", marks=pytest.mark.slow),
    ],
)
def test_the_code_is_in_shape(command: tuple[str, ...]) -> None:
    answer = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)
    # mypy lists every overload that does not fit, as notes.
    said = [line for line in (answer.stdout + answer.stderr).splitlines() if ": note: " not in line]
    if answer.returncode != 0:
        pytest.fail("\n".join(said), pytrace=False)


def test_locks_name_no_host() -> None:
    for name in ("requirements.lock", "package-lock.json"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        # npm keeps where a package asks for donations.
        assert [line for line in lines if "://" in line and '"url"' not in line] == []
