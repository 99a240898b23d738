"""Sending a message, as throw events, message end events and send tasks do. BPMN 2.0.2, 10.5.1 and 13.3.3."""

from __future__ import annotations

from workflows.bpmn.commands import SendMessage
from workflows.bpmn.definition import Node
from workflows.bpmn.run import Run
from workflows.bpmn.state import Activation
from workflows.bpmn.waits import correlation_key


def send_message(run: Run, node: Node, activation: Activation) -> None:
    """Ask for the message to be sent; its payload is what the input mappings say, else empty."""
    if node.message is None:
        return
    local = run.locals_of(activation)
    key = correlation_key(run, node.message.key, activation.scope, local)
    payload = {each.target: run.evaluate(each.value, activation.scope, local) for each in node.inputs}
    run.commands.append(SendMessage(activation.key, node.id, node.message.name, key, payload))
