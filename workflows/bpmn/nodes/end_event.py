"""End events: none, message, error and terminate. BPMN 2.0.2, 10.5.3 and 13.5.4."""

from __future__ import annotations

from workflows.bpmn.activity import arrive, complete
from workflows.bpmn.commands import Outcome
from workflows.bpmn.definition import EventKind, Node
from workflows.bpmn.failures import throw_in
from workflows.bpmn.nodes.sending import send_message
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import ROOT, Activation
from workflows.bpmn.tokens import choose_all, end_scope
from workflows.bpmn.withdraw import empty_scope


def begin(run: Run, node: Node, activation: Activation) -> None:
    """End this token, and what the event says besides."""
    kind = node.event.kind
    if kind is EventKind.TERMINATE:
        _terminate(run, node, activation)
    elif kind is EventKind.ERROR:
        _throw(run, node, activation)
    else:
        if kind is EventKind.MESSAGE:
            send_message(run, node, activation)
        complete(run, activation, {})


def _terminate(run: Run, node: Node, activation: Activation) -> None:
    """End the scope with all that is open in it; for a subprocess its activity then goes on normally."""
    run.completed(node, activation.key)
    empty_scope(run, activation.scope, f"terminated by {node.id}")
    scope = run.own(activation.scope)
    scope.tokens = 0
    scope.waiting = {}
    if activation.scope == ROOT:
        run.finish(Outcome.TERMINATED)
    else:
        end_scope(run, activation.scope)


def _throw(run: Run, node: Node, activation: Activation) -> None:
    """Throw to the boundaries around; the process fails with the error that none of them catches."""
    code = node.event.error_code
    message = node.name or code or node.id
    run.completed(node, activation.key)
    if not throw_in(run, activation.scope, code, message):
        empty_scope(run, ROOT, f"failed at {node.id}")
        run.finish(Outcome.FAILED, code, message)


BEHAVIOUR = Behaviour(arrive, begin, choose_all)
