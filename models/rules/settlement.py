"""What a statement lists, what its lines may become, and how a payment falls on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.payloads.settlement import LineStatus

STANDING = frozenset(
    {LineStatus.OPEN, LineStatus.CONFIRMED, LineStatus.DISPUTED, LineStatus.SIGNED_OFF, LineStatus.SETTLED}
)
"""Lines that count towards the total."""

FIRST_YEAR, LAST_YEAR = 1900, 2999


class RefusalCode(StrEnum):
    DEALER_UNKNOWN = "dealer_unknown"
    PERIOD_INVALID = "period_invalid"
    NOTHING_TO_SETTLE = "nothing_to_settle"
    STATEMENT_NOT_FOUND = "statement_not_found"
    LINE_NOT_FOUND = "line_not_found"


class StatementRefused(Exception):
    """A statement cannot be drawn up or changed so. `params` fill the sentence."""

    def __init__(self, code: RefusalCode, **params: str | int) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class DeliveredOrder:
    """An order that may be settled: what it was worth and what has been credited for it since."""

    order_id: int
    order_number: str
    delivered_on: date
    total_fen: int
    credited_fen: int = 0

    @property
    def amount_fen(self) -> int:
        return self.total_fen - self.credited_fen


@dataclass(frozen=True, slots=True)
class Standing:
    """A line as it stands."""

    order_number: str
    status: LineStatus
    amount_fen: int
    paid_fen: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    confirmed: tuple[str, ...]
    disputed: tuple[str, ...]


def check_period(from_on: date, to_on: date) -> None:
    """Raises StatementRefused for a period that ends before it begins or lies in no sensible century."""
    if not (from_on.year >= FIRST_YEAR and from_on <= to_on and to_on.year <= LAST_YEAR):
        raise StatementRefused(RefusalCode.PERIOD_INVALID, from_on=str(from_on), to_on=str(to_on))


def total_of(lines: Sequence[Standing]) -> int:
    """Add up what stands on the statement; waived and released lines do not."""
    return sum(line.amount_fen for line in lines if line.status in STANDING)


def settled_of(lines: Sequence[Standing]) -> int:
    return sum(line.amount_fen for line in lines if line.status is LineStatus.SETTLED)


def open_of(lines: Sequence[Standing]) -> int:
    """Tell what has been signed off and is still to be paid."""
    return sum(line.amount_fen - line.paid_fen for line in lines if line.status is LineStatus.SIGNED_OFF)


def decide_answer(lines: Sequence[Standing], is_dispute: bool, named: Sequence[str]) -> Answer:
    """Split the open lines into confirmed and disputed; a dispute that names nothing is about all of them.

    What was answered before and not taken further belongs to the answer, so that repeating it says the same. Raises
    StatementRefused naming the order that is not open on this statement.
    """
    asked = [line.order_number for line in lines if line.status is LineStatus.OPEN]
    answered = [line.order_number for line in lines if line.status is LineStatus.DISPUTED]
    if is_dispute:
        for order_number in named:
            if order_number not in asked + answered:
                raise StatementRefused(RefusalCode.LINE_NOT_FOUND, order_number=order_number)
        answered += named or asked
    confirmed = [line.order_number for line in lines if line.status is LineStatus.CONFIRMED]
    confirmed += [each for each in asked if each not in answered]
    numbers = [line.order_number for line in lines]
    return Answer(_in_order(numbers, confirmed), _in_order(numbers, answered))


def _in_order(numbers: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in numbers if each in wanted)


def allocate(amount_fen: int, lines: Sequence[Standing]) -> dict[str, int]:
    """Let a payment fall on the signed-off lines in their order; returns the amount by order number."""
    shares: dict[str, int] = {}
    for line in lines:
        if line.status is not LineStatus.SIGNED_OFF:
            continue
        share = min(amount_fen, line.amount_fen - line.paid_fen)
        shares[line.order_number] = share
        amount_fen -= share
    return shares
