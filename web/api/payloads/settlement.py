"""Statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StrictStr

from web.api.payloads.fields import AnswerPayload, Code, Day, RequestPayload


class NewStatement(RequestPayload):
    dealer: Annotated[StrictStr, Field(min_length=1, max_length=40, description="Code of the dealer")]
    from_on: Annotated[Day, Field(alias="from", description="First day of the period")]
    to_on: Annotated[Day, Field(alias="to", description="Last day of the period, included")]


class StatementItem(AnswerPayload):
    """A statement in a list."""

    number: str
    status: str
    dealer: Code
    from_on: Annotated[date, Field(serialization_alias="from")]
    to_on: Annotated[date, Field(serialization_alias="to")]
    total_fen: int
    settled_fen: int
    created_at: datetime
    closed_at: datetime | None


class StatementLineItem(AnswerPayload):
    order_number: str
    delivered_on: date
    amount_fen: int
    paid_fen: int
    status: str
    dispute_reason: str


class StatementDetail(StatementItem):
    open_fen: int
    """Signed off and not paid yet."""
    created_by: str
    lines: list[StatementLineItem]
