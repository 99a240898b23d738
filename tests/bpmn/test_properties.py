"""Whatever sound diagram and whatever legal order of events: it ends, with no token left, and always the same way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bpmn.diagrams import (
    again,
    boundary,
    catch,
    diagram,
    element,
    end,
    error,
    flow,
    flows,
    gateway,
    many,
    message,
    service,
    start,
    subprocess,
    timer,
    user,
)
from tests.bpmn.stories import compiled
from workflows.bpmn.commands import Command, Finish, OpenTask, Outcome, RaiseIncident, RunStep, StartChild
from workflows.bpmn.definition import Definition
from workflows.bpmn.engine import advance, initial_state
from workflows.bpmn.findings import Severity
from workflows.bpmn.parser import parse
from workflows.bpmn.state import Phase, State, Status, WaitKind
from workflows.bpmn.triggers import (
    CancelRequested,
    ChildCompleted,
    IncidentSkipped,
    MessageReceived,
    Start,
    StepCompleted,
    StepFailed,
    TaskCompleted,
    TimerFired,
    Trigger,
)

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass
class Sketch:
    """A block-structured diagram under construction: its blocks join up at one way in and one way out."""

    random: Random
    budget: int
    parts: list[str] = field(default_factory=list)
    made: int = 0

    def name(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made}"

    def block(self, depth: int) -> tuple[str, str]:
        """Draw one block and name its first and last element."""
        self.budget -= 1
        simple: list[Callable[[int], tuple[str, str]]] = [self.task, self.step, self.wait, self.call, self.repeated]
        nested: list[Callable[[int], tuple[str, str]]] = [
            self.row, self.choice, self.fork, self.some, self.scope, self.race, self.loop, self.jump,
        ]  # fmt: skip
        kinds = simple if depth <= 0 or self.budget <= 0 else simple + nested * 2
        return self.random.choice(kinds)(depth - 1)

    def add(self, *parts: str) -> None:
        self.parts.extend(parts)

    def task(self, depth: int) -> tuple[str, str]:
        name = self.name("task")
        self.add(user(name))
        if self.random.random() < 0.3:
            away, merge = self.name("late"), self.name("merge")
            event = self.random.choice([timer("PT1H"), message()])
            self.add(
                boundary(away, name, event), gateway("exclusive", merge), flows(f"{name}->{merge}", f"{away}->{merge}")
            )
            return name, merge
        return name, name

    def step(self, depth: int) -> tuple[str, str]:
        name, away, merge = self.name("step"), self.name("caught"), self.name("merge")
        self.add(service(name, step=self.random.choice(["area.do_it", "area.reserve", "area.book"])))
        self.add(boundary(away, name, error(None)), gateway("exclusive", merge))
        self.add(flows(f"{name}->{merge}", f"{away}->{merge}"))
        return name, merge

    def wait(self, depth: int) -> tuple[str, str]:
        name = self.name("wait")
        self.add(catch(name, self.random.choice([timer("PT1H"), message()])))
        return name, name

    def call(self, depth: int) -> tuple[str, str]:
        name = self.name("call")
        self.add(element("callActivity", name, calledElement="child"))
        return name, name

    def repeated(self, depth: int) -> tuple[str, str]:
        name = self.name("many")
        rule = self.random.choice(
            [
                many(cardinality="3", completion="nrOfCompletedInstances >= 2"),
                many(sequential=True, collection="[1, 2]"),
                again("loopCounter < 2"),
                many(cardinality="0"),
            ]
        )
        self.add(self.random.choice([user, service])(name, rule))
        return name, name

    def row(self, depth: int) -> tuple[str, str]:
        first, second = self.block(depth), self.block(depth)
        self.add(flow(f"{first[1]}->{second[0]}"))
        return first[0], second[1]

    def between(self, kind: str, split_end: str, depth: int, conditions: list[str]) -> tuple[str, str]:
        """Draw branches between two gateways; an empty condition is the default's or none."""
        split, join = self.name("split"), self.name("join")
        defaults = {} if all(conditions) or kind == "parallel" else {"default": ""}
        branches = [self.block(depth) for _ in conditions]
        if defaults:
            defaults["default"] = f"{split}_{branches[-1][0]}"
        self.add(gateway(kind, split, **defaults), gateway(split_end, join))
        for condition, (entry, leave) in zip(conditions, branches, strict=True):
            self.add(
                flow(f"{split}->{entry}[{condition}]" if condition else f"{split}->{entry}"), flow(f"{leave}->{join}")
            )
        return split, join

    def condition(self) -> str:
        return f"dice % {self.random.randint(2, 4)} == {self.random.randint(0, 1)}"

    def choice(self, depth: int) -> tuple[str, str]:
        return self.between("exclusive", "exclusive", depth, [self.condition(), self.condition(), ""])

    def fork(self, depth: int) -> tuple[str, str]:
        return self.between("parallel", self.random.choice(["parallel", "inclusive"]), depth, ["", ""])

    def some(self, depth: int) -> tuple[str, str]:
        return self.between("inclusive", "inclusive", depth, [self.condition(), self.condition(), ""])

    def scope(self, depth: int) -> tuple[str, str]:
        name, outer = self.name("sub"), self.parts
        self.parts = []
        first, last = self.block(depth)
        begin, finish = self.name("begin"), self.name("finish")
        stop = self.random.choice(["", "<bpmn:terminateEventDefinition/>"])
        self.add(start(begin), end(finish, stop), flows(f"{begin}->{first}", f"{last}->{finish}"))
        inner, self.parts = self.parts, outer
        self.add(subprocess(name, self.random.choice(["", many(cardinality="2")]), *inner))
        if self.random.random() < 0.5:
            beside, ended = self.name("beside"), self.name("ended")
            self.add(boundary(beside, name, timer("R2/PT1H", "timeCycle"), interrupts=False), end(ended))
            self.add(flow(f"{beside}->{ended}"))
        return name, name

    def race(self, depth: int) -> tuple[str, str]:
        fork, merge, paid, late = (self.name(each) for each in ("race", "merge", "paid", "late"))
        first, last = self.block(depth)
        self.add(
            gateway("eventBased", fork), gateway("exclusive", merge), catch(paid, message()), catch(late, timer("PT1H"))
        )
        self.add(
            flows(f"{fork}->{paid}", f"{fork}->{late}", f"{paid}->{first}", f"{last}->{merge}", f"{late}->{merge}")
        )
        return fork, merge

    def loop(self, depth: int) -> tuple[str, str]:
        """Draw a way back; the script counts on, so that it ends."""
        merge, split, count = self.name("again"), self.name("enough"), self.name("count")
        first, last = self.block(depth)
        script = "<bpmn:script>{'dice': dice + 1}</bpmn:script>"
        leave = self.name("leave")
        self.add(
            gateway("exclusive", merge), gateway("exclusive", split, default=f"{split}_{leave}"), element("task", leave)
        )
        self.add(element("scriptTask", count, script))
        self.add(flows(f"{merge}->{first}", f"{last}->{count}", f"{count}->{split}", f"{split}->{leave}"))
        self.add(flow(f"{split}->{merge}[dice % 3 == 1 && dice < 40]"))
        return merge, leave

    def jump(self, depth: int) -> tuple[str, str]:
        """Draw an unstructured part: a branch of a fork that may end early, or go straight to the inclusive join."""
        fork, join, choose, stop = (self.name(each) for each in ("fork", "join", "choose", "stop"))
        one, two = self.block(depth), self.block(depth)
        self.add(gateway("parallel", fork), gateway("inclusive", join), end(stop))
        self.add(gateway("exclusive", choose, default=f"{choose}_{two[0]}"))
        self.add(
            flows(
                f"{fork}->{one[0]}",
                f"{one[1]}->{join}",
                f"{fork}->{choose}",
                f"{choose}->{two[0]}",
                f"{two[1]}->{join}",
            )
        )
        self.add(flow(f"{choose}->{stop}[{self.condition()}]"), flow(f"{choose}->{join}[{self.condition()}]"))
        return fork, join


def draw(seed: int) -> bytes:
    sketch = Sketch(Random(seed), budget=12)
    first, last = sketch.block(4)
    sketch.add(start(), end(), flows(f"start->{first}", f"{last}->end"))
    return diagram(*sketch.parts)


def legal_triggers(state: State) -> list[Trigger]:
    """List what could happen next: every open task, step, child, timer and message."""
    found: list[Trigger] = []
    for key, each in state.activations.items():
        if each.phase is Phase.TASK:
            found.append(TaskCompleted(key, "complete", {}, "sales"))
        elif each.phase is Phase.STEP:
            is_caught = each.undo is None and each.body is None
            found.append(StepCompleted(key, {}))
            found.extend([StepFailed(key, "failed", "ANY")] if is_caught else [])
        elif each.phase is Phase.CHILD:
            found.append(ChildCompleted(key, {}, []))
        elif each.phase is Phase.INCIDENT:
            found.append(IncidentSkipped(key, {}))
    found.extend(StepCompleted(key, {}) for key in state.leaving if state.status is Status.CANCELLING)
    for key, wait in state.waits.items():
        found.append(TimerFired(key) if wait.kind is WaitKind.TIMER else MessageReceived(key, {}))
    return found


@dataclass
class Played:
    """How one course went: `done` are the steps that took effect and can be undone."""

    state: State
    commands: list[Command] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def note(self, trigger: Trigger) -> None:
        steps = [each for each in self.commands if isinstance(each, RunStep) and each.compensates is None]
        if isinstance(trigger, StepCompleted):
            asked = next((each for each in steps if each.activation == trigger.activation), None)
            if asked is not None and asked.step in ("area.reserve", "area.book"):
                self.done.append(asked.activation)


def play(definition: Definition, seed: int, *, is_reread: bool, cancel_at: int = -1) -> Played:
    """Let things happen in random order until nothing can."""
    random = Random(seed)
    state = initial_state(definition, business_key="SO-1")
    played = Played(state)
    ahead: list[Trigger] = [Start({"dice": random.randint(0, 23)})]
    for turn in range(2_000):
        trigger = CancelRequested("enough") if turn == cancel_at else random.choice(ahead)
        if is_reread:
            state = State.from_json(json.loads(json.dumps(state.to_json())))
        advanced = advance(definition, state, trigger)
        played.state = state = advanced.state
        played.note(trigger)
        played.commands.extend(advanced.commands)
        ahead = legal_triggers(state)
        if not ahead:
            return played
    pytest.fail("it does not end")


@QUICK
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_sound_diagrams_end_with_no_token_left(shape: int, course: int) -> None:
    played = play(compiled(draw(shape)), course, is_reread=False)
    state, commands = played.state, played.commands
    assert [each for each in commands if isinstance(each, RaiseIncident)] == []
    assert isinstance(commands[-1], Finish)
    assert commands[-1].outcome in (Outcome.COMPLETED, Outcome.TERMINATED)
    assert (state.status, dict(state.activations), dict(state.waits)) == (Status.FINISHED, {}, {})
    assert [(key, scope.tokens, scope.waiting) for key, scope in state.scopes.items()] == [("", 0, {})]


@QUICK
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-1, 12))
def test_the_same_triggers_give_the_same_whether_or_not_the_state_was_serialised(
    shape: int, course: int, cancel_at: int
) -> None:
    xml = draw(shape)
    once = play(compiled(xml), course, is_reread=False, cancel_at=cancel_at)
    again_ = play(compiled(xml), course, is_reread=True, cancel_at=cancel_at)
    assert once == again_


@QUICK
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 12))
def test_a_cancelled_instance_undoes_every_step_that_was_done_once(shape: int, course: int, cancel_at: int) -> None:
    played = play(compiled(draw(shape)), course, is_reread=False, cancel_at=cancel_at)
    state, commands = played.state, played.commands
    assert isinstance(commands[-1], Finish)
    steps = [each for each in commands if isinstance(each, RunStep)]
    undone = [each.compensates for each in steps if each.compensates is not None]
    assert len(undone) == len(set(undone))
    if commands[-1].outcome is Outcome.CANCELLED:
        assert (state.log, dict(state.activations)) == ((), {})
        assert sorted(undone) == sorted(played.done)
    assert len({each.activation for each in steps}) == len(steps)


@QUICK
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_activations_are_never_used_twice(shape: int, course: int) -> None:
    commands = play(compiled(draw(shape)), course, is_reread=False).commands
    asked = [each.activation for each in commands if isinstance(each, OpenTask | RunStep | StartChild)]
    assert len(asked) == len(set(asked))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_file_makes_the_parser_fail(data: st.DataObject) -> None:
    """Damage a good file at random: bytes changed, cut out or doubled."""
    xml = bytearray(draw(data.draw(st.integers(0, 50))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(xml)))
        length = data.draw(st.integers(0, 30))
        xml[at : at + length] = data.draw(
            st.sampled_from([b"", b"<", b'"', b"&", bytes(xml[at : at + length]) * 2, b"x>", b"$"])
        )
    parsed = parse(bytes(xml))
    assert not any(each.code == "internal" for each in parsed.findings)
    has_errors = any(each.severity is Severity.ERROR for each in parsed.findings)
    assert (parsed.definition is None) == has_errors
