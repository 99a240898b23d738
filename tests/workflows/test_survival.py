"""Workers come and go, histories grow, wake-ups are repeated: nothing is lost and nothing is done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from models.db import Database
from models.temporal import BUSINESS_KEY, DEALER, PROCESS_TEMPLATE, register_search_attributes
from tests.workflows.cast import OPS, SALES
from tests.workflows.stage import Stage, eventually
from tests.workflows.steps import HICCUPS


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


async def test_a_crash_after_the_commit_is_made_good_even_if_somebody_was_quick(stage: Stage) -> None:
    """The wake-up is in the database, Temporal never heard of it, and a person already acts on what it shows."""
    await stage.stop_worker()
    assert stage.app is not None
    start = asyncio.create_task(stage.gateway.start_instance("story", stage.number, {}, SALES))
    await stage.app.activities.record(await stage.first_wakeup("story"))
    assert (await start).is_new
    task_id = await stage.task(stage.number, "approve")
    click = asyncio.create_task(stage.gateway.act_on_task(task_id, "approve", SALES))
    await stage.start_worker()
    assert (await click).task_id == task_id
    await stage.act(stage.number, "check", OPS)
    assert await stage.marks() == [f"{stage.number}/note{each}#1" for each in (1, 2, 3)]


async def test_what_the_database_may_do_better_next_time_is_tried_again(stage: Stage) -> None:
    HICCUPS.append("database is locked")
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    assert not HICCUPS
    view = await stage.view(stage.number)
    assert not view.incidents
    assert view.active == {"approve": 1}


async def test_search_attributes_find_the_instances_of_a_dealer(stage: Stage) -> None:
    await register_search_attributes(stage.client)
    await register_search_attributes(stage.client)
    await stage.gateway.start_instance("story", stage.number, {}, SALES, dealer_code="A")
    attributes = (await stage.handle(stage.number).describe()).typed_search_attributes
    assert attributes[BUSINESS_KEY] == stage.number
    assert attributes[PROCESS_TEMPLATE] == "story"
    assert attributes[DEALER] == "A"


async def test_a_versioned_worker_takes_over_when_its_build_is_made_current(
    temporal: WorkflowEnvironment, published: Database
) -> None:
    versioned = {"worker_deployment": "dealerflow", "build_id": "build-1"}
    async with Stage.open(temporal.client, published, "versioned", **versioned) as stage:
        await eventually(lambda: _make_current(temporal, "dealerflow", "build-1"))
        await stage.gateway.start_instance("story", stage.number, {}, SALES)
        await stage.act(stage.number, "approve", SALES, "approve")
        await stage.task(stage.number, "check")


async def _make_current(temporal: WorkflowEnvironment, deployment: str, build_id: str) -> bool:
    """Tell Temporal which build to route to, once it has seen a worker of it."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=temporal.client.namespace, deployment_name=deployment, build_id=build_id
    )
    try:
        await temporal.client.workflow_service.set_worker_deployment_current_version(request)
    except RPCError as error:
        if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.FAILED_PRECONDITION):
            return False
        raise
    return True
