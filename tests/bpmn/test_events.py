"""Start, end, throw and catch events, and boundary events of every kind."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import (
    assign,
    boundary,
    catch,
    diagram,
    document,
    element,
    end,
    error,
    extensions,
    flows,
    gateway,
    message,
    process,
    service,
    start,
    subprocess,
    throw,
    timer,
    user,
)
from tests.bpmn.stories import Story
from workflows.bpmn.commands import (
    AwaitMessage,
    CancelStep,
    CancelTimer,
    CloseTask,
    Fact,
    FactKind,
    Outcome,
    SendMessage,
    StartTimer,
    StopAwaiting,
    TimerKind,
)
from workflows.bpmn.engine import active_elements, root_variables
from workflows.bpmn.triggers import CancelRequested, Start

TERMINATE = "<bpmn:terminateEventDefinition/>"


def test_an_instance_starts_at_its_none_start_event_or_at_the_one_named() -> None:
    xml = diagram(start(), start("by_message", message()), user("a"), user("b"), flows("start->a", "by_message->b"))
    plain, by_message = Story(xml), Story(xml)
    plain.start()
    by_message.send(Start({"amount_fen": 5}, "by_message"))
    assert plain.opened == ["a#1"]
    assert by_message.opened == ["b#1"]
    assert root_variables(by_message.state) == {"amount_fen": 5}


def test_variables_begin_with_their_default_unless_given() -> None:
    declared = extensions(
        '<df:variable name="limit" type="int" default="5000000"/><df:variable name="note" type="string" default="-"/>'
    )
    story = Story(diagram(declared, start(), end(), flows("start->end")))
    story.start(note="x")
    assert story.finish.variables == {"limit": 5_000_000, "note": "x"}


def test_a_start_event_that_is_not_there_fails_the_instance() -> None:
    story = Story(diagram(start(), end(), flows("start->end")))
    story.send(Start({}, "nowhere"))
    assert story.finish.error_code == "unknown_start_event"
    assert story.send(Start()) == []


def test_without_a_start_event_everything_that_nothing_leads_to_begins() -> None:
    story = Story(diagram(user("a"), user("b"), gateway("parallel", "j"), end(), flows("a->j", "b->j", "j->end")))
    story.start()
    assert story.opened == ["a#1", "b#1"]
    story.task("a#1")
    story.task("b#1")
    assert story.outcome is Outcome.COMPLETED


def test_a_start_event_maps_what_it_was_started_with() -> None:
    body = extensions(assign("output", "total", "result.a + result.b"))
    story = Story(diagram(start(body=body), end(), flows("start->end")))
    story.start(a=1, b=2)
    assert story.finish.variables == {"a": 1, "b": 2, "total": 3}


def test_an_instance_ends_when_no_token_is_left() -> None:
    story = Story(diagram(start(), user("a"), user("b"), flows("start->a", "start->b")))
    story.start()
    story.task("a#1")
    assert story.outcome is None
    story.task("b#1")
    assert story.outcome is Outcome.COMPLETED


def test_terminate_ends_the_process_with_all_that_is_open() -> None:
    story = Story(
        diagram(start(), user("a"), service("b"), user("c"), end("stop", TERMINATE),
                flows("start->a", "start->b", "start->c", "c->stop"))
    )  # fmt: skip
    story.start()
    commands = story.task("c#1")
    assert commands[:2] == [CloseTask("a#1", "terminated by stop"), CancelStep("b#1")]
    assert story.outcome is Outcome.TERMINATED
    assert active_elements(story.state) == ()
    assert story.step("b#1") == []


def test_terminate_inside_a_subprocess_ends_only_that() -> None:
    story = Story(
        diagram(
            start(),
            subprocess("sub", start("s"), user("a"), user("b"), end("stop", TERMINATE),
                       flows("s->a", "s->b", "b->stop")),
            user("after"), flows("start->sub", "sub->after"),
        )
    )  # fmt: skip
    story.start()
    story.task("b#1")
    assert story.opened == ["a#1", "b#1", "after#1"]
    assert story.active == ["after"]


def test_messages_are_thrown_with_key_and_payload_by_events_and_send_tasks() -> None:
    payload = extensions(assign("input", "amount_fen", "total * 2"))
    story = Story(
        diagram(
            start(), throw("thrown", payload + message(), df_correlationKey="number"),
            element("sendTask", "sent", messageRef="m_withdraw"), end("ended", payload + message()),
            flows("start->thrown", "thrown->sent", "sent->ended"),
        )
    )  # fmt: skip
    story.start(total=4, number="ST-1")
    assert story.all_of(SendMessage) == [
        SendMessage("thrown#1", "thrown", "order.paid", "ST-1", {"amount_fen": 8}),
        SendMessage("sent#1", "sent", "order.withdraw", "SO-1", {}),
        SendMessage("ended#1", "ended", "order.paid", "SO-1", {"amount_fen": 8}),
    ]
    assert story.outcome is Outcome.COMPLETED


def test_a_none_throw_event_is_only_passed() -> None:
    story = Story(diagram(start(), throw("t"), end(), flows("start->t", "t->end")))
    story.start()
    assert story.path == "start t end"


@pytest.mark.parametrize(
    ("definition", "kind", "text"),
    [
        (timer("PT48H"), TimerKind.DURATION, "PT48H"),
        (timer("2026-01-31T08:00:00+08:00", "timeDate"), TimerKind.DATE, "2026-01-31T08:00:00+08:00"),
        (timer("${wait}"), TimerKind.DURATION, "P3D"),
        (timer("=duration('90m')"), TimerKind.DURATION, "PT5400S"),
        (timer("=timestamp('2026-01-31T00:00:00Z')", "timeDate"), TimerKind.DATE, "2026-01-31T00:00:00Z"),
    ],
)
def test_a_timer_is_written_out_or_computed(definition: str, kind: TimerKind, text: str) -> None:
    story = Story(diagram(start(), catch("wait_here", definition), flows("start->wait_here")))
    story.start(wait="P3D")
    assert story.all_of(StartTimer) == [StartTimer("wait_here#1", "wait_here", kind, text)]
    story.fire("wait_here#1")
    assert story.outcome is Outcome.COMPLETED


def test_a_timer_that_computes_to_no_time_waits_for_ops() -> None:
    story = Story(diagram(start(), catch("c", timer("${wait}")), flows("start->c")))
    story.start(wait="tomorrow")
    assert story.incidents == ["c#1 expression_failed"]
    story.skip("c#1")
    assert story.outcome is Outcome.COMPLETED


def test_a_message_is_caught_with_its_payload() -> None:
    story = Story(diagram(start(), catch("c", message(), df_correlationKey="n"), flows("start->c")))
    assert story.start(n=12) == [AwaitMessage("c#1", "c", "order.paid", "12")]
    story.message("c#1", amount_fen=7)
    assert story.finish.variables == {"n": 12, "amount_fen": 7}


def attached(event: str, *, interrupts: bool = True, host: str | None = None) -> bytes:
    return diagram(
        start(), host or user("t"), boundary("b", "t", event, interrupts=interrupts), user("other"), user("next"),
        flows("start->t", "t->next", "b->other"),
    )  # fmt: skip


def test_an_interrupting_boundary_event_withdraws_its_activity() -> None:
    story = Story(attached(timer("PT1H")))
    story.start()
    assert story.fire("b#1")[0] == CloseTask("t#1", "interrupted by b")
    assert story.opened == ["t#1", "other#1"]
    assert story.task("t#1") == []
    assert Fact(FactKind.CANCELLED, "t", "t#1", {"reason": "interrupted by b"}) in story.facts


def test_an_activity_that_completes_disarms_its_boundary_events() -> None:
    story = Story(attached(message()))
    story.start()
    assert story.task("t#1")[0] == StopAwaiting("b#1")
    assert story.message("b#1") == []
    assert story.opened == ["t#1", "next#1"]


def test_a_non_interrupting_timer_fires_once() -> None:
    story = Story(attached(timer("PT1H"), interrupts=False))
    story.start()
    story.fire("b#1")
    assert story.opened == ["t#1", "other#1"]
    assert story.fire("b#1") == []
    assert story.task("t#1")[0].__class__.__name__ == "OpenTask"
    story.task("next#1")
    assert story.outcome is None
    story.task("other#1")
    assert story.outcome is Outcome.COMPLETED


def test_a_non_interrupting_cycle_fires_as_often_as_it_says() -> None:
    story = Story(attached(timer("R3/PT1H", "timeCycle"), interrupts=False))
    story.start()
    for number in (1, 2, 3):
        story.fire(f"b#{number}")
    assert [(each.timer, each.text) for each in story.all_of(StartTimer)] == [
        ("b#1", "R3/PT1H"),
        ("b#2", "R2/PT1H"),
        ("b#3", "R1/PT1H"),
    ]
    assert story.opened == ["t#1", "other#1", "other#2", "other#3"]
    assert not any(isinstance(each, CancelTimer) for each in story.task("t#1"))


def test_an_endless_cycle_stops_with_its_activity() -> None:
    story = Story(attached(timer("R/2026-01-01T00:00:00Z/P1D", "timeCycle"), interrupts=False))
    story.start()
    story.fire("b#1")
    assert story.all_of(StartTimer)[-1].text == "R/P1D"
    assert story.task("t#1")[0] == CancelTimer("b#2")


def test_a_non_interrupting_message_is_awaited_again() -> None:
    story = Story(attached(message(), interrupts=False))
    story.start()
    story.message("b#1", n=1)
    story.message("b#2", n=2)
    assert [each.subscription for each in story.all_of(AwaitMessage)] == ["b#1", "b#2", "b#3"]
    assert root_variables(story.state) == {"n": 2}


@pytest.mark.parametrize(("code", "caught_by"), [("OUT_OF_STOCK", "exact"), ("NO_CREDIT", "any"), ("OTHER", "any")])
def test_an_error_goes_to_the_event_with_its_code_before_one_that_takes_any(code: str, caught_by: str) -> None:
    story = Story(
        diagram(
            start(), service("t"), boundary("any", "t", error(None)), boundary("exact", "t", error()),
            flows("start->t"),
        )
    )  # fmt: skip
    story.start()
    story.fail("t#1", code)
    assert story.path == f"start {caught_by}"
    assert story.outcome is Outcome.COMPLETED


def test_nobody_waits_for_a_step_whose_failure_was_caught() -> None:
    xml = diagram(start(), service("t"), boundary("b", "t", error()), user("u"), flows("start->t", "b->u"))
    story = Story(xml)
    story.start()
    story.fail("t#1", "OUT_OF_STOCK")
    assert not any(isinstance(each, CancelStep) for each in story.commands)
    story.send(CancelRequested("enough"))
    assert story.outcome is Outcome.CANCELLED


def test_an_error_says_what_happened_where_it_is_mapped() -> None:
    body = extensions(assign("output", "reason", "result.code + ': ' + result.message")) + error()
    story = Story(diagram(start(), service("t"), boundary("b", "t", body), flows("start->t")))
    story.start()
    story.fail("t#1", "OUT_OF_STOCK")
    assert story.finish.variables == {"reason": "OUT_OF_STOCK: it failed"}


def nested(inner_code: str = "e_stock", outer: str = "e_stock") -> bytes:
    innermost = subprocess("inner", start("s2"), user("u"), end("fail", error(inner_code)), flows("s2->u", "u->fail"))
    middle = subprocess("outer", start("s1"), innermost, user("beside"), flows("s1->inner", "s1->beside"))
    return diagram(
        start(), middle, boundary("b", "outer", error(outer)), user("after"), flows("start->outer", "b->after")
    )


def test_an_error_travels_through_scopes_to_the_nearest_event_that_catches_it() -> None:
    story = Story(nested())
    story.start()
    story.task("u#1")
    assert CloseTask("beside#1", "interrupted by b") in story.commands
    assert story.active == ["after"]


def test_an_error_that_nothing_catches_fails_the_process() -> None:
    story = Story(nested("e_credit"))
    story.start()
    story.task("u#1")
    assert (story.finish.outcome, story.finish.error_code) == (Outcome.FAILED, "NO_CREDIT")
    assert CloseTask("beside#1", "failed at fail") in story.commands


def test_a_message_may_interrupt_a_subprocess_and_all_within_it() -> None:
    deep = subprocess("inner", start("s2"), user("u"), catch("w", timer("P1D")), flows("s2->u", "s2->w"))
    xml = diagram(start(), subprocess("t", start("s1"), deep, service("x"), flows("s1->inner", "s1->x")),
                  boundary("b", "t", message("m_withdraw")), end(), flows("start->t", "b->end"))  # fmt: skip
    story = Story(xml)
    story.start()
    commands = story.message("b#1")
    assert [each for each in commands if not isinstance(each, SendMessage)][:3] == [
        CloseTask("u#1", "interrupted by b"),
        CancelTimer("w#1"),
        CancelStep("x#1"),
    ]
    assert story.outcome is Outcome.COMPLETED


def test_the_process_to_run_may_be_any_of_the_file() -> None:
    second = process(start("s2"), user("u2"), flows("s2->u2"), process_id="q", executable=False)
    story = Story(document(process(start(), end(), flows("start->end")), second), process_id="q")
    story.start()
    assert story.opened == ["u2#1"]
