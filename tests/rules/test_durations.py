"""When a timer is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.rules.durations import BadDuration, due_after, next_occurrence, parse_instant

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("PT48H", NOON + timedelta(hours=48)),
        ("P2W", NOON + timedelta(weeks=2)),
        ("P1DT2H3M4.5S", NOON + timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("P1M", datetime(2026, 2, 28, 12, tzinfo=UTC)),
        ("P13M", datetime(2027, 2, 28, 12, tzinfo=UTC)),
        ("P2Y1M", datetime(2028, 2, 29, 12, tzinfo=UTC)),
        ("P0.5M", NOON + timedelta(days=15)),
        ("P0D", NOON),
        (" PT5M ", NOON + timedelta(minutes=5)),
    ],
)
def test_a_duration_ends(text: str, due: datetime) -> None:
    assert due_after(text, NOON) == due


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "48H", "P-1D", "PT1H30", "P1S", "tomorrow", "P99999999Y", "P999999999D"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadDuration):
        due_after(text, NOON)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01T08:00:00+08:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T00:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_utc(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


def test_no_instant_is_refused() -> None:
    with pytest.raises(BadDuration):
        parse_instant("soon")


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("R3/PT1H", NOON + timedelta(hours=1)),
        ("R/P1D", NOON + timedelta(days=1)),
        ("R/2026-02-05T09:00:00Z/P1D", datetime(2026, 2, 5, 9, tzinfo=UTC)),
        ("R/2026-01-01T09:00:00Z/P1D", datetime(2026, 2, 1, 9, tzinfo=UTC)),
        ("R/2026-01-31T12:00:00Z/P1D", datetime(2026, 2, 1, 12, tzinfo=UTC)),
        ("R/2025-12-31T09:00:00Z/P1M", datetime(2026, 2, 28, 9, tzinfo=UTC)),
        ("R/2025-08-31T18:00:00Z/P1M", datetime(2026, 1, 31, 18, tzinfo=UTC)),
        ("R/2020-02-29T00:00:00Z/P1Y", datetime(2026, 2, 28, tzinfo=UTC)),
    ],
)
def test_a_repeating_interval_comes_round(text: str, due: datetime) -> None:
    assert next_occurrence(text, NOON) == due


@pytest.mark.parametrize("text", ["R3/", "R/2026-01-01T00:00:00Z/P0D", "R/2026-01-01T00:00:00Z/", "R3/never"])
def test_an_interval_that_gets_nowhere_is_refused(text: str) -> None:
    with pytest.raises(BadDuration):
        next_occurrence(text, NOON)
