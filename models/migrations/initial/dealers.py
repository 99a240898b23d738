"""Tables of the area `dealers` in the first revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.initial.types import INSTANT


def _create_dealer() -> None:
    op.create_table(
        "dealer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("name_zh", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("region", sa.String(60), nullable=False, index=True),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("city", sa.String(80), nullable=False),
        sa.Column("address", sa.String(240), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("suspended_reason", sa.String(), nullable=False),
        sa.Column("sales_manager", sa.String(80), nullable=False),
        sa.Column("payment_term_days", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )


def _create_store() -> None:
    op.create_table(
        "store",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("dealer_id", sa.Integer(), sa.ForeignKey("dealer.id"), nullable=False, index=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("name_zh", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("city", sa.String(80), nullable=False),
    )


TABLES = {
    "dealer": _create_dealer,
    "store": _create_store,
}
"""In the order in which they can be created."""
