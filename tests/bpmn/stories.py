"""Driving one instance through triggers, checking at every turn what must always hold of the engine."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from workflows.bpmn.commands import Command, Fact, FactKind, Finish, OpenTask, Outcome, RaiseIncident, RunStep
from workflows.bpmn.definition import Definition
from workflows.bpmn.engine import Advanced, active_elements, advance, initial_state
from workflows.bpmn.parser import StepFacts, parse
from workflows.bpmn.state import State
from workflows.bpmn.triggers import (
    IncidentRetried,
    IncidentSkipped,
    MessageReceived,
    Start,
    StepCompleted,
    StepFailed,
    TaskCompleted,
    TimerFired,
    Trigger,
)

STEPS = {
    name: StepFacts(name, undo)
    for name, undo in {
        "area.do_it": None,
        "area.reserve": "area.release",
        "area.release": None,
        "area.book": "area.unbook",
        "area.unbook": None,
    }.items()
}
C = TypeVar("C", bound=Command)


def compiled(xml: bytes) -> Definition:
    """Parse a file that must be without errors."""
    parsed = parse(xml, STEPS)
    assert parsed.definition is not None, [each.message("en") for each in parsed.findings]
    return parsed.definition


def advance_checked(definition: Definition, state: State, trigger: Trigger) -> Advanced:
    """Advance, and see that the state was left alone and that a serialised one does the same and comes back whole."""
    before = json.dumps(state.to_json(), sort_keys=True)
    advanced = advance(definition, state, trigger)
    assert json.dumps(state.to_json(), sort_keys=True) == before
    again = advance(definition, State.from_json(json.loads(json.dumps(state.to_json()))), trigger)
    assert again == advanced
    assert State.from_json(json.loads(json.dumps(advanced.state.to_json()))) == advanced.state
    return advanced


class Story:
    """One instance and what has happened to it."""

    def __init__(self, xml: bytes, business_key: str = "SO-1", process_id: str | None = None) -> None:
        self.definition = compiled(xml)
        self.state = initial_state(self.definition, process_id, business_key)
        self.commands: list[Command] = []
        self.facts: list[Fact] = []

    def send(self, trigger: Trigger) -> list[Command]:
        advanced = advance_checked(self.definition, self.state, trigger)
        self.state = advanced.state
        self.commands.extend(advanced.commands)
        self.facts.extend(advanced.facts)
        return list(advanced.commands)

    def start(self, **variables: Any) -> list[Command]:
        return self.send(Start(variables))

    def task(self, activation: str, action: str = "complete", **data: Any) -> list[Command]:
        return self.send(TaskCompleted(activation, action, data, "sales"))

    def step(self, activation: str, **output: Any) -> list[Command]:
        return self.send(StepCompleted(activation, output))

    def fail(self, activation: str, code: str | None = None) -> list[Command]:
        return self.send(StepFailed(activation, "it failed", code))

    def fire(self, timer: str) -> list[Command]:
        return self.send(TimerFired(timer))

    def message(self, subscription: str, **payload: Any) -> list[Command]:
        return self.send(MessageReceived(subscription, payload))

    def retry(self, activation: str) -> list[Command]:
        return self.send(IncidentRetried(activation))

    def skip(self, activation: str, **output: Any) -> list[Command]:
        return self.send(IncidentSkipped(activation, output))

    def all_of(self, kind: type[C]) -> list[C]:
        return [each for each in self.commands if isinstance(each, kind)]

    @property
    def path(self) -> str:
        """The elements completed, in order."""
        return " ".join(fact.element_id for fact in self.facts if fact.kind is FactKind.COMPLETED)

    @property
    def active(self) -> list[str]:
        return sorted(active_elements(self.state, self.definition))

    @property
    def opened(self) -> list[str]:
        return [each.activation for each in self.all_of(OpenTask)]

    @property
    def steps(self) -> list[str]:
        return [each.activation for each in self.all_of(RunStep)]

    @property
    def incidents(self) -> list[str]:
        return [f"{each.activation} {each.code}" for each in self.all_of(RaiseIncident)]

    @property
    def outcome(self) -> Outcome | None:
        found = self.all_of(Finish)
        assert len(found) <= 1
        return found[0].outcome if found else None

    @property
    def finish(self) -> Finish:
        return self.all_of(Finish)[0]
