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
    leave(run, node, scope, key)


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Leave, which is all there is to do."""
    leave(run, node, activation.scope, activation.key)
