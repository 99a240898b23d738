"""Tables of the area `inventory` in the first revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.initial.types import INSTANT, KEY


def _create_warehouse() -> None:
    op.create_table(
        "warehouse",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("name_zh", sa.String(80), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
    )


def _create_stock_item() -> None:
    op.create_table(
        "stock_item",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("product_id", sa.Integer(), sa.ForeignKey("product.id"), nullable=False),
        sa.Column("warehouse_id", sa.Integer(), sa.ForeignKey("warehouse.id"), nullable=False, index=True),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.UniqueConstraint("product_id", "warehouse_id"),
        sa.CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        sa.CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_on_hand"),
    )


def _create_reservation() -> None:
    op.create_table(
        "reservation",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("sales_order.id"), nullable=False, index=True),
        sa.Column("stock_item_id", sa.Integer(), sa.ForeignKey("stock_item.id"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.UniqueConstraint("key", "stock_item_id"),
    )


def _create_stock_movement() -> None:
    op.create_table(
        "stock_movement",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("stock_item_id", sa.Integer(), sa.ForeignKey("stock_item.id"), nullable=False, index=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(60), nullable=False, index=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.UniqueConstraint("key", "stock_item_id"),
    )


TABLES = {
    "warehouse": _create_warehouse,
    "stock_item": _create_stock_item,
    "reservation": _create_reservation,
    "stock_movement": _create_stock_movement,
}
"""In the order in which they can be created."""
