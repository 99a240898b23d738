"""Exclusive gateways: one way out, the first whose condition holds. BPMN 2.0.2, 10.6.2 and 13.4.2."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.bpmn.definition import Flow, Node
from workflows.bpmn.nodes.passing import arrive, begin
from workflows.bpmn.run import Behaviour, NoFlow, Run


def choose(run: Run, node: Node, scope: str) -> Sequence[Flow]:
    """Try the conditions in document order; the default flow is last and always holds."""
    for flow in node.outgoing:
        if flow.condition is None or flow.id == node.default or run.evaluate(flow.condition, scope):
            return (flow,)
    raise NoFlow


BEHAVIOUR = Behaviour(arrive, begin, choose)
