"""How business events are booked, and which payments fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.payloads.payments import Account


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: positive debits, negative credits. Receivables belong to a dealer."""

    account: Account
    amount_fen: int
    dealer_id: int | None = None


class UnbalancedEntry(ValueError):
    """The postings of an entry do not sum to zero."""


class PaymentRefused(ValueError):
    """The amount does not fit what is open; the message says both."""


def post_delivery(dealer_id: int, amount_fen: int) -> tuple[Posting, ...]:
    """The dealer owes what was delivered."""
    return (Posting(Account.RECEIVABLE, amount_fen, dealer_id), Posting(Account.REVENUE, -amount_fen, dealer_id))


def post_credit(dealer_id: int, amount_fen: int) -> tuple[Posting, ...]:
    """The dealer no longer owes what was claimed or waived."""
    return (Posting(Account.REVENUE, amount_fen, dealer_id), Posting(Account.RECEIVABLE, -amount_fen, dealer_id))


def post_payment(dealer_id: int, amount_fen: int) -> tuple[Posting, ...]:
    """Money is in the bank and the dealer owes that much less."""
    return (Posting(Account.BANK, amount_fen), Posting(Account.RECEIVABLE, -amount_fen, dealer_id))


def reverse(postings: Sequence[Posting]) -> tuple[Posting, ...]:
    return tuple(Posting(each.account, -each.amount_fen, each.dealer_id) for each in postings)


def check_balanced(postings: Sequence[Posting]) -> None:
    """Raises UnbalancedEntry unless debits and credits cancel out."""
    total = sum(posting.amount_fen for posting in postings)
    if total:
        raise UnbalancedEntry(f"off by {total}")


def check_payment(amount_fen: int, open_fen: int) -> int:
    """Tell what stays open after the payment. Raises PaymentRefused for nothing, less than nothing and too much."""
    if amount_fen <= 0:
        raise PaymentRefused(f"amount_fen: {amount_fen} is no payment")
    if amount_fen > open_fen:
        raise PaymentRefused(f"amount_fen: {amount_fen} is more than the {open_fen} that is open")
    return open_fen - amount_fen
