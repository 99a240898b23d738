"""Shipments: what steps are given and give back, what screens show.

Only the payloads and results of steps enter workflow history; to those, fields are only ever added, with a default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from models.payloads.dealers import DealerName


class ShipmentStatus(StrEnum):
    CREATED = "created"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class ClaimStatus(StrEnum):
    OPEN = "open"
    CREDITED = "credited"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class DispatchRequest:
    order_number: str


@dataclass(frozen=True, slots=True)
class DispatchNote:
    """What the process learns when the dispatch note is made. `promised_on` is ISO 8601."""

    shipment_number: str
    promised_on: str


@dataclass(frozen=True, slots=True)
class ShipmentRef:
    """The input of steps about one shipment; without `shipment_number` the order's latest one is meant."""

    order_number: str
    shipment_number: str = ""


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the warehouse fills in when the carrier takes the goods."""

    order_number: str
    shipment_number: str
    carrier: str = ""
    waybill: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """`carrier` is its code, or what was typed for one that is not in the list."""

    carrier: str
    waybill: str


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What arrived of one line. `received` counts everything that came, `damaged` what of it is no good."""

    line_no: int
    received: int | None = None
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the dealer confirms. Lines that are not named arrived whole; `is_automatic` when the time had run out."""

    order_number: str
    shipment_number: str
    lines: tuple[ReceivedLine, ...] | None = None
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptResult:
    has_difference: bool
    claim_number: str = ""
    claim_fen: int = 0


@dataclass(frozen=True, slots=True)
class ClaimDecision:
    """`outcome` is `credit` or `reject`."""

    claim_number: str
    outcome: str
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class ClaimDecided:
    claim_number: str
    claim_status: str
    claim_fen: int


@dataclass(frozen=True, slots=True)
class ShipmentLineView:
    """`received` is None until the dealer has confirmed."""

    line_no: int
    sku: str
    name_zh: str
    name_en: str
    quantity: int
    received: int | None
    damaged: int


@dataclass(frozen=True, slots=True)
class ShipmentEventView:
    """One line of a shipment's history; the names are empty where nobody has that login."""

    at: datetime
    status: ShipmentStatus
    place: str
    text: str
    actor: str
    actor_zh: str = ""
    actor_en: str = ""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """`amount_fen` is the value of what is missing or damaged."""

    line_no: int
    sku: str
    missing: int
    damaged: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ClaimView:
    number: str
    shipment_number: str
    order_number: str
    dealer: DealerName
    status: ClaimStatus
    amount_fen: int
    lines: tuple[ClaimLine, ...]
    resolution: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CarrierView:
    """A carrier; one that is not in the list is shown by what was typed."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ShipmentSummary:
    """One row of a list of shipments."""

    number: str
    order_number: str
    dealer: DealerName
    status: ShipmentStatus
    carrier: CarrierView | None
    waybill: str
    promised_on: date | None
    is_late: bool
    created_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShipmentView:
    id: int
    number: str
    order_id: int
    order_number: str
    dealer: DealerName
    warehouse: str
    status: ShipmentStatus
    carrier: CarrierView | None
    waybill: str
    promised_on: date | None
    is_late: bool
    created_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str
    lines: tuple[ShipmentLineView, ...]
    events: tuple[ShipmentEventView, ...] = field(default=())
    claim: ClaimView | None = None


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """How many shipments are in each state, and how many are past their promised day without having arrived."""

    by_status: dict[ShipmentStatus, int]
    late: int
