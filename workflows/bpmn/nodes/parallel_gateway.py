"""Parallel gateways: wait for a token on every incoming flow, then take every outgoing one.

BPMN 2.0.2, 10.6.4 and 13.4.1: one token is taken from each incoming flow; what more there is on a flow stays there.
"""

from __future__ import annotations

from workflows.bpmn.definition import Node
from workflows.bpmn.joins import fire
from workflows.bpmn.nodes import passing
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.tokens import choose_all


def arrive(run: Run, node: Node, scope: str, flow: str | None) -> None:
    """Put the token on its flow and fire as soon as every flow has one."""
    if flow is None or len(node.incoming) == 1:
        passing.arrive(run, node, scope, flow)
        return
    waiting = run.own(scope).waiting
    waiting[flow] = waiting.get(flow, 0) + 1
    if all(each in waiting for each in node.incoming):
        fire(run, node, scope)


BEHAVIOUR = Behaviour(arrive, passing.begin, choose_all)
