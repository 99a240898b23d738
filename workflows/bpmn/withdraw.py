"""Withdrawing what is open: an activation with all it holds, or everything in a scope.

A step or a called process cannot be stopped in the middle; whether it took effect is known only from its report. It is
kept in `leaving` until then, so that an effect that did happen can still be undone.
"""

from __future__ import annotations

from workflows.bpmn.commands import (
    CancelChild,
    CancelStep,
    CloseTask,
    Fact,
    FactKind,
    ResolveIncident,
)
from workflows.bpmn.run import Run
from workflows.bpmn.state import Activation, Phase, Resume
from workflows.bpmn.waits import disarm


def withdraw(run: Run, activation: Activation, reason: str) -> None:
    """Close an activation without completing it, and with it the scope or the instances it holds."""
    del run.activations[activation.key]
    disarm(run, activation.key)
    if activation.phase is Phase.TASK:
        run.commands.append(CloseTask(activation.key, reason))
    elif activation.phase is Phase.STEP:
        run.commands.append(CancelStep(activation.key))
        run.leaving[activation.key] = activation
    elif activation.phase is Phase.CHILD:
        run.commands.append(CancelChild(activation.key, reason))
        run.leaving[activation.key] = activation
    elif activation.phase is Phase.SCOPE:
        withdraw_scope(run, activation.key, reason)
    elif activation.phase is Phase.INCIDENT:
        run.commands.append(ResolveIncident(activation.key, "cancelled"))
        if activation.resume is Resume.ARRIVE:
            unpark(run)
    if activation.loop is not None:
        withdraw_instances(run, activation.key, reason)
    run.facts.append(Fact(FactKind.CANCELLED, activation.element_id, activation.key, {"reason": reason}))


def withdraw_instances(run: Run, body: str, reason: str) -> None:
    """Close the instances of a loop that are still open."""
    for each in [each for each in run.activations.values() if each.body == body]:
        withdraw(run, each, reason)


def withdraw_scope(run: Run, key: str, reason: str) -> None:
    """Close everything in a scope and the scope itself; tokens on their way in it are lost with it."""
    empty_scope(run, key, reason)
    del run.scopes[key]
    run.owned.discard(key)


def empty_scope(run: Run, key: str, reason: str) -> None:
    for each in [each for each in run.activations.values() if each.scope == key and each.body is None]:
        if each.key in run.activations:
            withdraw(run, each, reason)


def unpark(run: Run) -> None:
    """Let the tokens run on that were stopped together with an endless loop."""
    run.agenda.extend(run.parked)
    run.parked = ()
