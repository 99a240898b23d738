"""Elements that a token only passes through, each token on its own (implicit merge). BPMN 2.0.2, 13.4.2."""

from __future__ import annotations

from workflows.bpmn.definition import Node
from workflows.bpmn.run import Run
from workflows.bpmn.state import Activation
from workflows.bpmn.tokens import leave


def arrive(run: Run, node: Node, scope: str, flow: str | None) -> None:
    """Enter and leave at once."""
    key = run.visit(node.id)
    run.entered(node, key)
    run.completed(node, key)
    leave(run, node, scope, key)


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Leave again, when an incident of the element is retried."""
    leave(run, node, activation.scope, activation.key)
