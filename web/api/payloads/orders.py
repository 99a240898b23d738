"""Sales orders as they are sent and told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, StrictStr

from web.api.payloads.fields import (
    MOST_LINES,
    AnswerPayload,
    Code,
    Fen,
    JsonObject,
    Reason,
    RequestPayload,
    Text,
    Whole,
)


class LineSent(RequestPayload):
    """Whether the quantity may be ordered is judged together with the other lines, so that every bad one is named."""

    sku: Annotated[StrictStr, Field(max_length=40)]
    quantity: Whole


Lines = Annotated[list[LineSent], Field(min_length=1, max_length=MOST_LINES)]


class NewOrder(RequestPayload):
    lines: Lines
    submit: StrictBool = False
    note: Text = ""
    reference: Annotated[StrictStr, Field(max_length=80, description="The dealer's own order number")] = ""


class ChangedLines(RequestPayload):
    lines: Lines


class LineTermsSent(RequestPayload):
    line_no: Annotated[StrictInt, Field(ge=1, le=MOST_LINES)]
    unit_price_fen: Fen
    discount_bp: Annotated[StrictInt, Field(ge=0, le=10_000, description="Basis points: 500 is 5 %")] = 0


class NegotiatedTerms(RequestPayload):
    lines: Annotated[list[LineTermsSent], Field(min_length=1, max_length=MOST_LINES)]


class OrderReason(RequestPayload):
    reason: Reason


class NewComment(RequestPayload):
    text: Reason
    internal: StrictBool = False
    """Kept from the dealer; only the manufacturer's staff may write such."""


class OrderLineItem(AnswerPayload):
    line_no: int
    sku: str
    name_zh: str
    name_en: str
    quantity: int
    unit_price_fen: int
    discount_bp: int
    amount_fen: int
    received_quantity: int | None


class TimelineItem(AnswerPayload):
    at: datetime
    actor: str
    """Login of a person, or `system`."""
    kind: str
    from_status: str
    to_status: str
    text: str
    is_internal: bool
    detail: JsonObject


class OrderShipment(AnswerPayload):
    number: str
    status: str
    carrier: Code | None
    waybill: str
    promised_on: date | None
    shipped_at: datetime | None
    delivered_at: datetime | None


class OrderItem(AnswerPayload):
    """An order in a list."""

    number: str
    status: str
    dealer: Code
    currency: str
    total_fen: int
    reference: str
    created_at: datetime
    submitted_at: datetime | None


class OrderAnswer(OrderItem):
    """An order after it was made or changed."""

    note: str
    created_by: str
    closed_at: datetime | None
    lines: list[OrderLineItem]


class OrderDetail(OrderAnswer):
    """An order as its page shows it."""

    timeline: list[TimelineItem]
    shipments: list[OrderShipment]
    actions: list[str]
    """What the reader may do with it now."""
