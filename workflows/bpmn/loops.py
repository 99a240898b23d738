"""Activities that run more than once: multi-instance and standard loops.

BPMN 2.0.2, 13.3.6 (loop activity) and 13.3.7 (multiple instances activity). The token rests in the *body*, an
activation of its own that the boundary events belong to; each instance is one more visit of the element. `loopCounter`
counts from 1, as table 10.30 says of the sequence number of an instance.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from workflows.bpmn.definition import MultiInstance, Node, StandardLoop
from workflows.bpmn.expressions import ExpressionFailed
from workflows.bpmn.run import Run
from workflows.bpmn.state import Activation, Loop, Phase, Resume
from workflows.bpmn.withdraw import withdraw_instances

Json = Any
MAX_INSTANCES = 1_000
NEXT_INSTANCE = ""
"""In the agenda, in place of a node: the body named in place of the scope goes on with its next instance."""


class TooManyInstances(ExpressionFailed):
    """The collection or cardinality exceeds what one activity may start."""


def start(run: Run, node: Node, body: Activation) -> None:
    """Find out how many instances there are, and start all of them or the first."""
    try:
        loop = _begin_loop(run, node, body)
    except ExpressionFailed as error:
        run.expression_incident(body, Resume.LOOP, error)
        return
    held = run.hold(body, Phase.LOOP, loop=loop)
    go_on(run, node, held)


def go_on(run: Run, node: Node, body: Activation) -> None:
    """Start the instances that are due, or end the loop when there are none."""
    if body.loop is None:
        start(run, node, body)
        return
    try:
        is_over = _is_over(run, node, body, body.loop)
    except ExpressionFailed as error:
        run.expression_incident(body, Resume.LOOP, error)
        return
    if is_over:
        end(run, body)
    elif isinstance(node.loop, MultiInstance) and not node.loop.is_sequential:
        _start_all(run, node, body)
    elif body.loop.started == body.loop.completed:
        _start_next(run, node, body)


def instance_completed(run: Run, body: Activation) -> None:
    """Count an instance; the loop goes on in its turn of the agenda, so that fast loops do not nest."""
    if body.loop is None:
        return
    loop = replace(body.loop, completed=body.loop.completed + 1)
    run.activations[body.key] = replace(body, loop=loop)
    run.work += 1
    if body.phase is Phase.LOOP:
        run.agenda.append((NEXT_INSTANCE, body.key, None))


def end(run: Run, body: Activation) -> None:
    """Withdraw what is still running and complete the body."""
    withdraw_instances(run, body.key, "loop completed")
    run.table.close(run, run.nodes[body.element_id], body)


def _begin_loop(run: Run, node: Node, body: Activation) -> Loop:
    rule = node.loop
    if not isinstance(rule, MultiInstance):
        return Loop(None)
    if rule.collection is not None:
        items = run.evaluate(rule.collection, body.scope)
        _check_count(rule.collection.text, len(items))
        return Loop(len(items), items=items)
    if rule.cardinality is None:
        return Loop(0)
    total = run.evaluate(rule.cardinality, body.scope)
    _check_count(rule.cardinality.text, total)
    return Loop(total)


def _check_count(text: str, total: int) -> None:
    if not 0 <= total <= MAX_INSTANCES:
        raise TooManyInstances(text, f"yields {total} instances, allowed are 0 to {MAX_INSTANCES}")


def _is_over(run: Run, node: Node, body: Activation, loop: Loop) -> bool:
    rule = node.loop
    if isinstance(rule, StandardLoop):
        return _is_standard_loop_over(run, rule, body, loop)
    if loop.completed == loop.total:
        return True
    if not isinstance(rule, MultiInstance) or rule.completion is None or loop.completed == 0:
        return False
    local = {**run.locals_of(body), "loopCounter": loop.completed}
    return bool(run.evaluate(rule.completion, body.scope, local))


def _is_standard_loop_over(run: Run, rule: StandardLoop, body: Activation, loop: Loop) -> bool:
    if loop.started > loop.completed:
        return False
    if rule.maximum is not None and loop.completed >= rule.maximum:
        return True
    if rule.condition is None or (loop.completed == 0 and not rule.is_tested_before):
        return False
    return not run.evaluate(rule.condition, body.scope, {"loopCounter": loop.completed})


def _start_all(run: Run, node: Node, body: Activation) -> None:
    while (current := run.activations.get(body.key)) is not None and current.loop is not None:
        if current.loop.total is None or current.loop.started >= current.loop.total:
            return
        _start_next(run, node, current)


def _start_next(run: Run, node: Node, body: Activation) -> None:
    loop = body.loop or Loop(None)
    local: dict[str, Json] = {"loopCounter": loop.started + 1}
    if isinstance(node.loop, MultiInstance) and node.loop.element_variable and loop.items is not None:
        local[node.loop.element_variable] = loop.items[loop.started]
    run.activations[body.key] = replace(body, loop=replace(loop, started=loop.started + 1))
    run.work += 1
    key = run.visit(node.id)
    run.entered(node, key)
    run.table.begin(run, node, Activation(key, node.id, body.scope, Phase.STEP, locals=local, body=body.key))
