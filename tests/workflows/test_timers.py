"""Timers, on a server whose clock runs ahead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from models.db import Database
from models.payloads.processes import ProcessInput
from models.repositories import templates
from tests.workflows.cast import OPS
from tests.workflows.stage import Stage


@pytest.fixture
async def fast_clock(time_skipping: WorkflowEnvironment, published: Database) -> AsyncIterator[Stage]:
    async with Stage.open(time_skipping.client, published, "fast-clock") as stage:
        yield stage


async def start(stage: Stage, template_key: str) -> WorkflowHandle[Any, Any]:
    """Start without search attributes, which this server does not keep; waiting for this handle lets time run."""
    async with stage.database.reading() as session:
        template = await templates.find_published(session, template_key)
    assert template is not None
    request = ProcessInput(template.key, template.hash, stage.number, actor="ops")
    return await stage.client.start_workflow(
        "ProcessInstance", request, id=stage.number, task_queue=stage.settings.task_queue
    )


async def test_a_task_is_reminded_of_twice_and_given_up_after_a_month(fast_clock: Stage) -> None:
    handle = await start(fast_clock, "reminders")
    assert (await handle.result())["outcome"] == "completed"
    lines = await fast_clock.journal(fast_clock.number)
    began = lines[0].at
    days = {line.element_id: (line.at - began).days for line in lines if line.kind == "completed"}
    reminded = [(line.at - began).days for line in lines if line.element_id == "reminded" and line.kind == "completed"]
    assert reminded == [1, 2]
    assert 28 <= days["given_up"] <= 31
    assert (await fast_clock.view(fast_clock.number)).open_tasks == ()


async def test_a_task_that_is_done_in_time_cancels_its_timers(fast_clock: Stage) -> None:
    await start(fast_clock, "reminders")
    task_id = await fast_clock.task(fast_clock.number, "approve")
    await fast_clock.gateway.act_on_task(task_id, "complete", OPS)
    assert await fast_clock.result(fast_clock.number) == "completed"
    assert "given_up" not in (await fast_clock.view(fast_clock.number)).completed
