"""Inserts that give way to a row that is already there, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


async def insert_or_skip(
    session: AsyncSession, model: type[SQLModel], values: Mapping[str, Any], conflict: Sequence[str]
) -> bool:
    """Insert unless a row with the same `conflict` columns exists; tell whether it was inserted."""
    statement = _insert(session)(table_of(model)).values(**values).on_conflict_do_nothing(index_elements=conflict)
    # A row count would not do: for an insert that returns its new key, psycopg's says -1 either way.
    result = await session.execute(statement.returning(literal_column("1")))
    return result.first() is not None


async def insert_or_update(
    session: AsyncSession, model: type[SQLModel], values: Mapping[str, Any], conflict: Sequence[str]
) -> None:
    """Insert, or overwrite the other columns of the row that holds the same `conflict` columns."""
    changes = {name: value for name, value in values.items() if name not in conflict}
    statement = _insert(session)(table_of(model)).values(**values)
    await session.execute(statement.on_conflict_do_update(index_elements=list(conflict), set_=changes))


def _insert(session: AsyncSession) -> Any:
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
