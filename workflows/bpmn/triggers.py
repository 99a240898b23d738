"""What the engine is told: every trigger is a fact that has already happened.

Triggers are plain frozen dataclasses of JSON values, so that they travel through Temporal unchanged and a recorded
sequence of them replays to the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = Any
"""A value of JSON: None, bool, int, float, str, list or dict with string keys."""


@dataclass(frozen=True, slots=True)
class Start:
    """Begin at the none start event, or at the start event named (a message start, say)."""

    variables: dict[str, Json] = field(default_factory=dict)
    element_id: str | None = None


@dataclass(frozen=True, slots=True)
class TaskCompleted:
    """A person finished the open task of this activation."""

    activation: str
    action: str
    data: dict[str, Json] = field(default_factory=dict)
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class StepCompleted:
    """The step of this activation (or its compensation) returned."""

    activation: str
    output: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepFailed:
    """The step of this activation failed for good: a BPMN error where something catches `code`, else an incident."""

    activation: str
    message: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer that a `StartTimer` command named is due."""

    timer: str


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message was correlated to this subscription."""

    subscription: str
    payload: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChildCompleted:
    """The called process ended well; `compensations` undo what it did, oldest first."""

    activation: str
    variables: dict[str, Json] = field(default_factory=dict)
    compensations: list[dict[str, Json]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ChildFailed:
    """The called process ended with a BPMN error (`code`) or could not run (no code)."""

    activation: str
    message: str
    code: str | None = None
    compensations: list[dict[str, Json]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class IncidentRetried:
    """Ops asked to try the activation again."""

    activation: str


@dataclass(frozen=True, slots=True)
class IncidentSkipped:
    """Ops gave a result in place of the activation's own."""

    activation: str
    output: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VariablesSet:
    """Ops corrected variables of the process."""

    values: dict[str, Json]


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """End the instance: undo completed steps in reverse order of completion, then finish as cancelled."""

    reason: str
    actor: str | None = None


Trigger = (
    Start
    | TaskCompleted
    | StepCompleted
    | StepFailed
    | TimerFired
    | MessageReceived
    | ChildCompleted
    | ChildFailed
    | IncidentRetried
    | IncidentSkipped
    | VariablesSet
    | CancelRequested
)
