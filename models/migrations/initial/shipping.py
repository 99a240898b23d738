"""Tables of the area `shipping` in the first revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.initial.types import DOCUMENT, INSTANT, KEY


def _create_carrier() -> None:
    op.create_table(
        "carrier",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("name_zh", sa.String(80), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
    )


def _create_shipment() -> None:
    op.create_table(
        "shipment",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("order_id", sa.BigInteger(), sa.ForeignKey("sales_order.id"), nullable=False, index=True),
        sa.Column("dealer_id", sa.Integer(), sa.ForeignKey("dealer.id"), nullable=False),
        sa.Column("warehouse_id", sa.Integer(), sa.ForeignKey("warehouse.id"), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("carrier_code", sa.String(40), nullable=False),
        sa.Column("waybill", sa.String(80), nullable=False, index=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False, index=True),
        sa.Column("shipped_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.String(80), nullable=False),
        sa.Column("key", sa.String(200), nullable=False, unique=True),
    )
    op.create_index("ix_shipment_dealer", "shipment", ["dealer_id", "id"])
    op.create_index("ix_shipment_status", "shipment", ["status", "id"])


def _create_claim() -> None:
    op.create_table(
        "claim",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("shipment_id", sa.BigInteger(), sa.ForeignKey("shipment.id"), nullable=False, index=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("lines", DOCUMENT, nullable=False),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.UniqueConstraint("key"),
    )


def _create_shipment_event() -> None:
    op.create_table(
        "shipment_event",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("shipment_id", sa.BigInteger(), sa.ForeignKey("shipment.id"), nullable=False, index=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("place", sa.String(160), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.UniqueConstraint("key"),
    )


def _create_shipment_line() -> None:
    op.create_table(
        "shipment_line",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("shipment_id", sa.BigInteger(), sa.ForeignKey("shipment.id"), nullable=False, index=True),
        sa.Column("order_line_id", sa.BigInteger(), sa.ForeignKey("order_line.id"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("received_quantity", sa.Integer(), nullable=True),
        sa.Column("damaged_quantity", sa.Integer(), nullable=False),
        sa.UniqueConstraint("shipment_id", "order_line_id"),
    )


TABLES = {
    "carrier": _create_carrier,
    "shipment": _create_shipment,
    "claim": _create_claim,
    "shipment_event": _create_shipment_event,
    "shipment_line": _create_shipment_line,
}
"""In the order in which they can be created."""
