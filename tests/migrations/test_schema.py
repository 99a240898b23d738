"""The schema made by migration: equal to the tables in code, safe to make twice, and guarding what only grows."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.dev.postgres import PostgresServer
from models.clock import utc_now
from models.db import Database
from models.migrations.append_only import APPEND_ONLY
from models.migrations.run import current_revision, downgrade, locked_connection, newest_revision, upgrade
from models.migrations.schema import all_tables
from models.repositories.upserts import table_of
from models.seed.run import seed
from models.tables.processes import JournalLine

_numbers = itertools.count(1)


@pytest.fixture
def empty_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database of each kind without any table."""
    if database_kind == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"empty_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name}")
    return server.database_url(name)


def test_the_tables_in_code_are_the_tables_of_the_migrations(database_url: str) -> None:
    options = {"compare_type": True, "compare_server_default": True}
    with locked_connection(database_url) as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, all_tables()) == []


def test_constraints_that_are_not_compared_are_there(database_url: str) -> None:
    with locked_connection(database_url) as connection:
        found = inspect(connection)
        for table in all_tables().sorted_tables:
            checks = {check["name"] for check in found.get_check_constraints(table.name)}
            assert {str(each.name) for each in table.constraints if type(each).__name__ == "CheckConstraint"} == checks
            indexes = {index["name"]: index for index in found.get_indexes(table.name)}
            for index in table.indexes:
                assert bool(indexes[index.name]["unique"]) is index.unique
                _assert_same_condition(connection, index, indexes[index.name])


def _assert_same_condition(connection: Connection, index: Any, found: Any) -> None:
    kind = connection.dialect.name
    wanted = index.dialect_options[kind].get("where")
    assert (wanted is None) is (found.get("dialect_options", {}).get(f"{kind}_where") is None)


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    for _ in range(2):
        upgrade(empty_url)
        assert current_revision(empty_url) == newest_revision() is not None


def test_processes_that_start_together_upgrade_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty_url] * 4))
    assert current_revision(empty_url) == newest_revision()


def test_everything_can_be_taken_down_and_made_again(empty_url: str) -> None:
    upgrade(empty_url)
    downgrade(empty_url, "base")
    with locked_connection(empty_url) as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    upgrade(empty_url)


async def test_the_database_refuses_to_change_history(database: Database) -> None:
    await seed(database, "demo")
    async with database.writing() as session:
        await _write_journal_line(session)
        for table in APPEND_ONLY:
            assert await session.scalar(text(f"SELECT count(*) FROM {table}"))
            for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
                with pytest.raises(DBAPIError, match=f"{table} is append-only"):
                    async with session.begin_nested():
                        await session.execute(text(change))


async def _write_journal_line(session: AsyncSession) -> None:
    line = {"instance_id": "i", "sequence": 1, "line_no": 1, "actor": "ops", "kind": "started", "element_id": "e"}
    await session.execute(insert(table_of(JournalLine)).values(at=utc_now(), detail={}, **line))
