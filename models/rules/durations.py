"""ISO 8601 durations, instants and repeating intervals: when is a timer due.

Years and months follow the calendar: a month after 31 January is the last day of February (grammar: RFC 3339, appendix
A).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta

_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d+(?:\.\d+)?)Y)?(?:(?P<months>\d+(?:\.\d+)?)M)?(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_CYCLE = re.compile(r"R(?P<count>\d*)/(?P<rest>.+)")
DAYS_IN_PART_OF_MONTH = 30
"""Half a month is 15 days, whatever the month."""


class BadDuration(ValueError):
    """The text is no ISO 8601 duration, instant or repeating interval."""


@dataclass(frozen=True, slots=True)
class Duration:
    """Calendar months and an exact remainder."""

    months: int
    rest: timedelta

    def after(self, start: datetime) -> datetime:
        """Add to an instant; the day is clipped to the length of the month it falls in."""
        year, month0 = divmod(start.year * 12 + start.month - 1 + self.months, 12)
        if year > MAXYEAR:
            raise BadDuration("beyond the end of the calendar")
        day = min(start.day, calendar.monthrange(year, month0 + 1)[1])
        try:
            return start.replace(year=year, month=month0 + 1, day=day) + self.rest
        except OverflowError as error:
            raise BadDuration("beyond the end of the calendar") from error


def parse_duration(text: str) -> Duration:
    """Read `P1Y2M3DT4H5M6S` or `P2W`. Raises BadDuration."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise BadDuration(f"{text!r} is not an ISO 8601 duration")
    parts = {name: float(value) for name, value in match.groupdict().items() if value is not None}
    months = parts.pop("years", 0) * 12 + parts.pop("months", 0)
    try:
        return Duration(int(months), timedelta(**parts) + timedelta(days=DAYS_IN_PART_OF_MONTH * (months % 1)))
    except OverflowError as error:
        raise BadDuration(f"{text!r} is longer than anything can be waited for") from error


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant; one without an offset is taken as UTC. Raises BadDuration."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadDuration(f"{text!r} is not an ISO 8601 instant") from error
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def due_after(text: str, now: datetime) -> datetime:
    """Tell when a duration that starts now ends. Raises BadDuration."""
    return parse_duration(text).after(now)


def next_occurrence(text: str, now: datetime) -> datetime:
    """Tell when the next turn of `R3/PT1H` or `R/2026-01-01T00:00:00Z/P1D` comes; how many turns is not judged here.

    Raises BadDuration.
    """
    match = _CYCLE.fullmatch(text.strip())
    rest = match["rest"] if match else text
    first, slash, second = rest.partition("/")
    if not slash:
        return due_after(first, now)
    start, step = parse_instant(first), parse_duration(second)
    if start > now:
        return start
    if step.months == 0 and step.rest > timedelta(0):
        return start + ((now - start) // step.rest + 1) * step.rest
    return _next_calendar_turn(start, step, now)


def _next_calendar_turn(start: datetime, step: Duration, now: datetime) -> datetime:
    """Count turns from the start, so that a series on the 31st returns to the 31st after February."""
    if step.months <= 0:
        raise BadDuration("a repeating interval must move forward")
    months_passed = (now.year - start.year) * 12 + now.month - start.month
    turn = max(1, months_passed // step.months)
    while (due := Duration(step.months * turn, step.rest * turn).after(start)) <= now:
        turn += 1
    return due
