"""Intermediate throw events: none and message. BPMN 2.0.2, 10.5.4 and 13.5.2."""

from __future__ import annotations

from workflows.bpmn.activity import arrive, complete
from workflows.bpmn.definition import Node
from workflows.bpmn.nodes.sending import send_message
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation
from workflows.bpmn.tokens import split_implicitly


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Send the message, if it is one, and go on."""
    send_message(run, node, activation)
    complete(run, activation, {})


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
