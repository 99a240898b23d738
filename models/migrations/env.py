"""Alembic's entry: runs the revisions on the connection that `models.migrations.run` opened."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from models.migrations.schema import all_tables
from models.tables.columns import UtcDateTime


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types into new revisions as the plain types that they are."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables(),
    compare_type=True,
    compare_server_default=True,
    render_item=render_item,
    # SQLite cannot alter most things in place.
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
