"""The working copy of a state during one `advance`: what every element's module works on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workflows.bpmn.commands import Command, Fact, FactKind, Finish, Outcome, RaiseIncident
from workflows.bpmn.definition import Definition, Flow, Node, NodeKind
from workflows.bpmn.expressions import MISSING, ExpressionFailed, Program, evaluate
from workflows.bpmn.state import ROOT, Activation, Loop, Phase, Resume, Scope, State, Status, Undo, Wait

Json = Any
NO_LOCALS: dict[str, Json] = {}

Arrive = Callable[["Run", Node, str, str | None], None]
Begin = Callable[["Run", Node, Activation], None]
Choose = Callable[["Run", Node, str], Sequence[Flow]]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What an element does: when a token arrives by a flow, when its work begins, and which flows it leaves by."""

    arrive: Arrive
    begin: Begin
    choose: Choose


@dataclass(frozen=True, slots=True)
class Table:
    """What all elements do, and what is common to them; handed in, so that modules need not know each other."""

    behaviours: Mapping[NodeKind, Behaviour]
    begin: Callable[[Run, Node, Activation], None]
    complete: Callable[[Run, Activation, dict[str, Json]], None]
    close: Callable[[Run, Node, Activation], None]


class NoFlow(Exception):
    """No condition holds and there is no default flow."""


class Run:
    """Mutable for the length of one trigger. Scopes are copied when first written."""

    __slots__ = (
        "activations",
        "agenda",
        "commands",
        "definition",
        "facts",
        "leaving",
        "log",
        "nodes",
        "owned",
        "parked",
        "reason",
        "scopes",
        "state",
        "status",
        "table",
        "visits",
        "waits",
        "work",
    )

    def __init__(self, definition: Definition, state: State, table: Table) -> None:
        self.definition = definition
        self.nodes = definition.nodes
        self.table = table
        self.state = state
        self.status = state.status
        self.scopes: dict[str, Scope] = dict(state.scopes)
        self.activations: dict[str, Activation] = dict(state.activations)
        self.waits: dict[str, Wait] = dict(state.waits)
        self.leaving: dict[str, Activation] = dict(state.leaving)
        self.visits: dict[str, int] = dict(state.visits)
        self.log: tuple[Undo, ...] = state.log
        self.parked: tuple[tuple[str, str, str | None], ...] = state.parked
        self.reason = state.reason
        self.agenda: deque[tuple[str, str, str | None]] = deque()
        self.commands: list[Command] = []
        self.facts: list[Fact] = []
        self.owned: set[str] = set()
        self.work = 0

    def result(self) -> State:
        """Close the working copy into a state."""
        return State(
            process_id=self.state.process_id,
            business_key=self.state.business_key,
            status=self.status,
            scopes=self.scopes,
            activations=self.activations,
            waits=self.waits,
            leaving=self.leaving,
            visits=self.visits,
            log=self.log,
            parked=self.parked,
            reason=self.reason,
        )

    # tokens

    def own(self, key: str) -> Scope:
        """Give the scope for writing."""
        if key in self.owned:
            return self.scopes[key]
        self.owned.add(key)
        scope = self.scopes[key] = self.scopes[key].copy()
        return scope

    def add_scope(self, scope: Scope) -> None:
        self.owned.add(scope.key)
        self.scopes[scope.key] = scope

    def push(self, node_id: str, scope: str, flow: str | None = None) -> None:
        """Let a token arrive at a node, in its turn."""
        self.agenda.append((node_id, scope, flow))

    def visit(self, element_id: str) -> str:
        """Count one more visit of the element and name it."""
        count = self.visits.get(element_id, 0) + 1
        self.visits[element_id] = count
        return f"{element_id}#{count}"

    # journal

    def entered(self, node: Node, key: str) -> None:
        self.facts.append(Fact(FactKind.ENTERED, node.id, key))

    def completed(self, node: Node, key: str, answer: tuple[str, str | None] | None = None, **detail: Json) -> None:
        """Note that a visit is over; `answer` is a person's action, and who took it."""
        if answer is not None:
            detail = {**detail, "action": answer[0], "actor": answer[1]}
        self.facts.append(Fact(FactKind.COMPLETED, node.id, key, detail))

    # variables

    def lookup(self, name: str, scope_key: str, local: Mapping[str, Json]) -> Json:
        """Find the value of a name: local ones first, then outwards through the scopes."""
        if name in local:
            return local[name]
        if name == "business_key":
            return self.state.business_key
        scope: Scope | None = self.scopes[scope_key]
        while scope is not None:
            if name in scope.variables:
                return scope.variables[name]
            scope = None if scope.parent is None else self.scopes[scope.parent]
        return MISSING

    def evaluate(self, program: Program, scope: str, local: Mapping[str, Json] = NO_LOCALS) -> Json:
        return evaluate(program, lambda name: self.lookup(name, scope, local))

    def visible(self, scope_key: str, local: Mapping[str, Json] = NO_LOCALS) -> dict[str, Json]:
        return visible_from(self.scopes, scope_key, local)

    def locals_of(self, activation: Activation) -> Mapping[str, Json]:
        """Give the variables of one instance of a loop: its own and the counts of the whole."""
        body = None if activation.body is None else self.activations.get(activation.body)
        loop = activation.loop if body is None else body.loop
        return (
            activation.locals
            if loop is None
            else {**counts(loop.started, loop.completed, loop.total), **activation.locals}
        )

    def write(self, element_id: str, scope_key: str, changes: Mapping[str, Json]) -> None:
        """Set variables where they live: the nearest scope that has them, else the process for those it declares."""
        if not changes:
            return
        declared = self.definition.processes[self.scopes[ROOT].level].declared
        for name, value in changes.items():
            home = self._home(name, scope_key)
            if home is None:
                home = ROOT if name in declared else scope_key
            self.own(home).variables[name] = value
        self.facts.append(Fact(FactKind.VARIABLES, element_id, None, dict(changes)))

    def _home(self, name: str, scope_key: str) -> str | None:
        scope: Scope | None = self.scopes[scope_key]
        while scope is not None:
            if name in scope.variables:
                return scope.key
            scope = None if scope.parent is None else self.scopes[scope.parent]
        return None

    # activations

    def hold(
        self,
        activation: Activation,
        phase: Phase,
        loop: Loop | None = None,
        given: dict[str, Json] | None = None,
    ) -> Activation:
        """Keep the activation open until a trigger answers it; `given` is what a step got, kept to undo it by."""
        held = Activation(
            activation.key,
            activation.element_id,
            activation.scope,
            phase,
            activation.locals,
            activation.body,
            loop or activation.loop,
            given,
            undo=activation.undo,
        )
        self.activations[held.key] = held
        return held

    def incident(self, activation: Activation, resume: Resume, code: str, message: str) -> None:
        """Let the token wait where it is until ops decide."""
        self.activations[activation.key] = replace(activation, phase=Phase.INCIDENT, resume=resume, incident=code)
        self.commands.append(RaiseIncident(activation.key, activation.element_id, code, message))

    def expression_incident(self, activation: Activation, resume: Resume, error: ExpressionFailed) -> None:
        message = f"{activation.element_id}: {error.text}: {error.reason}"
        self.incident(activation, resume, "expression_failed", message)

    def finish(self, outcome: Outcome, error_code: str | None = None, message: str | None = None) -> None:
        """End the instance. Whatever was open must have been withdrawn before."""
        self.status = Status.FINISHED
        self.agenda.clear()
        self.parked = ()
        root = self.scopes.get(ROOT)
        variables = {} if root is None else dict(root.variables)
        undo = () if outcome is Outcome.CANCELLED else tuple(each.to_json() for each in self.log)
        self.commands.append(Finish(outcome, variables, error_code, message, undo))


def counts(started: int, completed: int, total: int | None) -> dict[str, Json]:
    """Name the counts of a loop as expressions know them."""
    return {
        "nrOfInstances": started if total is None else total,
        "nrOfActiveInstances": started - completed,
        "nrOfCompletedInstances": completed,
    }


def visible_from(scopes: Mapping[str, Scope], scope_key: str, local: Mapping[str, Json]) -> dict[str, Json]:
    """Merge the variables that an element sees, inner ones over outer ones."""
    chain: list[Mapping[str, Json]] = [local]
    scope: Scope | None = scopes[scope_key]
    while scope is not None:
        chain.append(scope.variables)
        scope = None if scope.parent is None else scopes[scope.parent]
    merged: dict[str, Json] = {}
    for each in reversed(chain):
        merged.update(each)
    return merged
