"""The inclusive join of BPMN 2.0.2, 13.4.3, on structured and unstructured graphs."""

from __future__ import annotations

import pytest

from tests.bpmn.diagrams import boundary, diagram, element, end, flows, gateway, start, timer, user
from tests.bpmn.stories import Story
from workflows.bpmn.commands import Outcome

BLOCK = diagram(
    start(),
    gateway("inclusive", "s", default="s_c"),
    user("a"),
    user("b"),
    user("c"),
    gateway("inclusive", "j"),
    end(),
    flows("start->s", "s->a[x > 0]", "s->b[x > 1]", "s->c", "a->j", "b->j", "c->j", "j->end"),
)


@pytest.mark.parametrize(("x", "tasks"), [(0, ["c#1"]), (1, ["a#1"]), (2, ["a#1", "b#1"])])
def test_it_takes_every_way_whose_condition_holds_else_the_default(x: int, tasks: list[str]) -> None:
    story = Story(BLOCK)
    story.start(x=x)
    assert story.opened == tasks
    for each in tasks:
        assert story.outcome is None
        story.task(each)
    assert story.path.split().count("j") == 1
    assert story.outcome is Outcome.COMPLETED


def test_it_waits_for_a_token_far_upstream_that_may_or_may_not_come() -> None:
    story = Story(
        diagram(
            start(), gateway("parallel", "f"), user("a"), user("far"), gateway("exclusive", "x", default="x_away"),
            gateway("inclusive", "j"), end(), end("away"),
            flows("start->f", "f->a", "f->far", "a->j", "far->x", "x->j[outcome == 'in']", "x->away", "j->end"),
        )
    )  # fmt: skip
    story.start()
    story.task("a#1")
    assert story.active == ["far", "j"]
    story.task("far#1", "out")
    assert story.path.endswith("away j end")
    assert story.outcome is Outcome.COMPLETED


def test_a_token_that_can_also_reach_a_flow_with_a_token_does_not_block() -> None:
    """The exclusion of 13.4.3: `late` can reach the empty flow, but also the one that has a token already."""
    story = Story(
        diagram(
            start(), gateway("parallel", "f"), user("quick"), user("late"), gateway("exclusive", "m"),
            gateway("exclusive", "x", default="x_m"), element("task", "side"), gateway("inclusive", "j"), user("next"),
            flows("start->f", "f->quick", "f->late", "quick->m", "late->x", "x->m", "x->side[n > 0]"),
            flows("side->j", "m->j", "j->next"),
        )
    )  # fmt: skip
    story.start(n=1)
    story.task("quick#1")
    assert story.opened == ["quick#1", "late#1", "next#1"]
    story.task("late#1")
    assert story.opened[-1] == "next#2"


def test_a_loop_back_to_the_gateway_itself_does_not_block_it() -> None:
    story = Story(
        diagram(
            start(), gateway("inclusive", "j"), user("t"), gateway("exclusive", "x", default="x_end"), end(),
            flows("start->j", "j->t", "t->x", "x->j[outcome == 'again']", "x->end"),
        )
    )  # fmt: skip
    story.start()
    story.task("t#1", "again")
    story.task("t#2", "done")
    assert story.outcome is Outcome.COMPLETED
    assert story.path == "start j t x j t x end"


def test_two_joins_in_a_row_wait_for_each_other_in_order() -> None:
    story = Story(
        diagram(
            start(), gateway("inclusive", "s1"), user("a"), gateway("inclusive", "s2"), user("b"), user("c"),
            gateway("inclusive", "j2"), gateway("inclusive", "j1"), end(),
            flows("start->s1", "s1->a[true]", "s1->s2[true]", "s2->b[true]", "s2->c[true]", "b->j2", "c->j2"),
            flows("a->j1", "j2->j1", "j1->end"),
        )
    )  # fmt: skip
    story.start()
    story.task("a#1")
    story.task("c#1")
    assert "j1" not in story.path.split()
    story.task("b#1")
    assert story.path.endswith("b j2 j1 end")


def test_joins_upstream_of_each_other_do_not_both_wait_for_ever() -> None:
    story = Story(
        diagram(
            start(), gateway("parallel", "f"), element("task", "a"), element("task", "b"), gateway("inclusive", "j1"),
            gateway("inclusive", "j2"), gateway("exclusive", "x1", default="x1_e1"),
            gateway("exclusive", "x2", default="x2_e2"), end("e1"), end("e2"),
            flows("start->f", "f->a", "f->b", "a->j1", "b->j2", "j1->x1", "j2->x2", "x1->e1", "x2->e2"),
            flows("x1->j2[n == 1]", "x2->j1[n == 2]"),
        )
    )  # fmt: skip
    story.start(n=0)
    assert story.incidents == ["j1#1 join_stuck"]
    story.skip("j1#1")
    assert story.outcome is Outcome.COMPLETED


def test_a_boundary_event_that_may_still_come_blocks_as_well() -> None:
    story = Story(
        diagram(
            start(), gateway("parallel", "f"), element("task", "a"), user("t"), boundary("late", "t", timer("PT1H")),
            gateway("inclusive", "j"), end(), end("other"),
            flows("start->f", "f->a", "f->t", "a->j", "late->j", "t->other", "j->end"),
        )
    )  # fmt: skip
    story.start()
    assert story.active == ["j", "t"]
    story.fire("late#1")
    assert story.path.endswith("late j end")
    assert story.outcome is Outcome.COMPLETED


def test_without_any_condition_that_holds_it_waits_for_ops() -> None:
    story = Story(
        diagram(
            start(), gateway("inclusive", "s"), user("a"), user("b"), flows("start->s", "s->a[x > 1]", "s->b[x > 2]")
        )
    )
    story.start(x=1)
    assert story.incidents == ["s#1 no_flow"]
    story.skip("s#1", x=2)
    assert story.opened == ["a#1"]
