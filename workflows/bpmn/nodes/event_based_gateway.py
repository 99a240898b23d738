"""Event-based gateways: the first of the events behind it decides the way. BPMN 2.0.2, 10.6.6 and 13.4.4."""

from __future__ import annotations

from typing import Any

from workflows.bpmn.activity import arrive, complete
from workflows.bpmn.commands import Fact, FactKind
from workflows.bpmn.definition import Node
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation, Phase, Wait
from workflows.bpmn.tokens import choose_all
from workflows.bpmn.waits import arm, disarm, want

Json = Any


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Wait for all of the events at once."""
    wanted = [want(run, run.nodes[flow.target], activation.scope) for flow in node.outgoing]
    run.hold(activation, Phase.EVENTS)
    for each in wanted:
        arm(run, each, run.visit(each.node.id), activation.key)


def decide(run: Run, activation: Activation, wait: Wait, payload: dict[str, Json]) -> None:
    """Go on behind the event that happened and forget the others."""
    node, event = run.nodes[activation.element_id], run.nodes[wait.element_id]
    del run.activations[activation.key]
    del run.waits[wait.key]
    disarm(run, activation.key)
    run.completed(node, activation.key)
    flow = next(flow for flow in node.outgoing if flow.target == event.id)
    run.facts.append(Fact(FactKind.FLOW_TAKEN, flow.id))
    run.entered(event, wait.key)
    complete(run, Activation(wait.key, event.id, activation.scope, Phase.MESSAGE), payload)


BEHAVIOUR = Behaviour(arrive, begin, choose_all)
