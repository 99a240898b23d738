"""Tables of the area `orders` in the first revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.initial.types import DOCUMENT, INSTANT, KEY


def _create_number_series() -> None:
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(40), primary_key=True),
        sa.Column("last", sa.Integer(), nullable=False),
    )


def _create_sales_order() -> None:
    op.create_table(
        "sales_order",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("dealer_id", sa.Integer(), sa.ForeignKey("dealer.id"), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("source_key", sa.String(120), nullable=True),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, index=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.UniqueConstraint("dealer_id", "source_key"),
    )
    op.create_index("ix_sales_order_dealer", "sales_order", ["dealer_id", "id"])
    op.create_index("ix_sales_order_status", "sales_order", ["status", "id"])


def _create_order_event() -> None:
    op.create_table(
        "order_event",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("sales_order.id"), nullable=False, index=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("from_status", sa.String(24), nullable=False),
        sa.Column("to_status", sa.String(24), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.UniqueConstraint("key"),
    )


def _create_order_line() -> None:
    op.create_table(
        "order_line",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("sales_order.id"), nullable=False, index=True),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), sa.ForeignKey("product.id"), nullable=False),
        sa.Column("sku", sa.String(40), nullable=False),
        sa.Column("name_zh", sa.String(160), nullable=False),
        sa.Column("name_en", sa.String(160), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_fen", sa.BigInteger(), nullable=False),
        sa.Column("discount_bp", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_quantity", sa.Integer(), nullable=True),
        sa.UniqueConstraint("order_id", "line_no"),
    )


def _create_cart_line() -> None:
    op.create_table(
        "cart_line",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=False, index=True),
        sa.Column("product_id", sa.Integer(), sa.ForeignKey("product.id"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.UniqueConstraint("user_id", "product_id"),
    )


TABLES = {
    "number_series": _create_number_series,
    "sales_order": _create_sales_order,
    "order_event": _create_order_event,
    "order_line": _create_order_line,
    "cart_line": _create_cart_line,
}
"""In the order in which they can be created."""
