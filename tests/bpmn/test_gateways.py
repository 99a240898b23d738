"""Exclusive, parallel and event-based gateways, implicit splits and merges: triggers in, path out."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import boundary, catch, diagram, element, end, flows, gateway, message, start, timer, user
from tests.bpmn.stories import Story
from workflows.bpmn.commands import AwaitMessage, CancelTimer, Fact, FactKind, Outcome, StartTimer, StopAwaiting
from workflows.bpmn.token_counts import count_tokens
from workflows.bpmn.triggers import VariablesSet


def task(element_id: str) -> str:
    return element("task", element_id)


CHOICE = diagram(
    start(),
    gateway("exclusive", "g", default="g_small"),
    task("large"),
    task("huge"),
    task("small"),
    end(),
    flows("start->g", "g->small", "g->large[total > 10]", "g->huge[total > 100]"),
    flows("large->end", "huge->end", "small->end"),
)


@pytest.mark.parametrize(("total", "way"), [(5, "small"), (11, "large"), (1000, "large")])
def test_an_exclusive_gateway_takes_the_first_condition_in_document_order_that_holds(total: int, way: str) -> None:
    story = Story(CHOICE)
    story.start(total=total)
    assert story.path == f"start g {way} end"
    assert story.outcome is Outcome.COMPLETED


def test_an_exclusive_gateway_without_a_way_out_waits_for_ops() -> None:
    arrows = flows("start->g", "g->a[total > 10]", "g->b[total < 5]", "a->end", "b->end")
    story = Story(diagram(start(), gateway("exclusive", "g"), task("a"), task("b"), end(), arrows))
    story.start(total=7)
    assert story.incidents == ["g#1 no_flow"]
    assert story.active == ["g"]
    assert story.path == "start"
    story.retry("g#1")
    assert story.incidents == ["g#1 no_flow", "g#1 no_flow"]
    story.send(VariablesSet({"total": 11}))
    story.retry("g#1")
    assert story.path == "start g a end"
    assert story.outcome is Outcome.COMPLETED


def test_each_token_passes_an_exclusive_merge_on_its_own() -> None:
    story = Story(
        diagram(
            start(), gateway("parallel", "f"), task("a"), task("b"), gateway("exclusive", "m"), user("t"), end(),
            flows("start->f", "f->a", "f->b", "a->m", "b->m", "m->t", "t->end"),
        )
    )  # fmt: skip
    story.start()
    assert story.opened == ["t#1", "t#2"]
    story.task("t#2")
    assert story.outcome is None
    story.task("t#1")
    assert story.outcome is Outcome.COMPLETED


def test_an_implicit_merge_triggers_the_activity_anew_for_each_token() -> None:
    story = Story(
        diagram(
            start(), gateway("parallel", "f"), task("a"), task("b"), user("t"),
            flows("start->f", "f->a", "f->b", "a->t", "b->t"),
        )
    )  # fmt: skip
    story.start()
    assert story.opened == ["t#1", "t#2"]


def test_a_parallel_join_keeps_surplus_tokens_on_their_flow() -> None:
    story = Story(
        diagram(
            start(), gateway("parallel", "f"), user("a"), user("b"), user("c"), gateway("exclusive", "m"),
            gateway("parallel", "j"), task("after"), end(),
            flows("start->f", "f->a", "f->b", "f->c", "a->m", "b->m", "m->j", "c->j", "j->after", "after->end"),
        )
    )  # fmt: skip
    story.start()
    story.task("a#1")
    story.task("b#1")
    assert story.active == ["c", "j"]
    story.task("c#1")
    assert story.path.split().count("after") == 1
    assert story.state.scopes[""].waiting == {"m_j": 1}
    assert story.incidents == ["j#2 join_stuck"]
    assert count_tokens(story.definition, story.state) == {"j": 1}


def test_a_stuck_join_can_be_passed_by_ops() -> None:
    story = Story(
        diagram(
            start(), gateway("exclusive", "x", default="x_b"), task("a"), task("b"), gateway("parallel", "j"), end(),
            flows("start->x", "x->a[total > 1]", "x->b", "a->j", "b->j", "j->end"),
        )
    )  # fmt: skip
    story.start(total=2)
    assert story.incidents == ["j#1 join_stuck"]
    story.retry("j#1")
    assert story.incidents == ["j#1 join_stuck", "j#2 join_stuck"]
    story.skip("j#2")
    assert story.outcome is Outcome.COMPLETED
    assert story.path.endswith("j end")


def test_a_loop_back_through_a_parallel_join_waits_for_both_again() -> None:
    story = Story(
        diagram(
            start(), gateway("exclusive", "again"), gateway("parallel", "f"), user("a"), user("b"),
            gateway("parallel", "j"), gateway("exclusive", "x", default="x_end"), end(),
            flows("start->again", "again->f", "f->a", "f->b", "a->j", "b->j", "j->x"),
            flows("x->again[outcome == 'redo']", "x->end"),
        )
    )  # fmt: skip
    story.start()
    story.task("a#1")
    story.task("b#1", "redo")
    assert story.opened == ["a#1", "b#1", "a#2", "b#2"]
    story.task("b#2", "done")
    assert story.outcome is None
    story.task("a#2", "done")
    assert story.outcome is Outcome.COMPLETED


def test_an_activity_splits_implicitly_by_its_conditions() -> None:
    xml = diagram(
        start(), element("task", "t", default="t_none"), task("always"), task("big"), task("none"),
        flows("start->t", "t->none", "t->big[total > 10]", "t->always"),
    )  # fmt: skip
    big, small = Story(xml), Story(xml)
    big.start(total=11)
    small.start(total=1)
    assert big.path == "start t big always"
    assert small.path == "start t always none"
    assert big.outcome is small.outcome is Outcome.COMPLETED


def test_an_activity_whose_conditions_all_fail_without_default_waits_for_ops() -> None:
    story = Story(diagram(start(), user("t"), task("a"), flows("start->t", "t->a[outcome == 'yes']")))
    story.start()
    story.task("t#1", "no")
    assert story.incidents == ["t#1 no_flow"]
    assert story.path == "start"
    assert story.skip("t#1", outcome="yes")
    assert Fact(FactKind.COMPLETED, "t", "t#1", {"action": "no", "actor": "sales"}) in story.facts
    assert story.outcome is Outcome.COMPLETED
    assert story.path == "start t a"


EVENTS = diagram(
    start(),
    gateway("eventBased", "e"),
    catch("paid", message(), df_correlationKey="order_number"),
    catch("late", timer("PT48H")),
    end("ok"),
    end("overdue"),
    flows("start->e", "e->paid", "e->late", "paid->ok", "late->overdue"),
)


def test_the_first_event_behind_an_event_based_gateway_decides() -> None:
    story = Story(EVENTS)
    commands = story.start(order_number="SO-7")
    assert commands == [
        AwaitMessage("paid#1", "paid", "order.paid", "SO-7"),
        StartTimer("late#1", "late", story.all_of(StartTimer)[0].kind, "PT48H"),
    ]
    assert story.message("paid#1", amount_fen=100)[0] == CancelTimer("late#1")
    assert story.path == "start e paid ok"
    assert story.finish.variables == {"order_number": "SO-7", "amount_fen": 100}
    assert story.fire("late#1") == []


def test_a_timer_behind_an_event_based_gateway_stops_the_wait_for_the_message() -> None:
    story = Story(EVENTS)
    story.start(order_number="SO-7")
    assert story.fire("late#1")[0] == StopAwaiting("paid#1")
    assert story.path == "start e late overdue"
    assert story.message("paid#1") == []


def test_receive_tasks_may_stand_behind_an_event_based_gateway() -> None:
    story = Story(
        diagram(
            start(), gateway("eventBased", "e"), element("receiveTask", "r", messageRef="m_paid"),
            catch("late", timer("PT1H")), flows("start->e", "e->r", "e->late"),
        )
    )  # fmt: skip
    story.start()
    story.message("r#1", n=1)
    assert story.path == "start e r"
    assert story.outcome is Outcome.COMPLETED


def test_tokens_wait_at_an_exclusive_gateway_inside_an_interrupted_scope_no_longer() -> None:
    inner = (
        start("s2") + gateway("exclusive", "g") + element("task", "a") + element("task", "b")
        + flows("s2->g", "g->a[x == 1]", "g->b[x == 2]")
    )  # fmt: skip
    story = Story(
        diagram(
            start(), element("subProcess", "sub", inner), boundary("late", "sub", timer("PT1H")), end(), end("end2"),
            flows("start->sub", "sub->end", "late->end2"),
        )
    )  # fmt: skip
    story.start(x=3)
    assert story.incidents == ["g#1 no_flow"]
    story.fire("late#1")
    assert story.path.endswith("late end2")
    assert story.retry("g#1") == []
