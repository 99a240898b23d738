"""What ops decide about an incident: try again, or go on with a result they give."""

from __future__ import annotations

from dataclasses import replace

from workflows.bpmn import activity, compensation, loops
from workflows.bpmn.commands import ResolveIncident
from workflows.bpmn.joins import fire
from workflows.bpmn.run import Run
from workflows.bpmn.state import Activation, Phase, Resume
from workflows.bpmn.tokens import leave
from workflows.bpmn.triggers import IncidentRetried, IncidentSkipped
from workflows.bpmn.withdraw import unpark


def on_retried(run: Run, trigger: IncidentRetried) -> bool:
    """Do again what failed, under the same activation."""
    activation = _take(run, trigger.activation, "retried")
    if activation is None:
        return False
    _retry(run, activation)
    return True


def on_skipped(run: Run, trigger: IncidentSkipped) -> bool:
    """Complete the activation with the output given; where only the way out is missing, set variables and try again."""
    activation = _take(run, trigger.activation, "skipped")
    if activation is None:
        return False
    node = run.nodes[activation.element_id]
    resume = activation.resume
    if activation.undo is not None:
        run.activations[activation.key] = activation
        compensation.undone(run, activation)
        return True
    run.write(node.id, activation.scope, trigger.output)
    if resume is Resume.JOIN:
        fire(run, node, activation.scope)
    elif resume is Resume.LEAVE or resume is Resume.ARRIVE:
        _retry(run, activation)
    elif activation.loop is not None:
        run.activations[activation.key] = activation
        loops.end(run, activation)
    else:
        if resume is Resume.COMPLETE:
            activity.remember(run, node, activation, activation.result or {})
        activity.close(run, node, activation)
    return True


def _take(run: Run, key: str, resolution: str) -> Activation | None:
    activation = run.activations.get(key)
    if activation is None or activation.phase is not Phase.INCIDENT:
        return None
    del run.activations[key]
    run.commands.append(ResolveIncident(key, resolution))
    return activation


def _retry(run: Run, activation: Activation) -> None:
    node = run.nodes[activation.element_id]
    fresh = replace(activation, phase=Phase.STEP, resume=None, incident=None)
    match activation.resume:
        case Resume.ARRIVE:
            unpark(run)
        case Resume.OPEN:
            activity.open_activation(run, node, fresh)
        case Resume.LOOP:
            loops.go_on(run, node, run.hold(activation, Phase.LOOP))
        case Resume.COMPLETE:
            activity.complete(run, fresh, activation.result or {})
        case Resume.LEAVE:
            leave(run, node, activation.scope, activation.key, activation.answer)
        case Resume.BEGIN if activation.undo is not None:
            compensation.begin(run, fresh)
        case Resume.BEGIN:
            activity.begin(run, node, fresh)
