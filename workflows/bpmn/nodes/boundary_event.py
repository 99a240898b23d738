"""Boundary events: armed by their activity, happening in `failures`; here is how they leave. BPMN 2.0.2, 13.5.3."""

from __future__ import annotations

from workflows.bpmn.activity import arrive, complete
from workflows.bpmn.definition import Node
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation
from workflows.bpmn.tokens import split_implicitly


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Go on, when an incident of the event is retried."""
    complete(run, activation, activation.result or {})


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
