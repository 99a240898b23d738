"""Nobody hangs when Temporal or the worker is away."""

from __future__ import annotations

import socket
import time

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from models.db import Database
from models.settings import Settings
from tests.workflows.cast import SALES
from tests.workflows.stage import Stage
from tests.workflows.steps import STEPS
from web.gateway import EngineUnavailable, Gateway

AT_MOST = 13.0


@pytest.fixture
async def far_away(published: Database) -> Gateway:
    """A gateway whose Temporal is not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    return Gateway(Settings(), published, await Client.connect(address, lazy=True), STEPS)


async def test_a_start_without_temporal_is_refused_in_time(far_away: Gateway) -> None:
    began = time.monotonic()
    with pytest.raises(EngineUnavailable):
        await far_away.start_instance("story", "SO-1", {}, SALES)
    assert time.monotonic() - began < AT_MOST


async def test_health_tells_what_is_missing(far_away: Gateway, published: Database) -> None:
    assert await far_away.health() == {"temporal": False, "worker": False}


async def test_health_tells_that_all_is_well(stage: Stage) -> None:
    assert await stage.gateway.health() == {"temporal": True, "worker": True}


async def test_health_tells_that_the_worker_has_gone(stage: Stage) -> None:
    await stage.stop_worker()
    assert await stage.gateway.health() == {"temporal": True, "worker": False}


async def test_a_message_without_temporal_is_kept(far_away: Gateway) -> None:
    assert (await far_away.send_message("probe.ready", "SO-1", {})).status == "buffered"


async def test_an_action_without_a_worker_is_refused_in_time(temporal: WorkflowEnvironment, stage: Stage) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    task_id = await stage.task(stage.number, "approve")
    await stage.stop_worker()
    began = time.monotonic()
    with pytest.raises(EngineUnavailable):
        await stage.gateway.act_on_task(task_id, "approve", SALES)
    assert time.monotonic() - began < AT_MOST


async def test_a_start_without_a_worker_is_kept_by_temporal(stage: Stage) -> None:
    await stage.stop_worker()
    ref = await stage.gateway.start_instance("story", stage.number, {}, SALES)
    assert ref.is_new
    again = await stage.gateway.start_instance("story", stage.number, {}, SALES)
    assert not again.is_new
    await stage.start_worker()
    await stage.task(stage.number, "approve")
