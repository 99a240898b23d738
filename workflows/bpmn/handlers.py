"""What each trigger does to a run. A handler answers False when the trigger has nothing to act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from workflows.bpmn import activity, compensation, incidents
from workflows.bpmn.commands import Fact, FactKind, Outcome
from workflows.bpmn.definition import NodeKind
from workflows.bpmn.failures import fire_waiting_boundary, throw_from
from workflows.bpmn.nodes.event_based_gateway import decide
from workflows.bpmn.run import Run
from workflows.bpmn.state import ROOT, Activation, Phase, Resume, Scope, Status, WaitKind
from workflows.bpmn.triggers import (
    CancelRequested,
    ChildCompleted,
    ChildFailed,
    IncidentRetried,
    IncidentSkipped,
    MessageReceived,
    Start,
    StepCompleted,
    StepFailed,
    TaskCompleted,
    TimerFired,
    VariablesSet,
)

Json = Any


def on_start(run: Run, trigger: Start) -> bool:
    if run.status is not Status.NEW:
        return False
    run.status = Status.RUNNING
    process = run.definition.levels[run.state.process_id]
    starts = process.starts if trigger.element_id is None else (trigger.element_id,)
    variables = {**_defaults(run), **trigger.variables}
    run.add_scope(Scope(ROOT, process.id, None, len(starts), variables))
    if variables:
        run.facts.append(Fact(FactKind.VARIABLES, process.id, None, dict(variables)))
    for start in starts:
        node = run.nodes.get(start)
        if trigger.element_id is not None and (
            node is None or node.kind is not NodeKind.START or node.scope != process.id
        ):
            run.finish(Outcome.FAILED, "unknown_start_event", f"{start} is no start event of {process.id}")
            return True
        run.push(start, ROOT)
    if not starts:
        run.finish(Outcome.COMPLETED)
    return True


def _defaults(run: Run) -> dict[str, Json]:
    declared = run.definition.processes[run.state.process_id].variables
    return {each.name: each.default for each in declared if each.default is not None}


def on_task_completed(run: Run, trigger: TaskCompleted) -> bool:
    activation = run.activations.get(trigger.activation)
    if activation is None or activation.phase is not Phase.TASK:
        return False
    answered = replace(activation, answer=(trigger.action, trigger.actor))
    activity.complete(run, answered, dict(trigger.data))
    return True


def on_step_completed(run: Run, trigger: StepCompleted) -> bool:
    left = run.leaving.pop(trigger.activation, None)
    if left is not None:
        activity.remember(run, run.nodes[left.element_id], left, trigger.output)
        return _after_late_report(run)
    activation = run.activations.get(trigger.activation)
    if activation is None or activation.phase is not Phase.STEP:
        return False
    if activation.undo is not None:
        compensation.undone(run, activation)
    else:
        activity.complete(run, activation, dict(trigger.output))
    return True


def on_step_failed(run: Run, trigger: StepFailed) -> bool:
    if run.leaving.pop(trigger.activation, None) is not None:
        return _after_late_report(run)
    activation = run.activations.get(trigger.activation)
    if activation is None or activation.phase is not Phase.STEP:
        return False
    _fail(run, activation, trigger.code, trigger.message, "step_failed")
    return True


def on_child_completed(run: Run, trigger: ChildCompleted) -> bool:
    left = run.leaving.pop(trigger.activation, None)
    if left is not None:
        compensation.inherit(run, left, trigger.compensations)
        return _after_late_report(run)
    activation = run.activations.get(trigger.activation)
    if activation is None or activation.phase is not Phase.CHILD:
        return False
    compensation.inherit(run, activation, trigger.compensations)
    activity.complete(run, activation, dict(trigger.variables))
    return True


def on_child_failed(run: Run, trigger: ChildFailed) -> bool:
    left = run.leaving.pop(trigger.activation, None)
    if left is not None:
        compensation.inherit(run, left, trigger.compensations)
        return _after_late_report(run)
    activation = run.activations.get(trigger.activation)
    if activation is None or activation.phase is not Phase.CHILD:
        return False
    compensation.inherit(run, activation, trigger.compensations)
    _fail(run, activation, trigger.code, trigger.message, "child_failed")
    return True


def on_timer_fired(run: Run, trigger: TimerFired) -> bool:
    return _fire(run, trigger.timer, WaitKind.TIMER, {})


def on_message_received(run: Run, trigger: MessageReceived) -> bool:
    return _fire(run, trigger.subscription, WaitKind.MESSAGE, dict(trigger.payload))


def on_variables_set(run: Run, trigger: VariablesSet) -> bool:
    """Set them on the process, and on subprocesses that have one of the same name, so that the correction is seen."""
    if ROOT not in run.scopes or not trigger.values:
        return False
    for scope in list(run.scopes.values()):
        shadows = {
            name: value
            for name, value in trigger.values.items()
            if scope.key == ROOT or (name in scope.variables and name not in scope.inputs)
        }
        if shadows:
            run.own(scope.key).variables.update(shadows)
    run.facts.append(Fact(FactKind.VARIABLES, run.state.process_id, None, dict(trigger.values)))
    return True


def on_cancel_requested(run: Run, trigger: CancelRequested) -> bool:
    if run.status is Status.CANCELLING:
        return False
    compensation.cancel(run, trigger.reason)
    return True


def _after_late_report(run: Run) -> bool:
    if run.status is Status.CANCELLING:
        compensation.undo_next(run)
    return True


def _fail(run: Run, activation: Activation, code: str | None, message: str, fallback: str) -> None:
    """Throw what has a code to whoever catches it, else let ops decide."""
    is_error = code is not None and activation.undo is None
    reported = run.hold(activation, Phase.REPORTED)
    if not (is_error and throw_from(run, reported, code, message)):
        run.incident(activation, Resume.BEGIN, code or fallback, message)


def _fire(run: Run, key: str, kind: WaitKind, payload: dict[str, Json]) -> bool:
    wait = run.waits.get(key)
    if wait is None or wait.kind is not kind:
        return False
    host = run.activations[wait.host]
    if host.element_id == wait.element_id:
        del run.waits[key]
        activity.complete(run, host, payload)
    elif host.phase is Phase.EVENTS:
        decide(run, host, wait, payload)
    else:
        fire_waiting_boundary(run, run.nodes[wait.element_id], key, host, payload)
    return True


HANDLERS: Mapping[type, Callable[[Run, Any], bool]] = {
    Start: on_start,
    TaskCompleted: on_task_completed,
    StepCompleted: on_step_completed,
    StepFailed: on_step_failed,
    ChildCompleted: on_child_completed,
    ChildFailed: on_child_failed,
    TimerFired: on_timer_fired,
    MessageReceived: on_message_received,
    VariablesSet: on_variables_set,
    CancelRequested: on_cancel_requested,
    IncidentRetried: incidents.on_retried,
    IncidentSkipped: incidents.on_skipped,
}
