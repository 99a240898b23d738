"""Where a shipment may move, when it is late, and what a receipt says about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.money import line_amount_fen
from models.payloads.shipping import ClaimLine, ReceivedLine, ShipmentStatus

DELIVERY_LEAD = timedelta(days=3)
"""From the day of the dispatch note to the day promised to the dealer, that day included."""

_RANK: Mapping[ShipmentStatus, int] = {
    ShipmentStatus.CREATED: 0,
    ShipmentStatus.IN_TRANSIT: 1,
    ShipmentStatus.DELIVERED: 2,
    ShipmentStatus.CONFIRMED: 3,
    ShipmentStatus.CANCELLED: 4,
}
UNDER_WAY = frozenset({ShipmentStatus.CREATED, ShipmentStatus.IN_TRANSIT})


class ReceiptInvalid(ValueError):
    """A confirmed quantity cannot be; the message names the line."""


class HandOverInvalid(ValueError):
    """A hand-over lacks something; the message begins with the field."""


@dataclass(frozen=True, slots=True)
class ShippedLine:
    """What left the warehouse of one order line, and what it costs."""

    line_no: int
    sku: str
    quantity: int
    unit_price_fen: int
    discount_bp: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class ReceiptDecision:
    """Received and damaged quantity by line number, and what is claimed."""

    received: Mapping[int, int]
    damaged: Mapping[int, int]
    claimed: tuple[ClaimLine, ...] = ()

    @property
    def claim_fen(self) -> int:
        return sum(line.amount_fen for line in self.claimed)


def moves_forward(status: ShipmentStatus, to: ShipmentStatus) -> bool:
    """Tell whether news of a state is news: older and repeated ones are not, and nothing follows a cancellation."""
    return _RANK[to] > _RANK[status]


def promise_day(ordered_on: date) -> date:
    return ordered_on + DELIVERY_LEAD


def is_late(status: ShipmentStatus, promised_on: date | None, today: date) -> bool:
    """A shipment is late from the day after the promised one until it arrives."""
    return status in UNDER_WAY and promised_on is not None and today > promised_on


def check_hand_over(carrier: str, waybill: str) -> tuple[str, str]:
    """Take both without surrounding blanks. Raises HandOverInvalid naming the field that is empty or too long."""
    for field, value, most in (("carrier", carrier, 40), ("waybill", waybill, 80)):
        if not value.strip():
            raise HandOverInvalid(f"{field}: must not be empty")
        if len(value.strip()) > most:
            raise HandOverInvalid(f"{field}: at most {most} characters")
    return carrier.strip(), waybill.strip()


def decide_receipt(shipped: Sequence[ShippedLine], reported: Sequence[ReceivedLine]) -> ReceiptDecision:
    """Compare what arrived with what was shipped; a line that is not reported arrived whole.

    Raises ReceiptInvalid for a line that is unknown or named twice, more received than shipped, more damaged than
    received.
    """
    reports = _by_line(shipped, reported)
    received: dict[int, int] = {}
    damaged: dict[int, int] = {}
    claimed: list[ClaimLine] = []
    for line in shipped:
        report = reports.get(line.line_no, ReceivedLine(line.line_no))
        arrived = line.quantity if report.received is None else report.received
        if not 0 <= arrived <= line.quantity:
            raise ReceiptInvalid(f"line {line.line_no}: received {arrived} of {line.quantity} shipped")
        if not 0 <= report.damaged <= arrived:
            raise ReceiptInvalid(f"line {line.line_no}: damaged {report.damaged} of {arrived} received")
        received[line.line_no], damaged[line.line_no] = arrived, report.damaged
        if arrived - report.damaged < line.quantity:
            claimed.append(_claim(line, arrived, report.damaged))
    return ReceiptDecision(received, damaged, tuple(claimed))


def _by_line(shipped: Sequence[ShippedLine], reported: Sequence[ReceivedLine]) -> dict[int, ReceivedLine]:
    known = {line.line_no for line in shipped}
    found: dict[int, ReceivedLine] = {}
    for report in reported:
        if report.line_no not in known:
            raise ReceiptInvalid(f"line {report.line_no}: not on this shipment")
        if report.line_no in found:
            raise ReceiptInvalid(f"line {report.line_no}: named twice")
        found[report.line_no] = report
    return found


def _claim(line: ShippedLine, received: int, damaged: int) -> ClaimLine:
    """Claim what the line costs less what its good quantity would, both rounded as lines are."""
    good_fen = line_amount_fen(line.unit_price_fen, received - damaged, line.discount_bp)
    return ClaimLine(line.line_no, line.sku, line.quantity - received, damaged, line.amount_fen - good_fen)
