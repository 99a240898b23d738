"""An instance from its start to its end."""

from __future__ import annotations

import asyncio

import pytest

from tests.workflows.cast import OPS, SALES
from tests.workflows.stage import Stage
from web.gateway import BusinessKeyTaken, TemplateNotFound


async def test_a_process_runs_from_start_to_end(stage: Stage) -> None:
    ref = await stage.gateway.start_instance("story", stage.number, {"total_fen": 100}, SALES)
    assert ref.is_new
    await stage.act(stage.number, "approve", SALES, "approve")
    await stage.act(stage.number, "check", OPS)
    receipt = await stage.gateway.send_message("probe.ready", stage.number, {"answer": "now"})
    assert receipt.status == "correlated"
    await stage.act(stage.number, "confirm", OPS)
    assert await stage.result(stage.number) == "completed"
    view = await stage.view(stage.number)
    assert view.instance.status == "completed"
    assert view.instance.variables["answer"] == "now"
    assert " ".join(view.completed) == "start note1 approve note2 check note3 wait confirm note4 end"
    assert not view.open_tasks
    assert not view.active
    assert await stage.marks() == [f"{stage.number}/note{each}#1" for each in (1, 2, 3, 4)]


async def test_a_wake_up_costs_one_marker_and_nothing_else(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    await stage.act(stage.number, "approve", SALES, "approve")
    await stage.act(stage.number, "check", OPS)
    await stage.gateway.send_message("probe.ready", stage.number, {})
    await stage.act(stage.number, "confirm", OPS)
    await stage.result(stage.number)
    assert await stage.history_length(stage.number) == 29


async def test_the_start_shows_before_it_returns(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, SALES, dealer_code="A")
    view = await stage.view(stage.number)
    assert view.active == {"approve": 1}
    assert [task.element_id for task in view.open_tasks] == ["approve"]
    assert view.instance.dealer_code == "A"
    assert view.instance.started_by == "sales"


async def test_the_journal_tells_who_did_what(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    await stage.act(stage.number, "approve", SALES, "reject", comment="too expensive")
    lines = await stage.journal(stage.number)
    done = next(line for line in lines if line.kind == "task_done")
    assert (done.actor, done.element_id, done.detail["comment"]) == ("sales", "approve", "too expensive")
    assert lines[0].kind == "started"
    assert next(line.actor for line in lines if line.kind == "completed" and line.element_id == "approve") == "sales"


async def test_a_double_submit_makes_one_instance(stage: Stage) -> None:
    starts = [stage.gateway.start_instance("story", stage.number, {}, SALES) for _ in range(4)]
    refs = await asyncio.gather(*starts)
    assert sorted(ref.is_new for ref in refs) == [False, False, False, True]
    again = await stage.gateway.start_instance("story", stage.number, {}, SALES)
    assert again.id == stage.number
    assert not again.is_new
    assert await stage.marks() == [f"{stage.number}/note1#1"]


async def test_a_business_key_belongs_to_one_template(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    with pytest.raises(BusinessKeyTaken) as caught:
        await stage.gateway.start_instance("parent", stage.number, {}, SALES)
    assert caught.value.template_key == "story"


async def test_a_template_that_nobody_published_starts_nothing(stage: Stage) -> None:
    with pytest.raises(TemplateNotFound):
        await stage.gateway.start_instance("nothing", stage.number, {}, SALES)
