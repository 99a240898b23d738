"""What every test may ask for. The fixtures themselves are in `tests/fixtures`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = (
    "tests.fixtures.browser",
    "tests.fixtures.company",
    "tests.fixtures.data",
    "tests.fixtures.databases",
    "tests.fixtures.stack",
    "tests.fixtures.temporal",
)

SLOW_MACHINE = (HealthCheck.too_slow,)
settings.register_profile("dealerflow", deadline=None, suppress_health_check=SLOW_MACHINE, print_blob=True)
settings.register_profile("ci", settings.get_profile("dealerflow"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dealerflow")

TESTS = Path(__file__).parent
MARKS_BY_FIXTURE = {
    "temporal": "server",
    "time_skipping": "server",
    "postgres_server": "postgres",
    "browser": "browser",
    "chromium_path": "browser",
    "system": "scenario",
    "up": "scenario",
}
MARKS_BY_FOLDER = {"scenarios": "scenario", "benchmarks": "benchmark"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it needs, so that nobody has to remember it."""
    for item in items:
        marks = set(_marks(item))
        for mark in marks:
            item.add_marker(mark)
        if item.get_closest_marker("scenario") and "server" not in marks:
            # It brings processes of its own: two such side by side only slow each other down.
            item.add_marker(pytest.mark.xdist_group("systems"))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a set by its sorted members: its own order differs between the processes that share the tests."""
    return "+".join(sorted(map(str, val))) or "none" if isinstance(val, set | frozenset) else None


def _marks(item: pytest.Item) -> Iterator[str]:
    folder = item.path.relative_to(TESTS).parts[0]
    if folder in MARKS_BY_FOLDER:
        yield MARKS_BY_FOLDER[folder]
    for fixture in getattr(item, "fixturenames", ()):
        if fixture in MARKS_BY_FIXTURE:
            yield MARKS_BY_FIXTURE[fixture]
    if getattr(getattr(item, "callspec", None), "params", {}).get("database_kind") == "postgresql":
        yield "postgres"
