"""Bookings and payments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payloads.payments import Account
from models.rules.payments import (
    PaymentRefused,
    Posting,
    UnbalancedEntry,
    check_balanced,
    check_payment,
    post_credit,
    post_delivery,
    post_payment,
    reverse,
)

DEALER = 7


@pytest.mark.parametrize(
    ("postings", "debit", "credit"),
    [
        (post_delivery(DEALER, 500), Account.RECEIVABLE, Account.REVENUE),
        (post_credit(DEALER, 500), Account.REVENUE, Account.RECEIVABLE),
        (post_payment(DEALER, 500), Account.BANK, Account.RECEIVABLE),
    ],
)
def test_each_event_debits_and_credits_its_accounts(
    postings: tuple[Posting, ...], debit: Account, credit: Account
) -> None:
    assert [(each.account, each.amount_fen) for each in postings] == [(debit, 500), (credit, -500)]
    assert all(each.dealer_id == DEALER for each in postings if each.account is Account.RECEIVABLE)


@given(st.integers(0, 10**15))
def test_every_entry_balances_and_so_does_its_reversal(amount_fen: int) -> None:
    for post in (post_delivery, post_credit, post_payment):
        postings = post(DEALER, amount_fen)
        check_balanced(postings)
        check_balanced(reverse(postings))
        check_balanced(postings + reverse(postings))


def test_an_entry_that_is_off_is_refused() -> None:
    with pytest.raises(UnbalancedEntry, match="off by 1"):
        check_balanced((Posting(Account.BANK, 2), Posting(Account.REVENUE, -1)))


@pytest.mark.parametrize(("amount", "left"), [(300, 0), (1, 299)])
def test_a_payment_leaves_the_rest_open(amount: int, left: int) -> None:
    assert check_payment(amount, 300) == left


@pytest.mark.parametrize("amount", [301, 0, -1])
def test_too_much_and_nothing_are_refused_by_field(amount: int) -> None:
    with pytest.raises(PaymentRefused, match=r"^amount_fen: "):
        check_payment(amount, 300)
