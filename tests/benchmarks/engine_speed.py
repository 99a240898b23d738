"""How many elements a second the pure engine passes on one core: entered and left counts as one."""

from __future__ import annotations

import time

from tests.bpmn.diagrams import diagram, element, end, flows, gateway, service, start, user
from workflows.bpmn.commands import FactKind, OpenTask, RunStep
from workflows.bpmn.definition import Definition
from workflows.bpmn.engine import advance, initial_state
from workflows.bpmn.parser import parse
from workflows.bpmn.triggers import Start, StepCompleted, TaskCompleted, Trigger


def order_process() -> Definition:
    """Compile a process as orders have it: tasks, steps, a choice on an amount, two departments in parallel."""
    parsed = parse(
        diagram(
            start(),
            service("register"),
            user("sales", df_actions="approve,reject"),
            gateway("exclusive", "decided", default="decided_small"),
            gateway("exclusive", "small"),
            gateway("parallel", "fork"),
            user("credit"),
            user("finance"),
            gateway("parallel", "join"),
            element("task", "note"),
            service("reserve"),
            service("dispatch"),
            gateway("inclusive", "any"),
            element("task", "mail"),
            element("task", "chat"),
            gateway("inclusive", "all"),
            end(),
            flows(
                "start->register", "register->sales", "sales->decided", "decided->fork[total_fen >= 5000000]",
                "decided->small", "fork->credit", "fork->finance", "credit->join", "finance->join", "join->small",
                "small->note", "note->reserve", "reserve->dispatch", "dispatch->any", "any->mail[total_fen > 0]",
                "any->chat[outcome == 'approve']", "mail->all", "chat->all", "all->end",
            ),
        )
    )  # fmt: skip
    assert parsed.definition is not None, [each.message("en") for each in parsed.findings]
    return parsed.definition


def run_once(definition: Definition) -> int:
    """Drive one instance from start to end and count the elements it left."""
    state = initial_state(definition, business_key="SO-2026-000001")
    ahead: list[Trigger] = [Start({"order_number": "SO-2026-000001", "total_fen": 6_000_000, "dealer": "D-01"})]
    left = 0
    while ahead:
        advanced = advance(definition, state, ahead.pop())
        state = advanced.state
        left += sum(fact.kind is FactKind.COMPLETED for fact in advanced.facts)
        for command in advanced.commands:
            if isinstance(command, OpenTask):
                ahead.append(TaskCompleted(command.activation, "approve", {}, "sales"))
            elif isinstance(command, RunStep):
                ahead.append(StepCompleted(command.activation, {"order_number": "SO-2026-000001"}))
    return left


def transitions_per_second(seconds: float = 2.0) -> float:
    """Run instances for a while and give the rate of the best of five slices: machines are noisy."""
    definition = order_process()
    run_once(definition)
    best = 0.0
    for _ in range(5):
        began, left = time.process_time(), 0
        while time.process_time() - began < seconds / 5:
            left += run_once(definition)
        best = max(best, left / (time.process_time() - began))
    return best


def measure_engine() -> float:
    """Measure and print."""
    rate = transitions_per_second()
    print(f"pure engine: {rate:,.0f} element transitions a second")
    return rate


if __name__ == "__main__":
    measure_engine()
