"""Cancelling an instance: what was done is undone, the latest first, and nothing is lost on the way."""

from __future__ import annotations

from typing import Any

from tests.bpmn.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flows,
    gateway,
    message,
    service,
    start,
    subprocess,
    user,
)
from tests.bpmn.stories import Story
from workflows.bpmn.commands import (
    CancelChild,
    CancelStep,
    CloseTask,
    Finish,
    Outcome,
    ResolveIncident,
    RunStep,
    StartChild,
)
from workflows.bpmn.triggers import CancelRequested, ChildCompleted, ChildFailed, IncidentRetried

CANCEL = CancelRequested("customer withdrew", "ops")
CHAIN = diagram(
    start(),
    service("reserve", step="area.reserve"),
    service("note"),
    service("book", step="area.book"),
    user("wait"),
    end(),
    flows("start->reserve", "reserve->note", "note->book", "book->wait", "wait->end"),
)


def chain() -> Story:
    story = Story(CHAIN)
    story.start(order="SO-1")
    story.step("reserve#1", reservation="R1")
    story.step("note#1")
    story.step("book#1", entry="E1")
    return story


def test_completed_steps_are_undone_in_reverse_order_with_what_they_got_and_gave() -> None:
    story = chain()
    assert story.send(CANCEL) == [
        CloseTask("wait#1", "customer withdrew"),
        RunStep("book#2", "book", "area.unbook", {"order": "SO-1", "reservation": "R1", "entry": "E1"}, "book#1"),
    ]
    assert story.step("book#2") == [
        RunStep("reserve#2", "reserve", "area.release", {"order": "SO-1", "reservation": "R1"}, "reserve#1")
    ]
    assert story.step("reserve#2") == [
        Finish(Outcome.CANCELLED, {"order": "SO-1", "reservation": "R1", "entry": "E1"}, message="customer withdrew")
    ]
    assert story.send(CANCEL) == []


def test_what_can_not_be_undone_waits_for_ops() -> None:
    story = chain()
    story.send(CANCEL)
    story.fail("book#2", "NO_CREDIT")
    assert story.incidents == ["book#2 NO_CREDIT"]
    assert story.retry("book#2")[1:] == [
        RunStep("book#2", "book", "area.unbook", {"order": "SO-1", "reservation": "R1", "entry": "E1"}, "book#1")
    ]
    story.fail("book#2")
    assert story.skip("book#2")[0] == ResolveIncident("book#2", "skipped")
    story.step("reserve#2")
    assert story.outcome is Outcome.CANCELLED


def test_a_step_under_way_is_awaited_and_undone_if_it_took_effect() -> None:
    story = Story(CHAIN)
    story.start()
    assert story.send(CANCEL) == [CancelStep("reserve#1")]
    assert story.outcome is None
    assert story.step("reserve#1", reservation="R1") == [
        RunStep("reserve#2", "reserve", "area.release", {"reservation": "R1"}, "reserve#1")
    ]
    failed = Story(CHAIN)
    failed.start()
    failed.send(CANCEL)
    failed.fail("reserve#1")
    assert failed.outcome is Outcome.CANCELLED


def test_an_interrupted_step_that_took_effect_all_the_same_is_undone_later() -> None:
    xml = diagram(
        start(), service("reserve", step="area.reserve"), boundary("b", "reserve", message()), user("wait"),
        flows("start->reserve", "b->wait"),
    )  # fmt: skip
    story = Story(xml)
    story.start()
    story.message("b#1")
    assert story.step("reserve#1", reservation="R1") == []
    assert story.send(CANCEL)[1:] == [
        RunStep("reserve#2", "reserve", "area.release", {"reservation": "R1"}, "reserve#1")
    ]


def undo(activation: str, **more: Any) -> dict[str, Any]:
    return {"step": "area.release", "activation": activation, "element_id": "reserve", "values": {"n": 1}, **more}


CALL = diagram(
    start(),
    element("callActivity", "dispatch", calledElement="dispatch"),
    service("book", step="area.book"),
    user("wait"),
    flows("start->dispatch", "dispatch->book", "book->wait"),
)


def test_what_a_called_process_did_is_undone_by_its_caller() -> None:
    story = Story(CALL)
    story.start()
    story.send(ChildCompleted("dispatch#1", {}, [undo("reserve#1"), undo("reserve#2", path=["pick#1"])]))
    story.step("book#1")
    story.send(CANCEL)
    story.step("book#2")
    assert story.commands[-1] == RunStep(
        "dispatch#2", "dispatch", "area.release", {"n": 1}, "dispatch#1/pick#1/reserve#2"
    )
    story.step("dispatch#2")
    assert story.commands[-1] == RunStep("dispatch#3", "dispatch", "area.release", {"n": 1}, "dispatch#1/reserve#1")
    story.step("dispatch#3")
    assert story.outcome is Outcome.CANCELLED


def test_what_there_is_to_undo_is_handed_to_the_caller() -> None:
    story = Story(CALL)
    story.start()
    story.send(ChildCompleted("dispatch#1", {}, [undo("reserve#1")]))
    story.step("book#1")
    story.task("wait#1")
    handed = story.finish.compensations
    assert [each["activation"] for each in handed] == ["reserve#1", "book#1"]
    assert handed[0]["path"] == ["dispatch#1"]
    caller = Story(CALL)
    caller.start()
    caller.send(ChildCompleted("dispatch#1", {}, list(handed)))
    caller.send(CANCEL)
    caller.fail("book#1")
    assert [each.compensates for each in caller.all_of(RunStep) if each.compensates] == ["dispatch#1/book#1"]


def test_a_child_under_way_is_cancelled_and_its_end_awaited() -> None:
    story = Story(CALL)
    story.start()
    assert story.send(CANCEL) == [CancelChild("dispatch#1", "customer withdrew")]
    assert story.send(ChildCompleted("dispatch#1", {}, [undo("reserve#1")])) == [
        RunStep("dispatch#2", "dispatch", "area.release", {"n": 1}, "dispatch#1/reserve#1")
    ]
    cancelled = Story(CALL)
    cancelled.start()
    cancelled.send(CANCEL)
    cancelled.send(ChildFailed("dispatch#1", "cancelled"))
    assert cancelled.outcome is Outcome.CANCELLED


def test_a_child_that_failed_leaves_what_it_did_to_be_undone() -> None:
    story = Story(CALL)
    story.start()
    story.send(ChildFailed("dispatch#1", "broken", None, [undo("reserve#1")]))
    assert story.retry("dispatch#1")[1] == StartChild("dispatch#1", "dispatch", "dispatch", {})
    story.fail("dispatch#1")
    assert story.send(CANCEL)[0] == CancelChild("dispatch#1", "customer withdrew")


def test_everything_open_is_withdrawn_in_all_scopes_and_joins() -> None:
    xml = diagram(
        start(), gateway("parallel", "f"),
        subprocess("sub", start("s2"), user("u"), service("x"), flows("s2->u", "s2->x")), user("a"),
        element("task", "b"), gateway("parallel", "j"), flows("start->f", "f->sub", "f->a", "f->b"),
        flows("sub->j", "a->j", "b->j"),
    )  # fmt: skip
    story = Story(xml)
    story.start()
    story.fail("x#1")
    assert story.active == ["a", "j", "sub", "u", "x"]
    assert story.send(CANCEL) == [
        CloseTask("u#1", "customer withdrew"),
        ResolveIncident("x#1", "cancelled"),
        CloseTask("a#1", "customer withdrew"),
        Finish(Outcome.CANCELLED, {}, message="customer withdrew"),
    ]
    assert story.active == []


def test_an_instance_that_never_began_is_cancelled_at_once() -> None:
    story = Story(CHAIN)
    assert story.send(CANCEL) == [Finish(Outcome.CANCELLED, message="customer withdrew")]
    assert story.start() == []


def test_incidents_of_a_cancelled_instance_can_not_be_retried() -> None:
    story = Story(CHAIN)
    story.start()
    story.fail("reserve#1")
    assert story.send(CANCEL)[0] == ResolveIncident("reserve#1", "cancelled")
    assert story.send(IncidentRetried("reserve#1")) == []


def test_a_process_that_completed_or_failed_undoes_nothing_by_itself() -> None:
    story = chain()
    story.task("wait#1")
    assert story.outcome is Outcome.COMPLETED
    assert len(story.finish.compensations) == 2
    assert story.send(CANCEL) == []
