"""Embedded subprocesses: a scope of their own inside the process. BPMN 2.0.2, 10.3.5 and 13.3.4."""

from __future__ import annotations

from workflows.bpmn.activity import arrive
from workflows.bpmn.definition import Node
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation, Phase, Scope
from workflows.bpmn.tokens import end_scope, split_implicitly


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Open the scope and put a token on its start event, or on everything in it that has no incoming flow."""
    inner = {each.target: run.evaluate(each.value, activation.scope, run.locals_of(activation)) for each in node.inputs}
    inner.update(activation.locals)
    run.hold(activation, Phase.SCOPE)
    starts = run.definition.levels[node.id].starts
    scope = Scope(activation.key, node.id, activation.scope, len(starts), inner, {}, tuple(inner))
    run.add_scope(scope)
    for start in starts:
        run.push(start, activation.key)
    if not starts:
        end_scope(run, activation.key)


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
