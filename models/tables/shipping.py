"""Dispatch notes, their way to the dealer, and claims about what arrived."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import big_key, big_reference, document, fen, instant


class Carrier(SQLModel, table=True):
    __tablename__ = "carrier"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name_zh: str = Field(max_length=80)
    name_en: str = Field(max_length=80)


class Shipment(SQLModel, table=True):
    """One dispatch note. `key` is the idempotency key of the step that created it: exactly one for each."""

    __tablename__ = "shipment"
    __table_args__ = (Index("ix_shipment_status", "status", "id"), Index("ix_shipment_dealer", "dealer_id", "id"))

    id: int | None = big_key()
    number: str = Field(max_length=40, unique=True)
    order_id: int = big_reference("sales_order.id", index=True)
    dealer_id: int = Field(foreign_key="dealer.id")
    warehouse_id: int = Field(foreign_key="warehouse.id")
    status: str = Field(max_length=24)
    carrier_code: str = Field(default="", max_length=40)
    waybill: str = Field(default="", max_length=80, index=True)
    promised_on: date | None = None
    created_at: datetime = instant(index=True)
    shipped_at: datetime | None = instant(nullable=True)
    delivered_at: datetime | None = instant(nullable=True)
    confirmed_at: datetime | None = instant(nullable=True)
    confirmed_by: str = Field(default="", max_length=80)
    key: str = Field(max_length=200, unique=True)


class ShipmentLine(SQLModel, table=True):
    __tablename__ = "shipment_line"
    __table_args__ = (UniqueConstraint("shipment_id", "order_line_id"),)

    id: int | None = big_key()
    shipment_id: int = big_reference("shipment.id", index=True)
    order_line_id: int = big_reference("order_line.id")
    quantity: int
    received_quantity: int | None = None
    damaged_quantity: int = 0


class ShipmentEvent(SQLModel, table=True):
    __tablename__ = "shipment_event"
    __table_args__ = (UniqueConstraint("key"),)

    id: int | None = big_key()
    shipment_id: int = big_reference("shipment.id", index=True)
    at: datetime = instant()
    status: str = Field(max_length=24)
    place: str = Field(default="", max_length=160)
    text: str = ""
    actor: str = Field(max_length=80)
    key: str = Field(max_length=200)


class Claim(SQLModel, table=True):
    """A difference between what was shipped and what arrived in good order."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("key"),)

    id: int | None = big_key()
    number: str = Field(max_length=40, unique=True)
    shipment_id: int = big_reference("shipment.id", index=True)
    status: str = Field(max_length=20)
    """open, credited or rejected"""
    amount_fen: int = fen()
    lines: dict[str, object] = document()
    resolution: str = ""
    opened_at: datetime = instant()
    closed_at: datetime | None = instant(nullable=True)
    key: str = Field(max_length=200)
