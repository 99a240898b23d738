"""The ledger: booked once, balanced, summed."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.clock import utc_now
from models.db import Database
from models.payloads.payments import Account, EntryKind
from models.repositories import dealers, payments
from models.rules.payments import Posting, UnbalancedEntry, post_delivery, post_payment
from tests.fixtures.company import DEALER_A, DEALER_B


async def _dealer_id(session: AsyncSession, code: str) -> int:
    dealer = await dealers.find_dealer(session, code)
    assert dealer is not None
    return dealer.id


async def _deliver(session: AsyncSession, code: str, amount_fen: int, document: str) -> bool:
    postings = post_delivery(await _dealer_id(session, code), amount_fen)
    return await payments.post_entry(session, EntryKind.DELIVERY, document, postings, document, utc_now(), "system")


async def test_balances_are_sums_by_account_and_dealer(company: AsyncSession) -> None:
    await _deliver(company, DEALER_A, 1_000, "SO-1")
    await _deliver(company, DEALER_B, 300, "SO-2")
    paid = post_payment(await _dealer_id(company, DEALER_A), 400)
    await payments.post_entry(company, EntryKind.PAYMENT, "PY-1", paid, "PY-1", utc_now(), "finance")
    assert await payments.dealer_balance(company, DEALER_A) == 600
    assert await payments.dealer_balance(company, DEALER_B) == 300
    assert await payments.account_balance(company, Account.REVENUE) == -1_300
    assert await payments.account_balance(company, Account.BANK) == 400
    assert await payments.ledger_total(company) == 0


async def test_an_empty_ledger_sums_to_zero(company: AsyncSession) -> None:
    assert await payments.ledger_total(company) == 0
    assert await payments.dealer_balance(company, DEALER_A) == 0


async def test_the_same_entry_is_booked_once(company: AsyncSession) -> None:
    assert await _deliver(company, DEALER_A, 1_000, "SO-1")
    assert not await _deliver(company, DEALER_A, 1_000, "SO-1")
    assert await payments.dealer_balance(company, DEALER_A) == 1_000


async def test_an_entry_that_is_off_is_not_booked(company: AsyncSession) -> None:
    with pytest.raises(UnbalancedEntry):
        await payments.post_entry(company, EntryKind.CREDIT, "X", [Posting(Account.BANK, 1)], "x", utc_now(), "system")
    assert (await payments.list_postings(company)).items == ()


async def test_what_is_worth_nothing_is_not_booked(company: AsyncSession) -> None:
    assert not await _deliver(company, DEALER_A, 0, "SO-1")
    assert (await payments.list_postings(company)).items == ()


async def test_postings_are_listed_latest_first_by_dealer_and_document(company: AsyncSession) -> None:
    await _deliver(company, DEALER_A, 1_000, "SO-1")
    await _deliver(company, DEALER_B, 300, "SO-2")
    await _deliver(company, DEALER_A, 50, "SO-3")
    of_a = (await payments.list_postings(company, DEALER_A)).items
    assert [(line.document, line.account, line.amount_fen) for line in of_a] == [
        ("SO-3", Account.REVENUE, -50),
        ("SO-3", Account.RECEIVABLE, 50),
        ("SO-1", Account.REVENUE, -1_000),
        ("SO-1", Account.RECEIVABLE, 1_000),
    ]
    assert {line.dealer for line in (await payments.list_postings(company, document="SO-2")).items} == {DEALER_B}
    first = await payments.list_postings(company, limit=4)
    rest = await payments.list_postings(company, after=first.next_cursor, limit=4)
    assert len(first.items) + len(rest.items) == 6


async def test_the_same_entry_at_the_same_moment_is_booked_once(company_database: Database) -> None:
    async def book() -> bool:
        async with company_database.writing() as session:
            return await _deliver(session, DEALER_A, 1_000, "SO-1")

    assert sum(await asyncio.gather(*(book() for _ in range(6)))) == 1
    async with company_database.reading() as session:
        assert await payments.dealer_balance(session, DEALER_A) == 1_000
