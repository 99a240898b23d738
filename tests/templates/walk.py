"""Walking through the shipped templates with the pure engine: steps are answered by stand-ins, people by the test."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from activities.registry import facts_for_parser, load_steps
from models.payloads.processes import StepError
from workflows.bpmn.commands import (
    AwaitMessage,
    CancelChild,
    CancelStep,
    CancelTimer,
    CloseTask,
    Command,
    Finish,
    OpenTask,
    Outcome,
    RaiseIncident,
    RunStep,
    StartChild,
    StartTimer,
    StopAwaiting,
)
from workflows.bpmn.definition import Definition
from workflows.bpmn.engine import advance, initial_state, root_variables
from workflows.bpmn.parser import parse
from workflows.bpmn.triggers import (
    CancelRequested,
    ChildCompleted,
    ChildFailed,
    MessageReceived,
    Start,
    StepCompleted,
    StepFailed,
    TaskCompleted,
    TimerFired,
    Trigger,
)

FOLDER = Path(__file__).parents[2] / "workflows" / "templates"
KEYS = tuple(sorted(file.stem for file in FOLDER.glob("*.bpmn")))

StandIn = Callable[[Mapping[str, Any]], dict[str, Any]]


@cache
def definition(key: str) -> Definition:
    """Parse a shipped template against the registered steps; it must be without any finding."""
    parsed = parse((FOLDER / f"{key}.bpmn").read_bytes(), facts_for_parser(load_steps()), KEYS)
    assert not parsed.findings, [each.message("en") for each in parsed.findings]
    assert parsed.definition is not None
    return parsed.definition


class Walk:
    """One instance of a template and the instances that it calls."""

    def __init__(
        self,
        key: str,
        stand_ins: Mapping[str, StandIn],
        variables: Mapping[str, Any],
        is_done: list[str] | None = None,
    ) -> None:
        self.definition = definition(key)
        self.stand_ins = stand_ins
        self.state = initial_state(self.definition, None, "SO-1")
        self.tasks: dict[str, OpenTask] = {}
        self.timers: dict[str, StartTimer] = {}
        self.waits: dict[str, AwaitMessage] = {}
        self.children: dict[str, Walk] = {}
        self.incidents: list[str] = []
        self.steps: list[str] = [] if is_done is None else is_done
        """Names of the steps that were done, those of called instances included."""
        self.end: Finish | None = None
        self.send(Start(dict(variables)))

    @property
    def outcome(self) -> Outcome | None:
        return self.end.outcome if self.end else None

    @property
    def variables(self) -> Mapping[str, Any]:
        return self.end.variables if self.end else root_variables(self.state)

    @property
    def open(self) -> list[str]:
        """The elements of all open tasks, in alphabetical order."""
        own = [task.element_id for task in self.tasks.values()]
        return sorted(own + [each for child in self.children.values() for each in child.open])

    def act(self, element_id: str, action: str, **data: Any) -> None:
        """Finish the first open task of an element."""
        walk, task = self._task(element_id)
        assert action in task.actions
        walk.send(TaskCompleted(task.activation, action, data, "somebody"))
        self._settle_children()

    def message(self, name: str, key: str, **payload: Any) -> bool:
        """Deliver a message to whoever waits for it; False when nobody does."""
        for subscription, wait in self.waits.items():
            if (wait.name, wait.key) == (name, key):
                self.send(MessageReceived(subscription, payload))
                return True
        found = any(child.message(name, key, **payload) for child in list(self.children.values()))
        self._settle_children()
        return found

    def fire(self, element_id: str) -> str:
        """Let the timer of an element be due; returns its duration."""
        for timer in list(self.timers.values()):
            if timer.element_id == element_id:
                del self.timers[timer.timer]
                self.send(TimerFired(timer.timer))
                return timer.text
        text = next(child.fire(element_id) for child in self.children.values() if child.has_timer(element_id))
        self._settle_children()
        return text

    def has_timer(self, element_id: str) -> bool:
        return any(timer.element_id == element_id for timer in self.timers.values())

    def cancel(self) -> None:
        self.send(CancelRequested("a change of plan", "ops"))

    def send(self, trigger: Trigger) -> None:
        """Apply a trigger and whatever follows from it without a person, a message or a timer."""
        ahead: deque[Trigger] = deque([trigger])
        while ahead:
            advanced = advance(self.definition, self.state, ahead.popleft())
            self.state = advanced.state
            for command in advanced.commands:
                answer = self._carry_out(command)
                if answer is not None:
                    ahead.append(answer)
        self._settle_children()

    def _settle_children(self) -> None:
        for activation, child in list(self.children.items()):
            if child.end is not None and activation in self.children:
                del self.children[activation]
                self.send(_report(activation, child.end))

    def _carry_out(self, command: Command) -> Trigger | None:
        match command:
            case OpenTask():
                self.tasks[command.activation] = command
            case CloseTask():
                del self.tasks[command.activation]
            case StartTimer():
                self.timers[command.timer] = command
            case CancelStep():
                raise AssertionError(f"{command.activation} had reported")
            case CancelTimer():
                self.timers.pop(command.timer, None)
            case AwaitMessage():
                self.waits[command.subscription] = command
            case StopAwaiting():
                self.waits.pop(command.subscription, None)
            case RaiseIncident():
                self.incidents.append(f"{command.element_id}: {command.message}")
            case Finish():
                self.end = command
            case RunStep():
                return self._run(command)
            case StartChild():
                self.children[command.activation] = Walk(command.called, self.stand_ins, command.variables, self.steps)
            case CancelChild():
                return self._cancel_child(command)
            case _:
                raise AssertionError(command)
        return None

    def _run(self, command: RunStep) -> Trigger:
        try:
            output = self.stand_ins.get(command.step, _nothing)(command.input)
        except StepError as error:
            return StepFailed(command.activation, error.message, error.code)
        self.steps.append(command.step)
        return StepCompleted(command.activation, output)

    def _cancel_child(self, command: CancelChild) -> Trigger:
        child = self.children.pop(command.activation)
        child.cancel()
        assert child.end is not None
        return _report(command.activation, child.end)

    def _task(self, element_id: str) -> tuple[Walk, OpenTask]:
        for activation, task in self.tasks.items():
            if task.element_id == element_id:
                del self.tasks[activation]
                return self, task
        return next(child._task(element_id) for child in self.children.values() if element_id in child.open)


def _nothing(_: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _report(activation: str, end: Finish) -> Trigger:
    undo = list(end.compensations)
    if end.outcome is Outcome.COMPLETED:
        return ChildCompleted(activation, end.variables, undo)
    return ChildFailed(activation, end.message or end.outcome, end.error_code, undo)
