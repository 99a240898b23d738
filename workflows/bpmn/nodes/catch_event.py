"""Intermediate catch events and receive tasks: wait for a message or a timer. BPMN 2.0.2, 10.5.4, 13.3.3 and 13.5.2."""

from __future__ import annotations

from workflows.bpmn.activity import arrive
from workflows.bpmn.definition import Node
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation, Phase, WaitKind
from workflows.bpmn.tokens import split_implicitly
from workflows.bpmn.waits import arm, want


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Wait; the activation is also the name of the timer or subscription."""
    wanted = want(run, node, activation.scope, run.locals_of(activation))
    run.hold(activation, Phase.TIMER if wanted.kind is WaitKind.TIMER else Phase.MESSAGE)
    arm(run, wanted, activation.key, activation.key)


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
