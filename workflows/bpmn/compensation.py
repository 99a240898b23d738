"""Undoing what was done when an instance is cancelled: one step after the other, the latest first.

BPMN 2.0.2, 13.5.5 and 10.7: compensation runs in reverse order of completion. Steps whose report is still out are
awaited first, since what they may have done has to be undone as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workflows.bpmn.commands import Outcome, RunStep
from workflows.bpmn.run import Run
from workflows.bpmn.state import ROOT, Activation, Phase, Status, Undo
from workflows.bpmn.withdraw import empty_scope

Json = Any


def cancel(run: Run, reason: str) -> None:
    """Withdraw everything that is open and begin to undo."""
    run.reason = reason
    is_new = run.status is Status.NEW
    run.status = Status.CANCELLING
    run.parked = ()
    run.agenda.clear()
    if not is_new:
        empty_scope(run, ROOT, reason)
        root = run.own(ROOT)
        root.tokens = 0
        root.waiting = {}
    undo_next(run)


def undo_next(run: Run) -> None:
    """Undo the latest step left, or finish when there is none."""
    if run.leaving or run.activations:
        return
    if not run.log:
        run.finish(Outcome.CANCELLED, message=run.reason)
        return
    undo, run.log = run.log[-1], run.log[:-1]
    key = run.visit(undo.element_id)
    run.entered(run.nodes[undo.element_id], key)
    begin(run, Activation(key, undo.element_id, ROOT, Phase.STEP, undo=undo))


def begin(run: Run, activation: Activation) -> None:
    """Run the step that undoes; a retry comes here again, with the same activation."""
    undo = activation.undo
    if undo is None:
        return
    run.hold(activation, Phase.STEP)
    compensates = "/".join((*undo.path, undo.activation))
    run.commands.append(RunStep(activation.key, undo.element_id, undo.step, dict(undo.values), compensates))


def undone(run: Run, activation: Activation) -> None:
    """Go on after a step was undone, or ops decided to leave it."""
    del run.activations[activation.key]
    undo = activation.undo
    compensates = None if undo is None else "/".join((*undo.path, undo.activation))
    run.completed(run.nodes[activation.element_id], activation.key, compensates=compensates)
    undo_next(run)


def inherit(run: Run, call: Activation, compensations: Sequence[Mapping[str, Json]]) -> None:
    """Take over what undoes a called process."""
    for each in compensations:
        undo = Undo.from_json(each)
        inherited = replace(undo, element_id=call.element_id, scope=call.scope, path=(call.key, *undo.path))
        run.log += (inherited,)
