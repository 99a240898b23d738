"""The servers and the browser that other tests stand on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Page
from sqlalchemy import text
from temporalio.testing import WorkflowEnvironment

from deploy.dev.postgres import PostgresServer
from deploy.replay.northwind import read_northwind
from models.db import Database
from models.migrations.run import current_revision, newest_revision
from models.temporal import SEARCH_ATTRIBUTES, register_search_attributes
from tests.fixtures.northwind import ORDERS, write_northwind


async def test_a_database_of_each_kind_is_migrated_and_empty(database: Database, database_url: str) -> None:
    async with database.writing() as session:
        assert (await session.execute(text("SELECT count(*) FROM sales_order"))).scalar_one() == 0
    assert current_revision(database_url) == newest_revision()


def test_postgres_asks_for_its_password(postgres_server: PostgresServer) -> None:
    wrong = PostgresServer(postgres_server.port, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong.psycopg_url())


async def test_temporal_answers_and_knows_our_search_attributes(temporal: WorkflowEnvironment) -> None:
    await register_search_attributes(temporal.client)
    found = await temporal.client.count_workflows(f"{SEARCH_ATTRIBUTES[0].name} = 'nobody'")
    assert found.count == 0


async def test_time_can_be_skipped(time_skipping: WorkflowEnvironment) -> None:
    assert time_skipping.supports_time_skipping


async def test_the_browser_shows_chinese_and_reaches_nothing_outside(
    page: Page, axe: Callable[[Page], Awaitable[None]]
) -> None:
    await page.set_content("<html lang=zh><title>订单</title><main><h1>订单审批</h1></main></html>")
    await axe(page)
    assert await page.evaluate("fetch('http://dealerflow.example/').catch(() => 'refused')") == "refused"


def test_the_made_up_wholesaler_is_one_that_a_replay_accepts(tmp_path: Path) -> None:
    wholesaler = read_northwind(write_northwind(tmp_path))
    assert (len(wholesaler.orders), wholesaler.broken) == (ORDERS, [])
