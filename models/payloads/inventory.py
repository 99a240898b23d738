"""Stock: what steps are given and give back, what screens show.

Only the payloads and results of steps enter workflow history; to those, fields are only ever added, with a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MovementKind(StrEnum):
    RECEIPT = "receipt"
    ISSUE = "issue"
    RETURN = "return"


class ReservationStatus(StrEnum):
    HELD = "held"
    ISSUED = "issued"
    RELEASED = "released"
    RETURNED = "returned"
    """Issued and then taken back, because the order was cancelled after it had left."""


@dataclass(frozen=True, slots=True)
class StockRequest:
    """The input of the stock steps: the order whose lines are meant."""

    order_number: str


@dataclass(frozen=True, slots=True)
class ReservedStock:
    """What a reservation gives back to the process."""

    order_number: str
    warehouse: str


@dataclass(frozen=True, slots=True)
class Replenishment:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ReplenishmentRequest:
    """Goods that have come in for an order that ran short; `receipts` may be empty when they were booked elsewhere."""

    order_number: str
    receipts: tuple[Replenishment, ...] | None = None


@dataclass(frozen=True, slots=True)
class StockLevel:
    """One product in one warehouse."""

    sku: str
    name_zh: str
    name_en: str
    warehouse: str
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class MovementView:
    """One line of a product's stock history; `quantity` is signed."""

    at: datetime
    sku: str
    warehouse: str
    kind: MovementKind
    quantity: int
    document: str
