"""Values that travel between the process workflow, its one local activity and the people who act."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepKey:
    """The idempotency key of one visit of one step, with the moment and person that caused it."""

    instance_id: str
    activation: str
    at: str
    """ISO 8601 instant of the wake-up: the step's notion of now, the same on a repetition."""
    actor: str = "system"
    compensates: str | None = None

    def __str__(self) -> str:
        return f"{self.instance_id}/{self.activation}"


class StepError(Exception):
    """A step failed for good. A boundary error event with this code catches it, else it becomes an incident."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
