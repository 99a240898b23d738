"""The pure engine keeps its pace."""

from __future__ import annotations

import pytest

from tests.benchmarks.engine_speed import measure_engine

REACH = 50_000


@pytest.mark.benchmark
def test_the_engine_passes_fifty_thousand_elements_a_second() -> None:
    assert measure_engine() >= REACH
