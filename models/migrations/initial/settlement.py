"""Tables of the area `settlement` in the first revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.initial.types import INSTANT, KEY


def _create_statement() -> None:
    op.create_table(
        "statement",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("dealer_id", sa.Integer(), sa.ForeignKey("dealer.id"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("settled_fen", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
    )
    op.create_index("ix_statement_dealer", "statement", ["dealer_id", "id"])


def _create_statement_line() -> None:
    op.create_table(
        "statement_line",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("statement_id", sa.BigInteger(), sa.ForeignKey("statement.id"), nullable=False, index=True),
        sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("sales_order.id"), nullable=False, index=True),
        sa.Column("order_number", sa.String(40), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("dispute_reason", sa.String(), nullable=False),
        sa.UniqueConstraint("statement_id", "order_id"),
    )
    op.create_index(
        "uq_statement_line_standing",
        "statement_line",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'released'"),
        postgresql_where=sa.text("status <> 'released'"),
    )


TABLES = {
    "statement": _create_statement,
    "statement_line": _create_statement_line,
}
"""In the order in which they can be created."""
