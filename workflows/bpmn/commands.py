"""What the engine asks for. The driver carries commands out in the order given.

An activation names one visit of one element in one scope, as `element_id#visit`; visits count from 1 for each element
over the whole life of an instance, loops and multi-instances included. Instance id plus activation is the idempotency
key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who may do a task: any of the users, of the roles, or whom the relation names; `dealer` narrows dealer roles."""

    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    relation: str | None = None
    dealer: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Put a task into the inbox. `due` is an ISO 8601 duration; `form` lists field names to be filled."""

    activation: str
    element_id: str
    assignment: Assignment
    actions: tuple[str, ...]
    name: str
    labels: dict[str, str] = field(default_factory=dict)
    form: str | None = None
    due: str | None = None
    input: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CloseTask:
    """Withdraw an open task that nobody finished (interrupted, cancelled)."""

    activation: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunStep:
    """Run a registered step.

    With `compensates` it undoes that earlier activation; `input` is that one's input with its output merged over it.
    The activation is a new visit of the element (of the call activity, for what a called process did).
    """

    activation: str
    element_id: str
    step: str
    input: dict[str, Json] = field(default_factory=dict)
    compensates: str | None = None


@dataclass(frozen=True, slots=True)
class CancelStep:
    """Stop a step if that is possible.

    How it ended must still be reported (StepCompleted or StepFailed): an effect that took place is undone on
    cancellation, which waits for this report.
    """

    activation: str


class TimerKind(StrEnum):
    DURATION = "duration"
    DATE = "date"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class StartTimer:
    """`text` is ISO 8601: a duration, an instant, or a repeating interval of which one interval is waited for."""

    timer: str
    element_id: str
    kind: TimerKind
    text: str


@dataclass(frozen=True, slots=True)
class CancelTimer:
    timer: str


@dataclass(frozen=True, slots=True)
class AwaitMessage:
    subscription: str
    element_id: str
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class StopAwaiting:
    subscription: str


@dataclass(frozen=True, slots=True)
class SendMessage:
    activation: str
    element_id: str
    name: str
    key: str
    payload: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartChild:
    """Start the process `called` (a process of the same file, else a template's key) with these variables."""

    activation: str
    element_id: str
    called: str
    variables: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CancelChild:
    """Cancel a called process.

    Its end must still be reported (ChildCompleted or ChildFailed, with what is left to undo); a cancellation waits for
    this report.
    """

    activation: str
    reason: str


@dataclass(frozen=True, slots=True)
class RaiseIncident:
    """The token waits here until ops retry, skip or cancel. `code` is a stable word, `message` a sentence."""

    activation: str
    element_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ResolveIncident:
    activation: str
    resolution: str


class Outcome(StrEnum):
    COMPLETED = "completed"
    TERMINATED = "terminated"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing is left to do. `error_code` is set for FAILED (an uncaught error end event).

    `compensations` undo what was done, oldest first; the caller's engine takes them as they are.
    """

    outcome: Outcome
    variables: dict[str, Json] = field(default_factory=dict)
    error_code: str | None = None
    message: str | None = None
    compensations: tuple[dict[str, Json], ...] = ()


Command = (
    OpenTask
    | CloseTask
    | RunStep
    | CancelStep
    | StartTimer
    | CancelTimer
    | AwaitMessage
    | StopAwaiting
    | SendMessage
    | StartChild
    | CancelChild
    | RaiseIncident
    | ResolveIncident
    | Finish
)


class FactKind(StrEnum):
    ENTERED = "entered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FLOW_TAKEN = "flow_taken"
    VARIABLES = "variables"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the journal: what happened to which element (or flow) and visit."""

    kind: FactKind
    element_id: str
    activation: str | None = None
    detail: dict[str, Json] = field(default_factory=dict)
