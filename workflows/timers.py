"""The timers of one instance: Temporal timers that end in a trigger, kept by deadline to be carried on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from temporalio import workflow

from models.rules import durations
from workflows.bpmn.commands import StartTimer, TimerKind

LONGEST = timedelta(days=100 * 365)
SHORTEST_TURN = timedelta(seconds=1)
"""A repeating interval of no length would keep the instance busy for ever."""


def deadline(kind: TimerKind, text: str, now: datetime) -> datetime:
    """Tell when a timer that starts now is due; what lies beyond the calendar is due in a hundred years."""
    try:
        if kind == TimerKind.DATE:
            due = durations.parse_instant(text)
        elif kind == TimerKind.CYCLE:
            due = max(durations.next_occurrence(text, now), now + SHORTEST_TURN)
        else:
            due = durations.due_after(text, now)
    except durations.BadDuration:
        # The engine has checked the text: only its length can be the trouble.
        return now + LONGEST
    return min(due, now + LONGEST)


class Timers:
    """Run a task for each timer and call `fire` with its name when it is due."""

    def __init__(self, fire: Callable[[str], None]) -> None:
        self._fire = fire
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._deadlines: dict[str, datetime] = {}

    @property
    def deadlines(self) -> dict[str, str]:
        return {timer: due.isoformat() for timer, due in self._deadlines.items()}

    def start(self, command: StartTimer, now: datetime) -> None:
        self._arm(command.timer, deadline(command.kind, command.text, now))

    def restore(self, deadlines: Mapping[str, str]) -> None:
        """Go on waiting in a new run for what the run before it waited for."""
        for timer, due in deadlines.items():
            self._arm(timer, datetime.fromisoformat(due))

    def cancel(self, timer: str) -> None:
        self._deadlines.pop(timer, None)
        task = self._tasks.pop(timer, None)
        if task is not None:
            task.cancel()

    def cancel_all(self) -> None:
        for timer in list(self._tasks):
            self.cancel(timer)

    def _arm(self, timer: str, due: datetime) -> None:
        self.cancel(timer)
        self._deadlines[timer] = due
        self._tasks[timer] = asyncio.create_task(self._wait(timer, due))

    async def _wait(self, timer: str, due: datetime) -> None:
        seconds = (due - workflow.now()).total_seconds()
        if seconds > 0:
            await workflow.sleep(seconds, summary=timer)
        # The task forgets itself first: cancelling it from the wake-up that it causes would be cancelling the caller.
        self._tasks.pop(timer, None)
        self._deadlines.pop(timer, None)
        self._fire(timer)
