"""`./dev test` and `./dev fast`: one pytest run; what follows on the command line goes to pytest."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import pytest

from deploy.dev import chromium
from deploy.dev.console import step
from deploy.dev.failure import Failure

WORKERS = 2
NEVER = ("benchmark",)
NOT_IN_A_HURRY = ("server", "postgres", "browser", "scenario", "slow")


def main(arguments: Sequence[str]) -> int:
    fast = "--fast" in arguments
    given = [argument for argument in arguments if argument != "--fast"]
    if not fast:
        try:
            _prepare_browser()
        except Failure as failure:
            print(failure, file=sys.stderr)
            return 1
    return int(pytest.main([*_options(fast), *given]))


def _prepare_browser() -> None:
    """Get Chromium and its font before workers ask for them side by side."""
    with step("Looking for Chromium"):
        chromium.font_environment()
        chromium.find_or_install()


def _options(fast: bool) -> list[str]:
    left_out = (*NEVER, *NOT_IN_A_HURRY) if fast else NEVER
    workers = min(WORKERS, os.cpu_count() or 1)
    return ["-n", str(workers), "-m", " and ".join(f"not {mark}" for mark in left_out), "--durations=10"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
