"""The texts of timers: durations, instants and repeating intervals of ISO 8601, checked without a clock."""

from __future__ import annotations

import re
from datetime import datetime

from workflows.bpmn.commands import TimerKind

_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_DURATION = re.compile(
    rf"P(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_CYCLE = re.compile(r"R(?P<count>\d{0,6})(?:/(?P<start>[^/P][^/]*))?/(?P<interval>P[^/]+)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})")


def is_duration(text: str) -> bool:
    return _DURATION.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Accept an instant with a time zone; without one it would depend on the machine."""
    if _DATE.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_cycle(text: str) -> bool:
    match = _CYCLE.fullmatch(text)
    if match is None or not is_duration(match["interval"]):
        return False
    return match["count"] != "0" and (match["start"] is None or is_date(match["start"]))


def is_timer_text(kind: TimerKind, text: str) -> bool:
    return {TimerKind.DURATION: is_duration, TimerKind.DATE: is_date, TimerKind.CYCLE: is_cycle}[kind](text)


def next_cycle(text: str) -> str | None:
    """Give what is left of a repeating interval after one firing, None after the last."""
    match = _CYCLE.fullmatch(text)
    if match is None or match["count"] == "1":
        return None
    count = "" if match["count"] == "" else str(int(match["count"]) - 1)
    return f"R{count}/{match['interval']}"
