"""Multi-instance activities and standard loops."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import (
    again,
    assign,
    boundary,
    diagram,
    element,
    end,
    error,
    extensions,
    flows,
    many,
    message,
    service,
    start,
    subprocess,
    timer,
    user,
)
from tests.bpmn.stories import Story
from workflows.bpmn.commands import CloseTask, OpenTask, Outcome, RunStep, StartChild, StartTimer
from workflows.bpmn.engine import visible_variables
from workflows.bpmn.token_counts import count_tokens
from workflows.bpmn.triggers import CancelRequested, ChildCompleted, VariablesSet


def one(inner: str) -> bytes:
    return diagram(start(), inner, end(), flows("start->t", "t->end"))


def test_a_parallel_one_opens_an_instance_for_each_item_at_once() -> None:
    story = Story(one(user("t", many(collection="departments", item="department"), df_roles="=department")))
    story.start(departments=["credit", "finance"])
    assert [(each.activation, each.assignment.roles) for each in story.all_of(OpenTask)] == [
        ("t#2", ("credit",)),
        ("t#3", ("finance",)),
    ]
    assert visible_variables(story.state, "t#3")["loopCounter"] == 2
    story.task("t#3")
    assert story.outcome is None
    story.task("t#2")
    assert story.outcome is Outcome.COMPLETED


def test_a_sequential_one_opens_one_after_the_other() -> None:
    story = Story(one(user("t", many(sequential=True, cardinality="n"))))
    story.start(n=3)
    for activation in ("t#2", "t#3", "t#4"):
        assert story.opened[-1] == activation
        story.task(activation)
    assert story.outcome is Outcome.COMPLETED


@pytest.mark.parametrize("sequential", [True, False])
def test_its_completion_condition_ends_it_early(sequential: bool) -> None:
    rule = many(sequential=sequential, cardinality="5", completion="nrOfCompletedInstances >= 2 || outcome == 'reject'")
    story = Story(one(user("t", rule)))
    story.start()
    story.task("t#2", "approve")
    assert story.outcome is None
    commands = story.task("t#3", "approve")
    withdrawn = [] if sequential else ["t#4", "t#5", "t#6"]
    assert [each.activation for each in commands if isinstance(each, CloseTask)] == withdrawn
    assert story.outcome is Outcome.COMPLETED


def test_the_counts_are_known_to_its_instances() -> None:
    names = ("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "loopCounter")
    body = extensions(*(assign("input", each, each) for each in names)) + many(sequential=True, cardinality="2")
    story = Story(one(service("t", body)))
    story.start()
    story.step("t#2")
    assert [list(each.input.values()) for each in story.all_of(RunStep)] == [[2, 1, 0, 1], [2, 1, 1, 2]]


@pytest.mark.parametrize("rule", [many(cardinality="0"), many(collection="[]"), many(sequential=True, cardinality="0")])
def test_no_instances_at_all_are_passed(rule: str) -> None:
    story = Story(one(user("t", rule)))
    story.start()
    assert story.path == "start t end"


@pytest.mark.parametrize("value", [-1, 1001, "three", 2.5, None])
def test_an_impossible_number_waits_for_ops(value: object) -> None:
    story = Story(one(user("t", many(cardinality="n"))))
    story.start(n=value)
    assert story.incidents == ["t#1 expression_failed"]
    story.send(VariablesSet({"n": 2.0}))
    story.retry("t#1")
    assert story.opened == ["t#2", "t#3"]


def test_a_collection_that_fails_can_be_skipped() -> None:
    story = Story(one(user("t", many(collection="items"))))
    story.start()
    story.skip("t#1", done=True)
    assert story.finish.variables == {"done": True}


def test_a_completion_condition_that_fails_holds_the_rest_until_ops_decide() -> None:
    story = Story(one(user("t", many(cardinality="2", completion="enough"))))
    story.start()
    story.task("t#2")
    assert story.incidents == ["t#1 expression_failed"]
    story.task("t#3")
    assert story.outcome is None
    story.send(VariablesSet({"enough": False}))
    story.retry("t#1")
    assert story.outcome is Outcome.COMPLETED


def test_skipping_a_loop_withdraws_what_is_open() -> None:
    story = Story(one(user("t", many(cardinality="2", completion="enough"))))
    story.start()
    story.task("t#2")
    assert CloseTask("t#3", "loop completed") in story.skip("t#1", note="x")
    assert story.finish.variables == {"outcome": "complete", "note": "x"}


def test_a_boundary_event_belongs_to_all_instances_together() -> None:
    xml = diagram(
        start(), user("t", many(cardinality="3")), boundary("b", "t", timer("PT1H")), end(), flows("start->t", "b->end")
    )
    story = Story(xml)
    story.start()
    assert len(story.all_of(StartTimer)) == 1
    story.fire("b#1")
    assert [each.activation for each in story.all_of(CloseTask)] == ["t#2", "t#3", "t#4"]
    assert story.outcome is Outcome.COMPLETED


def test_an_error_in_one_instance_ends_them_all() -> None:
    xml = diagram(
        start(), subprocess("t", many(cardinality="2"), start("s2"), service("x"), flows("s2->x")),
        boundary("b", "t", error()), end(), flows("start->t", "b->end"),
    )  # fmt: skip
    story = Story(xml)
    story.start()
    assert story.steps == ["x#1", "x#2"]
    story.fail("x#2", "OUT_OF_STOCK")
    assert story.path.endswith("b end")
    assert story.step("x#1") == []
    assert story.outcome is Outcome.COMPLETED


def test_subprocesses_run_as_instances_with_their_own_item() -> None:
    body = many(collection="lines", item="line")
    story = Story(one(subprocess("t", body, start("s2"), service("x"), flows("s2->x"))))
    story.start(lines=[{"sku": "A"}, {"sku": "B"}])
    assert [each.input["line"] for each in story.all_of(RunStep)] == [{"sku": "A"}, {"sku": "B"}]
    story.step("x#2", done="B")
    story.step("x#1", done="A")
    assert story.finish.variables == {"lines": [{"sku": "A"}, {"sku": "B"}], "done": "A"}


def test_called_processes_run_as_instances() -> None:
    story = Story(one(element("callActivity", "t", many(cardinality="2"), calledElement="child")))
    story.start()
    assert [each.activation for each in story.all_of(StartChild)] == ["t#2", "t#3"]
    story.send(ChildCompleted("t#3", {}))
    story.send(ChildCompleted("t#2", {}))
    assert story.outcome is Outcome.COMPLETED


def test_receive_tasks_run_as_instances() -> None:
    story = Story(one(element("receiveTask", "t", many(cardinality="2"), messageRef="m_paid")))
    story.start()
    story.message("t#2", a=1)
    story.message("t#3", b=1)
    assert story.finish.variables == {"a": 1, "b": 1}


def test_a_terminate_event_ends_only_its_own_instance() -> None:
    stop = end("stop", "<bpmn:terminateEventDefinition/>")
    inner = start("s2") + user("u") + user("v") + stop + flows("s2->u", "s2->v", "v->stop")
    story = Story(one(subprocess("t", many(cardinality="2"), inner)))
    story.start()
    story.task("v#1")
    assert story.active == ["t", "u", "v"]
    story.task("v#2")
    assert story.outcome is Outcome.COMPLETED


@pytest.mark.parametrize(
    ("rule", "times"),
    [
        (again("n < 3"), 3),
        (again("n < 0"), 1),
        (again("n < 0", before=True), 0),
        (again("n < 3", before=True), 3),
        (again("n < 9", maximum="2"), 2),
        (again(maximum="4"), 4),
        (again("loopCounter < 2"), 2),
    ],
)
def test_a_standard_loop_runs_while_its_condition_holds(rule: str, times: int) -> None:
    story = Story(one(service("t", rule + extensions(assign("output", "n", "n + 1")))))
    story.start(n=0)
    while story.outcome is None:
        story.step(story.steps[-1])
    assert len(story.steps) == times


def test_a_loop_without_a_wait_is_stopped() -> None:
    story = Story(one(element("task", "t", again("true"))))
    story.start()
    assert [each.split()[1] for each in story.incidents] == ["endless_loop"]
    assert count_tokens(story.definition, story.state) == {"t": 1}
    story.send(CancelRequested("enough"))
    assert story.outcome is Outcome.CANCELLED


def test_a_thousand_quick_instances_do_not_nest() -> None:
    for sequential in (True, False):
        story = Story(one(element("task", "t", many(sequential=sequential, cardinality="1000"))))
        story.start()
        assert story.outcome is Outcome.COMPLETED


def test_a_loop_inside_an_interrupted_scope_goes_with_it() -> None:
    inner = start("s2") + user("u", many(cardinality="2")) + flows("s2->u")
    xml = diagram(start(), subprocess("t", inner), boundary("b", "t", message()), end(), flows("start->t", "b->end"))
    story = Story(xml)
    story.start()
    story.message("b#1")
    assert [each.activation for each in story.all_of(CloseTask)] == ["u#2", "u#3"]
    assert story.outcome is Outcome.COMPLETED
