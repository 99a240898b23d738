"""Service and business rule tasks: a registered step does the work. BPMN 2.0.2, 10.3.3 and 13.3.3."""

from __future__ import annotations

from workflows.bpmn.activity import arrive, complete, read_input
from workflows.bpmn.commands import RunStep
from workflows.bpmn.definition import Node
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation, Phase
from workflows.bpmn.tokens import split_implicitly


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Ask for the step; an element that names none goes straight on."""
    if node.step is None:
        complete(run, activation, {})
        return
    values = read_input(run, node, activation)
    run.hold(activation, Phase.STEP, given=values if node.compensated_by else None)
    run.commands.append(RunStep(activation.key, node.id, node.step, values))


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
