"""What the measured processes pass around, the same for all of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """One effect of one step. `step` is its number, 1 to 4."""

    instance_id: str
    step: int


@dataclass(frozen=True, slots=True)
class TaskRecord:
    instance_id: str
    task: int
    actor: str = ""


@dataclass(frozen=True, slots=True)
class StatusRecord:
    instance_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that one wake-up changes, in the order in which it happens."""

    instance_id: str
    sequence: int
    close_task: int | None = None
    actor: str = ""
    steps: tuple[int, ...] = ()
    open_task: int | None = None
    await_message: bool = False
    status: str | None = None
