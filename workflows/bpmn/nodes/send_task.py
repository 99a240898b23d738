"""Send tasks: a registered step, or a message. BPMN 2.0.2, 10.3.3 and 13.3.3."""

from __future__ import annotations

from workflows.bpmn.activity import arrive, complete
from workflows.bpmn.definition import Node
from workflows.bpmn.nodes import step_task
from workflows.bpmn.nodes.sending import send_message
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation
from workflows.bpmn.tokens import split_implicitly


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Run the step if one is named, else send the message and go on."""
    if node.step is not None:
        step_task.begin(run, node, activation)
        return
    send_message(run, node, activation)
    complete(run, activation, {})


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
