"""Orders: what people ask for, what steps are given and give back, what screens show.

Only the payloads and results of steps enter workflow history; to those, fields are only ever added, with a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from models.payloads.dealers import DealerName


class OrderStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    DISPATCHING = "dispatching"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class EventKind(StrEnum):
    """What a line of an order's history tells of."""

    STATUS = "status"
    LINES = "lines"
    TERMS = "terms"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class OrderRef:
    """The input of the order steps. `comment` goes into the history beside the new state."""

    order_number: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an order step gives back to the process."""

    order_number: str
    dealer: str
    total_fen: int


@dataclass(frozen=True, slots=True)
class Submission:
    """What the process learns when the order is submitted."""

    order_number: str
    dealer: str
    total_fen: int
    submitted_by: str


@dataclass(frozen=True, slots=True)
class LineRequest:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class LineTerms:
    """Price and discount agreed for one line of an order; None leaves it as it is."""

    line_no: int
    unit_price_fen: int | None = None
    discount_bp: int | None = None


@dataclass(frozen=True, slots=True)
class PricedLine:
    line_no: int
    product_id: int
    sku: str
    name_zh: str
    name_en: str
    quantity: int
    unit_price_fen: int
    discount_bp: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class OrderLineView:
    id: int
    line_no: int
    product_id: int
    sku: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    quantity: int
    unit_price_fen: int
    discount_bp: int
    amount_fen: int
    received_quantity: int | None


@dataclass(frozen=True, slots=True)
class OrderView:
    id: int
    number: str
    dealer: DealerName
    status: OrderStatus
    currency: str
    total_fen: int
    note: str
    reference: str
    created_by: str
    created_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    revision: int
    lines: tuple[OrderLineView, ...]


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """One row of a list of orders."""

    number: str
    dealer: DealerName
    status: OrderStatus
    currency: str
    total_fen: int
    line_count: int
    reference: str
    created_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of an order's history. `actor` is a login or `system`; the names are empty where nobody has it."""

    id: int
    at: datetime
    actor: str
    actor_zh: str
    actor_en: str
    kind: EventKind
    from_status: str
    to_status: str
    text: str
    is_internal: bool
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CartLineView:
    sku: str
    name_zh: str
    name_en: str
    unit_zh: str
    unit_en: str
    quantity: int
    minimum_quantity: int
    pack_size: int
    is_active: bool
    unit_price_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Cart:
    lines: tuple[CartLineView, ...]
    total_fen: int
