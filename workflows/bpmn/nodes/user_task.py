"""User tasks: work for a person, opened in the inbox. BPMN 2.0.2, 10.3.4 and 13.3.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.bpmn.activity import arrive, read_input
from workflows.bpmn.commands import Assignment, OpenTask, TimerKind
from workflows.bpmn.definition import HumanWork, Node, Text
from workflows.bpmn.expressions import ExpressionFailed
from workflows.bpmn.iso8601 import is_timer_text
from workflows.bpmn.run import Behaviour, Run
from workflows.bpmn.state import Activation, Phase
from workflows.bpmn.tokens import split_implicitly

Json = Any


def begin(run: Run, node: Node, activation: Activation) -> None:
    """Open the task for whom its assignment names."""
    work = node.work or HumanWork()
    local = run.locals_of(activation)
    task = OpenTask(
        activation=activation.key,
        element_id=node.id,
        assignment=_assignment(run, work, activation.scope, local),
        actions=work.actions,
        name=node.name or node.id,
        labels=dict(node.labels),
        form=work.form,
        due=_due(run, work.due, activation.scope, local),
        input=read_input(run, node, activation),
    )
    run.hold(activation, Phase.TASK)
    run.commands.append(task)


def _assignment(run: Run, work: HumanWork, scope: str, local: Mapping[str, Json]) -> Assignment:
    return Assignment(
        users=_names(run, work.users, scope, local),
        roles=_names(run, work.roles, scope, local),
        relation=work.relation,
        dealer=_dealer(run, work, scope, local),
    )


def _dealer(run: Run, work: HumanWork, scope: str, local: Mapping[str, Json]) -> str | None:
    """Narrow to the dealer computed, else to the process's own, which may have none."""
    if work.dealer is not None:
        return str(run.evaluate(work.dealer, scope, local))
    implied = run.lookup("dealer", scope, local) if work.is_dealer_implied else None
    return implied if isinstance(implied, str) else None


def _names(run: Run, text: Text, scope: str, local: Mapping[str, Json]) -> tuple[str, ...]:
    if text.program is not None:
        return tuple(run.evaluate(text.program, scope, local))
    return tuple(name.strip() for name in (text.literal or "").split(",") if name.strip())


def _due(run: Run, due: Text | None, scope: str, local: Mapping[str, Json]) -> str | None:
    if due is None or due.program is None:
        return None if due is None else due.literal
    value = str(run.evaluate(due.program, scope, local))
    if not is_timer_text(TimerKind.DURATION, value):
        raise ExpressionFailed(due.program.text, f"yields {value!r}, which is no duration of ISO 8601")
    return value


BEHAVIOUR = Behaviour(arrive, begin, split_implicitly)
