"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Integer, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

Json = JSON().with_variant(JSONB(), "postgresql")

BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""A growing key: SQLite counts up only a plain INTEGER primary key."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values on the way in and returns aware UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """Declare an `_at` column."""
    default = None if nullable else ...
    return Field(default=default, sa_column=Column(UtcDateTime(), nullable=nullable, index=index))


def fen(default: int | None = None) -> Any:
    """Declare an amount column in fen."""
    return Field(default=... if default is None else default, sa_column=Column(BigInteger(), nullable=False))


def document() -> Any:
    """Declare a JSON object column."""
    return Field(default_factory=dict, sa_column=Column(Json, nullable=False))


def big_key() -> Any:
    return Field(default=None, sa_column=Column(BigKey, primary_key=True, autoincrement=True))


def big_reference(target: str, *, nullable: bool = False, index: bool = False, primary_key: bool = False) -> Any:
    """Declare a column that points to a `big_key`."""
    options: dict[str, Any] = {"foreign_key": target, "index": index, "primary_key": primary_key}
    return Field(default=None if nullable else ..., sa_type=BigInteger, nullable=nullable, **options)
