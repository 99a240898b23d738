"""Errors: from where they are thrown to the nearest boundary event that catches them.

BPMN 2.0.2, 13.5.1 and 10.5.1 (error events): errors are critical, always interrupt, and travel outwards through the
scopes; the event with the very code goes before one that catches every error.
"""

from __future__ import annotations

from workflows.bpmn.definition import EventKind, Node
from workflows.bpmn.run import Run
from workflows.bpmn.state import Activation, Phase
from workflows.bpmn.waits import rearm
from workflows.bpmn.withdraw import withdraw


def throw_from(run: Run, activation: Activation, code: str | None, message: str) -> bool:
    """Throw an error that an activity ended with; False when nothing catches it."""
    host: Activation | None = activation if activation.body is None else run.activations[activation.body]
    while host is not None:
        catcher = _catcher(run, run.nodes[host.element_id], code)
        if catcher is not None:
            _catch(run, catcher, host, code, message)
            return True
        host = _around(run, host.scope)
    return False


def throw_in(run: Run, scope: str, code: str | None, message: str) -> bool:
    """Throw an error from within a scope (an error end event); False when nothing catches it."""
    host = _around(run, scope)
    return host is not None and throw_from(run, host, code, message)


def fire_boundary(run: Run, event: Node, key: str, host: Activation, result: dict[str, object]) -> None:
    """Let a boundary event happen: the host's token moves to it, or a new one appears if it does not interrupt."""
    if event.is_interrupting:
        withdraw(run, host, f"interrupted by {event.id}")
    else:
        run.own(host.scope).tokens += 1
    run.entered(event, key)
    run.table.complete(run, Activation(key, event.id, host.scope, Phase.STEP), result)


def fire_waiting_boundary(run: Run, event: Node, key: str, host: Activation, result: dict[str, object]) -> None:
    """Let a boundary timer or message happen; one that does not interrupt waits for the next."""
    wait = run.waits.pop(key)
    if not event.is_interrupting:
        rearm(run, wait)
    fire_boundary(run, event, key, host, result)


def _around(run: Run, scope: str) -> Activation | None:
    """Find the activation that a scope belongs to: its loop's body if it is an instance of one."""
    owner = run.activations.get(scope)
    return owner if owner is None or owner.body is None else run.activations[owner.body]


def _catcher(run: Run, node: Node, code: str | None) -> Node | None:
    events = [run.nodes[each] for each in node.boundaries if run.nodes[each].event.kind is EventKind.ERROR]
    exact = [event for event in events if code is not None and event.event.error_code == code]
    anything = [event for event in events if event.event.error_code is None]
    return next(iter(exact + anything), None)


def _catch(run: Run, event: Node, host: Activation, code: str | None, message: str) -> None:
    fire_boundary(run, event, run.visit(event.id), host, {"code": code, "message": message})
