"""The company at work on a real Temporal server, on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from models.db import Database
from tests.scenarios.house import House


@pytest.fixture
async def house(temporal: WorkflowEnvironment, company_database: Database) -> AsyncIterator[House]:
    async with House.open(temporal.client, company_database) as house:
        yield house
