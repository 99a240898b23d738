"""Call activities: another process runs as a child of this one. BPMN 2.0.2, 10.3.6 and 13.3.4."""

from __future__ import annotations

from workflows.bpmn.activity import arrive, read_input
from workflows.bpmn.commands import StartChild
from workflows.bpmn.definition import Node
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation, Phase
from workflows.bpmn.tokens import split_implicitly


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Ask for the child; it gets what the input mappings say, else all visible variables."""
    values = read_input(run, node, activation)
    run.hold(activation, Phase.CHILD)
    run.commands.append(StartChild(activation.key, node.id, node.called or "", values))


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
