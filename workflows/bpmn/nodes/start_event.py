"""Start events: none and message. BPMN 2.0.2, 10.5.2 and 13.5.1."""

from __future__ import annotations

from workflows.bpmn.activity import arrive, complete
from workflows.bpmn.definition import Node
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import ROOT, Activation
from workflows.bpmn.tokens import split_implicitly


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Go on at once; at the process's own start the variables it was started with are the result to map."""
    result = dict(run.scopes[ROOT].variables) if node.outputs and activation.scope == ROOT else {}
    complete(run, activation, result)


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
