"""Statements: what steps are given and give back, what screens show.

Only the payloads and results of steps enter workflow history; to those, fields are only ever added, with a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models.payloads.dealers import DealerName
from models.payloads.payments import PaymentView


class StatementStatus(StrEnum):
    DRAFT = "draft"
    """Drawn up; finance has not checked it yet."""
    SENT = "sent"
    """Checked by finance and before the dealer."""
    CONFIRMED = "confirmed"
    """The dealer has answered; finance has to sign off."""
    SIGNED_OFF = "signed_off"
    """Waiting for the money."""
    CLOSED = "closed"
    CANCELLED = "cancelled"


class LineStatus(StrEnum):
    OPEN = "open"
    """The dealer has not answered about it yet."""
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    SIGNED_OFF = "signed_off"
    SETTLED = "settled"
    """Signed off and paid."""
    WAIVED = "waived"
    """Credited after a dispute: no longer part of the total."""
    RELEASED = "released"
    """The statement was cancelled: the order may stand on another one."""


@dataclass(frozen=True, slots=True)
class StatementRef:
    statement_number: str


@dataclass(frozen=True, slots=True)
class StatementFacts:
    statement_number: str
    dealer: str
    total_fen: int


@dataclass(frozen=True, slots=True)
class DisputedLine:
    order_number: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StatementAnswer:
    """What the dealer says: `confirm` everything that is open, or `dispute` the lines named and confirm the rest."""

    statement_number: str
    outcome: str
    lines: tuple[DisputedLine, ...] | None = None


@dataclass(frozen=True, slots=True)
class AnswerRecorded:
    """Order numbers of the lines that were confirmed and disputed by this answer."""

    confirmed: tuple[str, ...]
    disputed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineRef:
    statement_number: str
    order_number: str


@dataclass(frozen=True, slots=True)
class SignedOff:
    """What finance has signed off and is still to be paid."""

    open_fen: int


@dataclass(frozen=True, slots=True)
class RoundClosed:
    """`open_lines` are the orders whose dispute was turned down: the dealer is asked about them again."""

    open_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementLineView:
    order_number: str
    delivered_on: date
    amount_fen: int
    paid_fen: int
    status: LineStatus
    dispute_reason: str


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """One row of a list of statements."""

    number: str
    dealer: DealerName
    from_on: date
    to_on: date
    status: StatementStatus
    total_fen: int
    settled_fen: int
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StatementView:
    """`total_fen` sums the lines that stand, `settled_fen` those that are paid; `open_fen` is signed off and unpaid."""

    id: int
    number: str
    dealer: DealerName
    from_on: date
    to_on: date
    status: StatementStatus
    total_fen: int
    settled_fen: int
    open_fen: int
    created_by: str
    created_at: datetime
    closed_at: datetime | None
    lines: tuple[StatementLineView, ...]
    payments: tuple[PaymentView, ...] = ()
