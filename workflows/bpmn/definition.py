"""What a template says, ready to be run: frozen, with every reference resolved and every expression compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.bpmn.commands import TimerKind
from workflows.bpmn.expressions import Program


class NodeKind(StrEnum):
    """The executable elements, called as in the file."""

    START = "startEvent"
    END = "endEvent"
    CATCH = "intermediateCatchEvent"
    THROW = "intermediateThrowEvent"
    BOUNDARY = "boundaryEvent"
    TASK = "task"
    MANUAL = "manualTask"
    USER = "userTask"
    SERVICE = "serviceTask"
    RULE = "businessRuleTask"
    SCRIPT = "scriptTask"
    SEND = "sendTask"
    RECEIVE = "receiveTask"
    CALL = "callActivity"
    SUBPROCESS = "subProcess"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    EVENT_BASED = "eventBasedGateway"

    @property
    def is_activity(self) -> bool:
        return self in ACTIVITIES

    @property
    def is_gateway(self) -> bool:
        return self in GATEWAYS


ACTIVITIES = (
    NodeKind.TASK,
    NodeKind.MANUAL,
    NodeKind.USER,
    NodeKind.SERVICE,
    NodeKind.RULE,
    NodeKind.SCRIPT,
    NodeKind.SEND,
    NodeKind.RECEIVE,
    NodeKind.CALL,
    NodeKind.SUBPROCESS,
)
GATEWAYS = (NodeKind.EXCLUSIVE, NodeKind.PARALLEL, NodeKind.INCLUSIVE, NodeKind.EVENT_BASED)


class EventKind(StrEnum):
    NONE = "none"
    MESSAGE = "message"
    TIMER = "timer"
    ERROR = "error"
    TERMINATE = "terminate"


@dataclass(frozen=True, slots=True)
class Text:
    """A literal, or an expression that yields it."""

    literal: str | None = None
    program: Program | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    kind: TimerKind
    text: Text


@dataclass(frozen=True, slots=True)
class Event:
    """`error_code` is None where any error is caught."""

    kind: EventKind = EventKind.NONE
    timer: Timer | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that an element sends or waits for; without `key` the business key correlates it."""

    name: str
    key: Program | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: Program | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """One `df:input` or `df:output`."""

    target: str
    value: Program


@dataclass(frozen=True, slots=True)
class HumanWork:
    """Who does a user task, and what they may answer. An implied dealer is the variable of that name, if it is set."""

    users: Text = Text("")
    roles: Text = Text("")
    relation: str | None = None
    dealer: Program | None = None
    is_dealer_implied: bool = False
    actions: tuple[str, ...] = ("complete",)
    form: str | None = None
    due: Text | None = None
    result_variable: str = "outcome"


@dataclass(frozen=True, slots=True)
class MultiInstance:
    is_sequential: bool
    collection: Program | None = None
    element_variable: str | None = None
    cardinality: Program | None = None
    completion: Program | None = None


@dataclass(frozen=True, slots=True)
class StandardLoop:
    condition: Program | None
    is_tested_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One element of a diagram. `outgoing` is in document order with the default flow, if any, last."""

    id: str
    kind: NodeKind
    scope: str
    name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    default: str | None = None
    has_conditions: bool = False
    event: Event = Event()
    message: Message | None = None
    attached_to: str | None = None
    is_interrupting: bool = True
    boundaries: tuple[str, ...] = ()
    loop: MultiInstance | StandardLoop | None = None
    work: HumanWork | None = None
    step: str | None = None
    compensated_by: str | None = None
    script: Program | None = None
    result_variable: str | None = None
    called: str | None = None
    inputs: tuple[Assigned, ...] = ()
    outputs: tuple[Assigned, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """The inside of a process or a subprocess: its nodes in document order, and where it begins."""

    id: str
    parent: str | None
    nodes: tuple[str, ...]
    starts: tuple[str, ...]
    joins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """`default` is the value an instance begins with when it is given none; None means no value."""

    name: str
    type: str
    is_required: bool = False
    default: str | int | float | bool | None = None


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: str
    labels: Mapping[str, str]
    is_executable: bool
    variables: tuple[Variable, ...]
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Definition:
    """One file. `key` names the template: it is the id of the primary process."""

    key: str
    name: str
    labels: Mapping[str, str]
    processes: Mapping[str, Process]
    primary: str
    levels: Mapping[str, Level]
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    messages: tuple[str, ...]
    errors: tuple[str, ...]
    reaches: dict[str, Mapping[str, frozenset[str]]] = field(default_factory=dict, repr=False, compare=False)
    """Which nodes can reach which incoming flow of an inclusive gateway; filled in when first asked for."""

    def process_of(self, element_id: str) -> Process:
        """Find the process that an element lies in."""
        level = self.levels[self.nodes[element_id].scope]
        while level.parent is not None:
            level = self.levels[level.parent]
        return self.processes[level.id]

    def start_events(self, process_id: str | None = None) -> tuple[Node, ...]:
        """List the start events of a process (the primary one), in document order."""
        level = self.levels[process_id or self.primary]
        return tuple(self.nodes[each] for each in level.nodes if self.nodes[each].kind is NodeKind.START)
