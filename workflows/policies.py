"""How long a remote step may take and how it is retried: the one table, by the area in front of the step's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.common import RetryPolicy


@dataclass(frozen=True, slots=True)
class StepPolicy:
    """After `attempts` transient failures ops get an incident; a StepError is never retried."""

    start_to_close: timedelta = timedelta(minutes=2)
    heartbeat: timedelta = timedelta(seconds=20)
    first_interval: timedelta = timedelta(seconds=1)
    longest_interval: timedelta = timedelta(minutes=5)
    attempts: int = 20
    """With these intervals: about an hour."""

    @property
    def retry(self) -> RetryPolicy:
        return RetryPolicy(
            initial_interval=self.first_interval,
            backoff_coefficient=2.0,
            maximum_interval=self.longest_interval,
            maximum_attempts=self.attempts,
        )


@dataclass(frozen=True, slots=True)
class PolicyTable:
    default: StepPolicy = StepPolicy()
    areas: Mapping[str, StepPolicy] = field(default_factory=dict)

    def of(self, step: str) -> StepPolicy:
        return self.areas.get(step.partition(".")[0], self.default)


REMOTE = PolicyTable(
    areas={
        # Carriers and banks are down for hours: keep asking for a day before somebody is called.
        "shipping": StepPolicy(longest_interval=timedelta(minutes=15), attempts=100),
        "payments": StepPolicy(longest_interval=timedelta(minutes=15), attempts=100),
    }
)

WAKE_UP_TIMEOUT = timedelta(seconds=60)
WAKE_UP_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), backoff_coefficient=2.0, maximum_interval=timedelta(seconds=60)
)
WAKE_UP_LOCAL_RETRY = timedelta(seconds=10)
"""A wake-up that fails for longer waits on a Temporal timer, so that a database that is away costs little history."""
