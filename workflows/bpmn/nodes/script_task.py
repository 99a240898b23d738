"""Script tasks: an expression, evaluated in place, or a step. BPMN 2.0.2, 10.3.3 and 13.3.3."""

from __future__ import annotations

from workflows.bpmn.activity import arrive, complete
from workflows.bpmn.definition import Node
from workflows.bpmn.expressions import ExpressionFailed
from workflows.bpmn.nodes import step_task
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation
from workflows.bpmn.tokens import split_implicitly


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Take the value in: under the result variable's name, or key by key if it is a map and no name is given."""
    if node.script is None or node.step is not None:
        step_task.begin(run, node, activation)
        return
    value = run.evaluate(node.script, activation.scope, run.locals_of(activation))
    if node.result_variable is not None:
        complete(run, activation, {node.result_variable: value})
    elif isinstance(value, dict):
        complete(run, activation, value)
    else:
        raise ExpressionFailed(node.script.text, "yields no map, and the task names no result variable")


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
