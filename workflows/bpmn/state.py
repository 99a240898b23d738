"""Where a process instance stands: one immutable value, copied on write, that serialises without loss.

A token rests in one of three places: in an open activation, on the incoming flow of a join (`Scope.waiting`), or, when
an endless loop was stopped, in `parked`. `Scope.tokens` counts those of a scope, so that a scope ends at 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = Any
VERSION = 1
ROOT = ""
"""The key of the process's own scope; any other scope is keyed by the activation of its subprocess."""


class Status(StrEnum):
    NEW = "new"
    RUNNING = "running"
    CANCELLING = "cancelling"
    FINISHED = "finished"


class Phase(StrEnum):
    """What an open activation waits for."""

    TASK = "task"
    STEP = "step"
    MESSAGE = "message"
    TIMER = "timer"
    EVENTS = "events"
    CHILD = "child"
    SCOPE = "scope"
    LOOP = "loop"
    INCIDENT = "incident"
    REPORTED = "reported"
    """Nothing any more: its failure is known and being thrown, so that nobody waits for a report."""


class Resume(StrEnum):
    """Where a retry takes up: at parked tokens, the work, the loop, the result, the way out, or the join."""

    ARRIVE = "arrive"
    OPEN = "open"
    BEGIN = "begin"
    LOOP = "loop"
    COMPLETE = "complete"
    LEAVE = "leave"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Undo:
    """How to undo one completed step. `path` leads through the call activities that did it, outermost first."""

    step: str
    activation: str
    element_id: str
    values: dict[str, Json]
    scope: str = ROOT
    path: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        return {
            "step": self.step,
            "activation": self.activation,
            "element_id": self.element_id,
            "values": self.values,
            **({"scope": self.scope} if self.scope else {}),
            **({"path": list(self.path)} if self.path else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Undo:
        return cls(
            data["step"],
            data["activation"],
            data["element_id"],
            data["values"],
            data.get("scope", ROOT),
            tuple(data.get("path", ())),
        )


@dataclass(frozen=True, slots=True)
class Loop:
    """How far a multi-instance or looping activity has got; `items` are the collection's, if there is one."""

    total: int | None
    started: int = 0
    completed: int = 0
    items: list[Json] | None = None


@dataclass(frozen=True, slots=True)
class Activation:
    """One open visit of an element. `body` is the activation of the loop it is an instance of.

    `result` (and a person's `answer`: action and actor) is kept when it came but could not be taken in, so that a retry
    does not ask for it again.
    """

    key: str
    element_id: str
    scope: str
    phase: Phase
    locals: dict[str, Json] = field(default_factory=dict)
    body: str | None = None
    loop: Loop | None = None
    input: dict[str, Json] | None = None
    result: dict[str, Json] | None = None
    answer: tuple[str, str | None] | None = None
    resume: Resume | None = None
    incident: str | None = None
    undo: Undo | None = None


class WaitKind(StrEnum):
    TIMER = "timer"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Wait:
    """A timer or subscription on behalf of `host`. `text` is the rest of a cycle that starts again when it fires."""

    key: str
    element_id: str
    kind: WaitKind
    host: str
    text: str | None = None


@dataclass(slots=True)
class Scope:
    """One run of a process or subprocess. Copied before it is written; `waiting` counts tokens by flow."""

    key: str
    level: str
    parent: str | None
    tokens: int = 0
    variables: dict[str, Json] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()

    def copy(self) -> Scope:
        return Scope(
            self.key, self.level, self.parent, self.tokens, dict(self.variables), dict(self.waiting), self.inputs
        )


@dataclass(frozen=True, slots=True)
class State:
    """All there is to know about one instance besides its definition."""

    process_id: str
    business_key: str = ""
    status: Status = Status.NEW
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    activations: Mapping[str, Activation] = field(default_factory=dict)
    waits: Mapping[str, Wait] = field(default_factory=dict)
    leaving: Mapping[str, Activation] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    log: tuple[Undo, ...] = ()
    parked: tuple[tuple[str, str, str | None], ...] = ()
    reason: str | None = None

    def to_json(self) -> dict[str, Json]:
        """Serialise compactly: what has its default value is left out."""
        data: dict[str, Json] = {"v": VERSION, "process": self.process_id, "key": self.business_key}
        parts: dict[str, Json] = {
            "status": self.status.value,
            "scopes": [_scope_to_json(each) for each in self.scopes.values()],
            "activations": [_activation_to_json(each) for each in self.activations.values()],
            "waits": [[w.key, w.element_id, w.kind.value, w.host, w.text] for w in self.waits.values()],
            "leaving": [_activation_to_json(each) for each in self.leaving.values()],
            "visits": dict(self.visits),
            "log": [each.to_json() for each in self.log],
            "parked": [list(each) for each in self.parked],
            "reason": self.reason,
        }
        data.update((name, value) for name, value in parts.items() if value)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> State:
        """Read what `to_json` wrote; raises ValueError for a version from the future."""
        if data["v"] > VERSION:
            raise ValueError(f"state version {data['v']} is newer than {VERSION}")
        scopes = [_scope_from_json(each) for each in data.get("scopes", ())]
        activations = [_activation_from_json(each) for each in data.get("activations", ())]
        waits = [
            Wait(key, element, WaitKind(kind), host, text) for key, element, kind, host, text in data.get("waits", ())
        ]
        leaving = [_activation_from_json(each) for each in data.get("leaving", ())]
        return cls(
            process_id=data["process"],
            business_key=data["key"],
            status=Status(data["status"]),
            scopes={each.key: each for each in scopes},
            activations={each.key: each for each in activations},
            waits={each.key: each for each in waits},
            leaving={each.key: each for each in leaving},
            visits=dict(data.get("visits", {})),
            log=tuple(Undo.from_json(each) for each in data.get("log", ())),
            parked=tuple((node, scope, flow) for node, scope, flow in data.get("parked", ())),
            reason=data.get("reason"),
        )


def _scope_to_json(scope: Scope) -> dict[str, Json]:
    data: dict[str, Json] = {"level": scope.level}
    parts: dict[str, Json] = {
        "key": scope.key,
        "tokens": scope.tokens,
        "variables": scope.variables,
        "waiting": scope.waiting,
        "inputs": list(scope.inputs),
    }
    data.update((name, value) for name, value in parts.items() if value)
    if scope.parent is not None:
        data["parent"] = scope.parent
    return data


def _scope_from_json(data: Mapping[str, Json]) -> Scope:
    return Scope(
        data.get("key", ROOT),
        data["level"],
        data.get("parent"),
        data.get("tokens", 0),
        data.get("variables", {}),
        data.get("waiting", {}),
        tuple(data.get("inputs", ())),
    )


def _activation_to_json(activation: Activation) -> dict[str, Json]:
    data: dict[str, Json] = {
        "key": activation.key,
        "element": activation.element_id,
        "phase": activation.phase.value,
        **({"scope": activation.scope} if activation.scope else {}),
        **({"locals": activation.locals} if activation.locals else {}),
    }
    loop = activation.loop
    optional: dict[str, Json] = {
        "body": activation.body,
        "loop": None if loop is None else [loop.total, loop.started, loop.completed, loop.items],
        "input": activation.input,
        "result": activation.result,
        "answer": None if activation.answer is None else list(activation.answer),
        "resume": None if activation.resume is None else activation.resume.value,
        "incident": activation.incident,
        "undo": None if activation.undo is None else activation.undo.to_json(),
    }
    data.update((name, value) for name, value in optional.items() if value is not None)
    return data


def _activation_from_json(data: Mapping[str, Json]) -> Activation:
    loop, undo, resume = data.get("loop"), data.get("undo"), data.get("resume")
    answer = data.get("answer")
    return Activation(
        key=data["key"],
        element_id=data["element"],
        scope=data.get("scope", ROOT),
        phase=Phase(data["phase"]),
        locals=data.get("locals", {}),
        body=data.get("body"),
        loop=None if loop is None else Loop(*loop),
        input=data.get("input"),
        result=data.get("result"),
        answer=None if answer is None else (answer[0], answer[1]),
        resume=None if resume is None else Resume(resume),
        incident=data.get("incident"),
        undo=None if undo is None else Undo.from_json(undo),
    )
