"""The driver under test: our worker and gateway on a real Temporal server, with small templates and the usual cast."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.processes import publish_shipped_templates
from models.db import Database
from tests.workflows.cast import add_cast
from tests.workflows.stage import Stage
from tests.workflows.steps import CALLS, STEPS

TEMPLATES = Path(__file__).parent / "templates"

_queues = itertools.count(1)


@pytest.fixture
async def published(sqlite_database: Database) -> Database:
    """A database with the cast and all templates of these tests."""
    await prepare(sqlite_database)
    return sqlite_database


async def prepare(database: Database) -> None:
    async with database.writing() as session:
        await add_cast(session)
    await publish_shipped_templates(database, TEMPLATES, STEPS)
    CALLS.clear()


@pytest.fixture
async def stage(temporal: WorkflowEnvironment, published: Database) -> AsyncIterator[Stage]:
    """A running worker and a gateway; `stage.restart_worker()` replaces the worker."""
    async with Stage.open(temporal.client, published, f"driver-{next(_queues)}") as stage:
        yield stage
