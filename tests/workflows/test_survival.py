"""Workers come and go, histories grow, wake-ups are repeated: nothing is lost and nothing is done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from models.db import Database
from tests.workflows.cast import OPS, SALES
from tests.workflows.stage import Stage


@pytest.fixture
async def short_histories(temporal: WorkflowEnvironment, published: Database) -> AsyncIterator[Stage]:
    """A stage whose instances continue as new after nearly every wake-up."""
    async with Stage.open(temporal.client, published, "short-histories", history_limit=6) as stage:
        yield stage


async def test_an_instance_goes_on_with_another_worker(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    await stage.restart_worker()
    await stage.act(stage.number, "approve", SALES, "approve")
    await stage.restart_worker()
    await stage.act(stage.number, "check", OPS)
    await stage.gateway.send_message("probe.ready", stage.number, {})
    await stage.restart_worker()
    await stage.act(stage.number, "confirm", OPS)
    assert await stage.result(stage.number) == "completed"
    assert await stage.marks() == [f"{stage.number}/note{each}#1" for each in (1, 2, 3, 4)]


async def test_an_action_taken_while_no_worker_runs_is_carried_out_when_one_comes(stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    task_id = await stage.task(stage.number, "approve")
    await stage.stop_worker()
    click = asyncio.create_task(stage.gateway.act_on_task(task_id, "approve", SALES))
    await stage.start_worker()
    assert (await click).action == "approve"


async def test_continuing_as_new_keeps_tasks_timers_messages_and_children(short_histories: Stage) -> None:
    stage = short_histories
    stage.number = f"{stage.number}-waiting"
    await stage.gateway.start_instance("waiting", stage.number, {}, OPS)
    first_run = (await stage.handle(stage.number).describe()).run_id
    before = await stage.describe(stage.number)
    await stage.act(stage.number, "review", OPS)
    await stage.act(f"{stage.number}.call.1", "child_task", OPS)
    await stage.gateway.send_message("probe.ready", stage.number, {"answer": "carried"})
    for _ in range(3):
        await stage.act(stage.number, "again", OPS, "repeat")
    after = await stage.handle(stage.number).describe()
    assert after.run_id != first_run
    await stage.act(stage.number, "again", OPS)
    assert await stage.result(stage.number) == "completed"
    view = await stage.view(stage.number)
    assert view.instance.variables["answer"] == "carried"
    assert view.completed.count("pause") == 1
    assert view.completed.count("again") == 4
    assert before.timers
    assert (await stage.marks()).count(f"{stage.number}/note1#1") == 1


async def test_a_claim_survives_continuing_as_new(short_histories: Stage) -> None:
    stage = short_histories
    stage.number = f"{stage.number}-claim"
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    await stage.act(stage.number, "approve", SALES, "claim")
    await stage.act(stage.number, "approve", SALES, "release")
    await stage.act(stage.number, "approve", SALES, "claim")
    (task,) = (await stage.describe(stage.number)).tasks
    assert task.claimed_by == "sales"
    await stage.act(stage.number, "approve", SALES, "approve")
    await stage.task(stage.number, "check")


async def test_a_parent_continues_as_new_while_its_child_runs(short_histories: Stage) -> None:
    stage = short_histories
    stage.number = f"{stage.number}-parent"
    await stage.gateway.start_instance("parent", stage.number, {}, OPS)
    for number in range(4):
        await stage.gateway.set_variables(stage.number, {"turn": number}, "to make history", OPS)
    assert (await stage.describe(stage.number)).children == ("call#1",)
    await stage.act(f"{stage.number}.call.1", "child_task", OPS)
    await stage.act(stage.number, "after", OPS)
    assert await stage.result(stage.number) == "completed"
