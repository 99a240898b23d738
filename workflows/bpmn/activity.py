"""The life of an activity or event: opened, begun, completed or failed, whatever element it is.

BPMN 2.0.2, 13.3.2: an activity becomes ready with each token that arrives, its boundary events are armed while it is
active, and it leaves by all its outgoing flows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflows.bpmn import loops
from workflows.bpmn.definition import EventKind, Node, NodeKind
from workflows.bpmn.expressions import ExpressionFailed
from workflows.bpmn.run import Run
from workflows.bpmn.state import Activation, Phase, Resume, Undo
from workflows.bpmn.tokens import leave
from workflows.bpmn.waits import arm, disarm, want

Json = Any


def arrive(run: Run, node: Node, scope: str, flow: str | None) -> None:
    """Open a new visit: each token triggers the element anew."""
    key = run.visit(node.id)
    run.entered(node, key)
    open_activation(run, node, Activation(key, node.id, scope, Phase.STEP))


def open_activation(run: Run, node: Node, activation: Activation) -> None:
    """Arm the boundary events, then begin the work or its first instances."""
    if node.boundaries:
        events = [run.nodes[each] for each in node.boundaries if run.nodes[each].event.kind is not EventKind.ERROR]
        try:
            wanted = [want(run, event, activation.scope) for event in events]
        except ExpressionFailed as error:
            run.expression_incident(activation, Resume.OPEN, error)
            return
        for each in wanted:
            arm(run, each, run.visit(each.node.id), activation.key)
    if node.loop is None:
        begin(run, node, activation)
    else:
        loops.start(run, node, activation)


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Begin the element's own work; an expression that fails becomes an incident of it."""
    try:
        run.table.behaviours[node.kind].begin(run, node, activation)
    except ExpressionFailed as error:
        run.expression_incident(activation, Resume.BEGIN, error)


def read_input(run: Run, node: Node, activation: Activation) -> dict[str, Json]:
    """Evaluate the input mappings; without any, all visible variables go in."""
    local = run.locals_of(activation)
    if not node.inputs:
        return run.visible(activation.scope, local)
    return {each.target: run.evaluate(each.value, activation.scope, local) for each in node.inputs}


def complete(run: Run, activation: Activation, result: dict[str, Json]) -> None:
    """Take the result in, close the activation and go on: to the loop it belongs to, or along the outgoing flows."""
    node = run.nodes[activation.element_id]
    try:
        changes = _read_output(run, node, activation, result)
    except ExpressionFailed as error:
        run.expression_incident(replace(activation, result=result), Resume.COMPLETE, error)
        return
    run.write(node.id, activation.scope, changes)
    remember(run, node, activation, result)
    close(run, node, activation)


def close(run: Run, node: Node, activation: Activation) -> None:
    """End the visit without regard to a result, and go on."""
    run.activations.pop(activation.key, None)
    if activation.body is not None:
        run.completed(node, activation.key, activation.answer)
        loops.instance_completed(run, run.activations[activation.body])
        return
    if run.waits:
        disarm(run, activation.key)
    leave(run, node, activation.scope, activation.key, activation.answer)


def remember(run: Run, node: Node, activation: Activation, result: Mapping[str, Json]) -> None:
    """Log a completed step that can be undone."""
    if node.compensated_by is not None and activation.input is not None:
        values = {**activation.input, **result}
        run.log += (Undo(node.compensated_by, activation.key, node.id, values, activation.scope),)


def _read_output(run: Run, node: Node, activation: Activation, result: dict[str, Json]) -> Mapping[str, Json]:
    answer = activation.answer
    changes: dict[str, Json] = {}
    if node.outputs:
        whole = result if answer is None else {**result, "action": answer[0], "actor": answer[1]}
        local = {**run.locals_of(activation), "result": whole}
        changes = {each.target: run.evaluate(each.value, activation.scope, local) for each in node.outputs}
    elif not (node.kind is NodeKind.BOUNDARY and node.event.kind is EventKind.ERROR):
        changes = result
    if answer is None or node.work is None:
        return changes
    return {**changes, node.work.result_variable: answer[0]}
