"""Ledger and payments: what steps are given and give back, what screens show.

Only the payloads and results of steps enter workflow history; to those, fields are only ever added, with a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Account(StrEnum):
    RECEIVABLE = "receivable"
    REVENUE = "revenue"
    BANK = "bank"


class EntryKind(StrEnum):
    DELIVERY = "delivery"
    CREDIT = "credit"
    PAYMENT = "payment"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class DeliveryPosting:
    """The order whose goods have been confirmed."""

    order_number: str


@dataclass(frozen=True, slots=True)
class CreditPosting:
    """The claim that was accepted."""

    claim_number: str


@dataclass(frozen=True, slots=True)
class WaiverPosting:
    """The statement line that was waived after a dispute."""

    statement_number: str
    order_number: str


@dataclass(frozen=True, slots=True)
class Posted:
    """How much was booked; 0 when the document was worth nothing and no entry was made."""

    posted_fen: int


@dataclass(frozen=True, slots=True)
class PaymentReceived:
    """Money for a statement, typed in by finance or told by the bank."""

    statement_number: str
    amount_fen: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PaymentBooked:
    """`open_fen` is what is still to be paid of what has been signed off."""

    payment_number: str
    open_fen: int


@dataclass(frozen=True, slots=True)
class PaymentView:
    number: str
    statement_number: str
    dealer: str
    amount_fen: int
    reference: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One posting with the entry it belongs to; positive debits, negative credits. `dealer` is a code."""

    at: datetime
    kind: EntryKind
    document: str
    account: Account
    dealer: str
    amount_fen: int
    actor: str
