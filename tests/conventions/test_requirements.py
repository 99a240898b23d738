"""`docs/requirements.md` is a living table: what it says works names a test that exists."""

from __future__ import annotations

import re
from functools import cache

from tests.conventions.tree import ROOT, test_sources

TABLE = ROOT / "docs" / "requirements.md"
TEST = re.compile(r"tests/[\w/]+\.py(?:::(\w+))?")
NUMBER = re.compile(r"\b([FXAT])(\d{1,2})\b")
LAST = {"F": 66, "X": 21, "A": 20, "T": 11}
WORKS = re.compile(r"\|\s*works\b", re.IGNORECASE)


def test_every_requirement_has_its_row() -> None:
    rows = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    numbered = {(kind, int(number)) for row in rows for kind, number in NUMBER.findall(row.split("|")[1])}
    wanted = {(kind, number) for kind, last in LAST.items() for number in range(1, last + 1)}
    assert sorted(wanted - numbered) == []


def test_what_works_names_a_test_that_exists() -> None:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        found = list(TEST.finditer(line))
        assert found or not WORKS.search(line), f"works, but names no test: {line}"
        for each in found:
            path, _, name = each.group(0).partition("::")
            assert path in _tests(), f"there is no {path}: {line}"
            assert not name or name in _tests()[path], f"there is no {each.group(0)}"


@cache
def _tests() -> dict[str, set[str]]:
    return {source.name: {function.name for function in source.functions} for source in test_sources()}
