"""Tables that only grow: the database itself refuses to change or delete what stands in them.

A later revision that rebuilds such a table on SQLite (batch mode) loses its triggers and must protect it again.
"""

from __future__ import annotations

from alembic import op

APPEND_ONLY = (
    "order_event",
    "audit_entry",
    "journal_line",
    "stock_movement",
    "ledger_entry",
    "ledger_posting",
    "shipment_event",
)

_FUNCTION = "refuse_change"


def protect(table: str) -> None:
    """Refuse UPDATE and DELETE on a table from now on."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def create_refusal() -> None:
    """Create what the triggers call; SQLite's need nothing."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )


def drop_refusal() -> None:
    """Drop it again, once no protected table is left."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {_FUNCTION}()")
