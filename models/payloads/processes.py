"""Values that travel between the process workflow, its one local activity and the people who act.

They enter workflow history: fields are only ever added, and with a default. Triggers and the engine's state travel as
the JSON that the engine itself makes of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.payloads.access import Actor

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepKey:
    """The idempotency key of one visit of one step, with the moment and person that caused it."""

    instance_id: str
    activation: str
    at: str
    """ISO 8601 instant of the wake-up: the step's notion of now, the same on a repetition."""
    actor: str = "system"
    compensates: str | None = None
    comment: str = ""
    """What that person said when acting."""

    def __str__(self) -> str:
        return f"{self.instance_id}/{self.activation}"


class StepError(Exception):
    """A step failed for good. A boundary error event with this code catches it, else it becomes an incident."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


STEP_ERROR = "StepError"
"""Type of the ApplicationError that carries a StepError's code in its details."""


@dataclass(frozen=True, slots=True)
class StepCall:
    """The input of a remote step's activity."""

    input: JsonObject
    key: StepKey


@dataclass(frozen=True, slots=True)
class ParentLink:
    """Who called this instance and waits for its report."""

    instance_id: str
    activation: str
    root_id: str


@dataclass(frozen=True, slots=True)
class KnownTask:
    """What the workflow must know of an open task to judge a request before it accepts it."""

    task_id: int
    activation: str
    actions: tuple[str, ...]
    candidates: tuple[str, ...]
    """Principals, see `models.rules.inbox.principals`."""
    form: str | None = None
    claimed_by: str | None = None
    dealer: str | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """What one run of the workflow hands to the next when it continues as new."""

    state: JsonObject
    sequence: int
    tasks: tuple[KnownTask, ...] = ()
    timers: dict[str, str] = field(default_factory=dict)
    """Timer -> ISO 8601 instant at which it is due."""
    steps: tuple[JsonObject, ...] = ()
    """Remote steps that had not returned: run again by the next run, safe by their key."""


@dataclass(frozen=True, slots=True)
class ProcessInput:
    """How an instance begins. The instance id is the workflow id."""

    template_key: str
    template_hash: str
    business_key: str
    process_id: str | None = None
    variables: JsonObject = field(default_factory=dict)
    actor: str = "system"
    dealer_code: str | None = None
    element_id: str | None = None
    """The message start event to begin at; None begins at the none start event."""
    message_id: int | None = None
    parent: ParentLink | None = None
    history_limit: int = 0
    carried: Carried | None = None


@dataclass(frozen=True, slots=True)
class ProcessResult:
    outcome: str
    error_code: str | None = None


class ItemKind(StrEnum):
    TRIGGER = "trigger"
    CLAIM = "claim"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class WakeupItem:
    """One thing that woke the instance: a trigger for the engine, or a claim that only the inbox is told of."""

    kind: ItemKind
    trigger: JsonObject | None = None
    actor: str = "system"
    comment: str = ""
    task_id: int | None = None
    message_id: int | None = None
    subscription: str | None = None


@dataclass(frozen=True, slots=True)
class Wakeup:
    """The input of `processes.carry_out`. It is not kept in history."""

    instance_id: str
    sequence: int
    at: str
    template_key: str
    template_hash: str
    business_key: str
    items: tuple[WakeupItem, ...]
    process_id: str | None = None
    state: JsonObject | None = None
    """The engine's state before the items; None at the very first wake-up."""
    started_by: str = "system"
    dealer_code: str | None = None
    parent: ParentLink | None = None
    history_limit: int = 0


@dataclass(frozen=True, slots=True)
class WakeupAnswer:
    """What the workflow needs to bring its own copy of the state to where the transaction left it."""

    derived: tuple[tuple[JsonObject, ...], ...] = ()
    """For each item that was not dropped, or at least up to the last with any: the triggers fed in after it."""
    opened: tuple[KnownTask, ...] = ()
    dropped: tuple[int, ...] = ()
    """Indexes of the items that had become void: the task was closed, the message taken."""


@dataclass(frozen=True, slots=True)
class ActRequest:
    task_id: int
    action: str
    actor: Actor
    comment: str = ""
    data: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActReceipt:
    task_id: int
    action: str
    sequence: int


class Operation(StrEnum):
    RETRY = "retry"
    SKIP = "skip"
    SET_VARIABLES = "set_variables"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """What ops do to an instance. `values` is the output given at a skip, or the variables to set."""

    operation: Operation
    reason: str
    actor: str
    activation: str | None = None
    values: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageDelivery:
    message_id: int
    subscription: str
    payload: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChildReport:
    """How a called instance ended, told to the one that called it."""

    activation: str
    outcome: str
    variables: JsonObject = field(default_factory=dict)
    compensations: tuple[JsonObject, ...] = ()
    error_code: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ProcessDescription:
    """What a running workflow knows of itself, for operators who look over Temporal's shoulder."""

    instance_id: str
    sequence: int
    active: dict[str, int]
    tasks: tuple[KnownTask, ...] = ()
    timers: dict[str, str] = field(default_factory=dict)
    incidents: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceStart:
    """An instance to be started: a called process, or what a message starts."""

    instance_id: str
    input: ProcessInput


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What other instances are told once a wake-up is committed; kept with its answer for a repetition."""

    starts: tuple[InstanceStart, ...] = ()
    messages: tuple[tuple[str, MessageDelivery], ...] = ()
    cancellations: tuple[tuple[str, OperationRequest], ...] = ()
    reports: tuple[tuple[str, ChildReport], ...] = ()


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A wake-up's whole outcome as it is stored."""

    answer: WakeupAnswer = WakeupAnswer()
    deliveries: Deliveries = Deliveries()
