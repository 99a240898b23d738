"""The engine: `advance(definition, state, trigger)` says where the instance stands next and what is to be done for it.

Pure: no clock, no randomness, no input or output. A trigger that has nothing to act on (a timer cancelled meanwhile, a
task already closed) changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.bpmn.commands import Command, Fact
from workflows.bpmn.definition import Definition
from workflows.bpmn.handlers import HANDLERS
from workflows.bpmn.joins import fire_inclusive, report_stuck
from workflows.bpmn.loops import NEXT_INSTANCE, go_on
from workflows.bpmn.nodes.table import TABLE
from workflows.bpmn.run import Run, visible_from
from workflows.bpmn.state import ROOT, Activation, Phase, Resume, State, Status
from workflows.bpmn.triggers import Trigger

Json = Any
MAX_WORK = 10_000
"""Flows taken in one advance before the engine takes it for an endless loop."""


@dataclass(frozen=True, slots=True)
class Advanced:
    state: State
    commands: tuple[Command, ...]
    facts: tuple[Fact, ...]


def initial_state(definition: Definition, process_id: str | None = None, business_key: str = "") -> State:
    """Give the state before anything has happened; raises KeyError for a process that the file does not have."""
    return State(definition.processes[process_id or definition.primary].id, business_key)


def advance(definition: Definition, state: State, trigger: Trigger) -> Advanced:
    """Apply one trigger. The given state is left as it was."""
    if state.status is Status.FINISHED:
        return Advanced(state, (), ())
    run = Run(definition, state, TABLE)
    if not HANDLERS[type(trigger)](run, trigger):
        return Advanced(state, (), ())
    _drain(run)
    return Advanced(run.result(), tuple(run.commands), tuple(run.facts))


def active_elements(state: State, definition: Definition | None = None) -> tuple[str, ...]:
    """Name the elements that hold a token, once each; with the definition, joins where tokens wait as well."""
    found: dict[str, None] = {each.element_id: None for each in state.activations.values()}
    if definition is not None:
        for scope in state.scopes.values():
            found.update((definition.flows[flow].target, None) for flow in scope.waiting)
    return tuple(found)


def open_activations(state: State) -> tuple[Activation, ...]:
    """List the open activations in the order they were opened."""
    return tuple(state.activations.values())


def visible_variables(state: State, activation: str) -> dict[str, Json]:
    """Merge the variables an open activation sees; nothing for one that is not open."""
    found = state.activations.get(activation)
    if found is None or found.scope not in state.scopes:
        return {}
    return visible_from(state.scopes, found.scope, found.locals)


def root_variables(state: State) -> Mapping[str, Json]:
    """Give the variables of the process itself."""
    return dict(state.scopes[ROOT].variables) if ROOT in state.scopes else {}


def _drain(run: Run) -> None:
    """Move tokens until all of them rest."""
    while run.status is Status.RUNNING:
        while run.agenda:
            entry = run.agenda.popleft()
            if not _is_alive(run, entry[0], entry[1]):
                continue
            if run.work > MAX_WORK:
                run.agenda.appendleft(entry)
                _park(run)
            else:
                _step(run, *entry)
        if not fire_inclusive(run):
            report_stuck(run)
            return


def _is_alive(run: Run, node_id: str, scope: str) -> bool:
    """Tell whether the scope a token is on its way in, or the loop that is to go on, is still there."""
    if node_id != NEXT_INSTANCE:
        return scope in run.scopes
    body = run.activations.get(scope)
    return body is not None and body.phase is Phase.LOOP


def _step(run: Run, node_id: str, scope: str, flow: str | None) -> None:
    if node_id == NEXT_INSTANCE:
        body = run.activations[scope]
        go_on(run, run.nodes[body.element_id], body)
    else:
        node = run.nodes[node_id]
        run.table.behaviours[node.kind].arrive(run, node, scope, flow)


def _park(run: Run) -> None:
    """Stop an endless loop: one incident for it, and every token on its way stays where it is until the retry."""
    run.parked += tuple(run.agenda)
    run.agenda.clear()
    node_id, scope, _ = run.parked[0]
    if node_id == NEXT_INSTANCE:
        node_id, scope = run.activations[scope].element_id, run.activations[scope].scope
    message = f"{node_id}: {MAX_WORK} steps without a wait, which looks like an endless loop"
    marker = Activation(run.visit(node_id), node_id, scope, Phase.INCIDENT)
    run.incident(marker, Resume.ARRIVE, "endless_loop", message)
