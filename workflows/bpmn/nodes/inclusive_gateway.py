"""Inclusive gateways: every way out whose condition holds; a join waits for all tokens that can still come.

BPMN 2.0.2, 10.6.3 and 13.4.3. When a join fires is decided in `joins`, once no token is on its way.
"""

from __future__ import annotations

from workflows.bpmn.definition import Node
from workflows.bpmn.nodes import passing
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.tokens import split_implicitly


def arrive(run: Run, node: Node, scope: str, flow: str | None) -> None:
    """Put the token on its flow; with a single incoming flow there is nothing to wait for."""
    if flow is None or len(node.incoming) == 1:
        passing.arrive(run, node, scope, flow)
        return
    waiting = run.own(scope).waiting
    waiting[flow] = waiting.get(flow, 0) + 1


BEHAVIOUR = Behaviour(arrive, passing.begin, split_implicitly)
