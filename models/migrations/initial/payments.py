"""Tables of the area `payments` in the first revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.initial.types import INSTANT, KEY


def _create_ledger_entry() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at", INSTANT, nullable=False, index=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("document", sa.String(60), nullable=False, index=True),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
    )


def _create_ledger_posting() -> None:
    op.create_table(
        "ledger_posting",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("entry_id", sa.BigInteger(), sa.ForeignKey("ledger_entry.id"), nullable=False, index=True),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(24), nullable=False),
        sa.Column("dealer_id", sa.Integer(), sa.ForeignKey("dealer.id"), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("entry_id", "line_no"),
    )
    op.create_index("ix_ledger_posting_account", "ledger_posting", ["account", "dealer_id", "id"])


def _create_payment() -> None:
    op.create_table(
        "payment",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("dealer_id", sa.Integer(), sa.ForeignKey("dealer.id"), nullable=False, index=True),
        sa.Column("statement_id", sa.BigInteger(), sa.ForeignKey("statement.id"), nullable=True, index=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("recorded_by", sa.String(80), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
    )


TABLES = {
    "ledger_entry": _create_ledger_entry,
    "ledger_posting": _create_ledger_posting,
    "payment": _create_payment,
}
"""In the order in which they can be created."""
