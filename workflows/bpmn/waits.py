"""Timers and subscriptions: reading what to wait for, asking for it, and giving it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.bpmn.commands import AwaitMessage, CancelTimer, StartTimer, StopAwaiting, TimerKind
from workflows.bpmn.definition import EventKind, Node, Timer
from workflows.bpmn.expressions import ExpressionFailed, Program
from workflows.bpmn.iso8601 import is_timer_text, next_cycle
from workflows.bpmn.run import NO_LOCALS, Run
from workflows.bpmn.state import Wait, WaitKind

Json = Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an event waits for, its expressions evaluated."""

    node: Node
    kind: WaitKind
    text: str
    timer: TimerKind | None = None


def want(run: Run, node: Node, scope: str, local: Mapping[str, Json] = NO_LOCALS) -> Wanted:
    """Read what the event waits for; raises ExpressionFailed before anything has changed."""
    timer = node.event.timer
    if node.event.kind is EventKind.TIMER and timer is not None:
        return Wanted(node, WaitKind.TIMER, _timer_text(run, timer, scope, local), timer.kind)
    key = None if node.message is None else node.message.key
    return Wanted(node, WaitKind.MESSAGE, correlation_key(run, key, scope, local))


def correlation_key(run: Run, key: Program | None, scope: str, local: Mapping[str, Json] = NO_LOCALS) -> str:
    return run.state.business_key if key is None else str(run.evaluate(key, scope, local))


def arm(run: Run, wanted: Wanted, key: str, host: str) -> None:
    """Ask for the timer or message on behalf of an open activation."""
    node = wanted.node
    rest = wanted.text
    if wanted.kind is WaitKind.TIMER and wanted.timer is not None:
        run.commands.append(StartTimer(key, node.id, wanted.timer, wanted.text))
        rest = next_cycle(wanted.text) or "" if wanted.timer is TimerKind.CYCLE else ""
    elif node.message is not None:
        run.commands.append(AwaitMessage(key, node.id, node.message.name, wanted.text))
    run.waits[key] = Wait(key, node.id, wanted.kind, host, rest or None)


def rearm(run: Run, wait: Wait) -> None:
    """Wait again after a non-interrupting event has fired: the rest of a cycle, or the next message."""
    if wait.text is None:
        return
    node = run.nodes[wait.element_id]
    timer = TimerKind.CYCLE if wait.kind is WaitKind.TIMER else None
    arm(run, Wanted(node, wait.kind, wait.text, timer), run.visit(node.id), wait.host)


def disarm(run: Run, host: str) -> None:
    """Give up all that an activation waits for."""
    for wait in [each for each in run.waits.values() if each.host == host]:
        del run.waits[wait.key]
        is_timer = wait.kind is WaitKind.TIMER
        run.commands.append(CancelTimer(wait.key) if is_timer else StopAwaiting(wait.key))


def _timer_text(run: Run, timer: Timer, scope: str, local: Mapping[str, Json]) -> str:
    if timer.text.program is None:
        return timer.text.literal or ""
    text = str(run.evaluate(timer.text.program, scope, local)).strip()
    if not is_timer_text(timer.kind, text):
        raise ExpressionFailed(timer.text.program.text, f"yields {text!r}, which is no {timer.kind.value} of ISO 8601")
    return text
