"""Shipments."""

from __future__ import annotations

from datetime import date, datetime

from web.api.payloads.fields import AnswerPayload, Code


class ShipmentItem(AnswerPayload):
    """A shipment in a list."""

    number: str
    status: str
    order_number: str
    dealer: Code
    carrier: Code | None
    waybill: str
    promised_on: date | None
    is_late: bool
    created_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None


class ShipmentLineItem(AnswerPayload):
    line_no: int
    sku: str
    name_zh: str
    name_en: str
    quantity: int
    received: int | None
    """Everything that came, damaged or not; null until the dealer has confirmed."""
    damaged: int


class ShipmentEventItem(AnswerPayload):
    at: datetime
    status: str
    place: str
    text: str
    actor: str


class ClaimItem(AnswerPayload):
    number: str
    status: str
    amount_fen: int
    resolution: str
    opened_at: datetime
    closed_at: datetime | None


class ShipmentDetail(ShipmentItem):
    confirmed_at: datetime | None
    confirmed_by: str
    lines: list[ShipmentLineItem]
    events: list[ShipmentEventItem]
    claim: ClaimItem | None
