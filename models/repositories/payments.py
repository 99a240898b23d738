"""The ledger and the payments booked in it. Append-only; balances are sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import business_date
from models.payloads.payments import Account, EntryKind, LedgerLine, PaymentReceived, PaymentView
from models.repositories.numbers import next_number
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, id_of_cursor, page_of
from models.repositories.upserts import insert_or_skip, table_of
from models.rules.payments import Posting, check_balanced
from models.tables.dealers import Dealer
from models.tables.payments import LedgerEntry, LedgerPosting, Payment
from models.tables.settlement import Statement

NUMBER_PREFIX = "PY"


async def post_entry(
    session: AsyncSession,
    kind: EntryKind,
    document: str,
    postings: Sequence[Posting],
    key: str,
    at: datetime,
    actor: str,
) -> bool:
    """Book an entry once for each key; one that is worth nothing is not booked. Raises UnbalancedEntry."""
    check_balanced(postings)
    wanted = [posting for posting in postings if posting.amount_fen]
    if not wanted:
        return False
    values = {"at": at, "kind": kind, "document": document, "actor": actor, "key": key}
    if not await insert_or_skip(session, LedgerEntry, values, ("key",)):
        return False
    entry_id = (await session.scalars(select(col(LedgerEntry.id)).where(col(LedgerEntry.key) == key))).one()
    rows = [
        {
            "entry_id": entry_id,
            "line_no": line_no,
            "account": posting.account,
            "dealer_id": posting.dealer_id,
            "amount_fen": posting.amount_fen,
        }
        for line_no, posting in enumerate(wanted, start=1)
    ]
    await session.execute(insert(table_of(LedgerPosting)), rows)
    return True


async def postings_of(session: AsyncSession, kind: EntryKind, document: str) -> tuple[Posting, ...]:
    """Read what was booked of one kind for a document."""
    query = (
        select(LedgerPosting)
        .join(LedgerEntry, col(LedgerEntry.id) == col(LedgerPosting.entry_id))
        .where(col(LedgerEntry.kind) == kind, col(LedgerEntry.document) == document)
        .order_by(col(LedgerPosting.id))
    )
    rows = (await session.scalars(query)).all()
    return tuple(Posting(Account(row.account), row.amount_fen, row.dealer_id) for row in rows)


async def record_payment(
    session: AsyncSession, statement: Statement, payment: PaymentReceived, key: str, at: datetime, actor: str
) -> str:
    """Write down a payment under its key; returns its number."""
    number = await next_number(session, NUMBER_PREFIX, business_date(at).year)
    session.add(
        Payment(
            number=number,
            dealer_id=statement.dealer_id,
            statement_id=statement.id,
            amount_fen=payment.amount_fen,
            reference=payment.reference,
            recorded_by=actor,
            recorded_at=at,
            key=key,
        )
    )
    await session.flush()
    return number


async def find_payment(session: AsyncSession, key: str) -> str | None:
    """Find the number of the payment that was recorded under a key."""
    return (await session.scalars(select(col(Payment.number)).where(col(Payment.key) == key))).one_or_none()


async def payments_of_statement(session: AsyncSession, statement_id: int) -> tuple[PaymentView, ...]:
    """List the payments of a statement, oldest first."""
    query = (
        select(Payment, col(Statement.number), col(Dealer.code))
        .join(Statement, col(Statement.id) == col(Payment.statement_id))
        .join(Dealer, col(Dealer.id) == col(Payment.dealer_id))
        .where(col(Payment.statement_id) == statement_id)
        .order_by(col(Payment.id))
    )
    return tuple(
        PaymentView(
            number=payment.number,
            statement_number=statement,
            dealer=dealer,
            amount_fen=payment.amount_fen,
            reference=payment.reference,
            recorded_by=payment.recorded_by,
            recorded_at=payment.recorded_at,
        )
        for payment, statement, dealer in (await session.execute(query)).all()
    )


async def ledger_total(session: AsyncSession) -> int:
    """Add up every posting there is: zero, or the books are wrong."""
    query = select(func.coalesce(func.sum(col(LedgerPosting.amount_fen)), 0))
    return int((await session.scalars(query)).one())


async def account_balance(session: AsyncSession, account: Account, dealer_code: str | None = None) -> int:
    """Add up an account, for one dealer or all."""
    query = select(func.coalesce(func.sum(col(LedgerPosting.amount_fen)), 0)).where(
        col(LedgerPosting.account) == account
    )
    if dealer_code is not None:
        query = query.join(Dealer, col(Dealer.id) == col(LedgerPosting.dealer_id)).where(
            col(Dealer.code) == dealer_code
        )
    return int((await session.scalars(query)).one())


async def dealer_balance(session: AsyncSession, dealer_code: str) -> int:
    """Tell what a dealer owes, in fen."""
    return await account_balance(session, Account.RECEIVABLE, dealer_code)


async def list_postings(
    session: AsyncSession,
    dealer_code: str | None = None,
    document: str | None = None,
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[LedgerLine]:
    """List what was booked, latest first."""
    query = (
        select(LedgerPosting, LedgerEntry, Dealer)
        .join(LedgerEntry, col(LedgerEntry.id) == col(LedgerPosting.entry_id))
        .outerjoin(Dealer, col(Dealer.id) == col(LedgerPosting.dealer_id))
        .order_by(col(LedgerPosting.id).desc())
        .limit(bounded(limit) + 1)
    )
    if dealer_code is not None:
        query = query.where(col(Dealer.code) == dealer_code)
    if document is not None:
        query = query.where(col(LedgerEntry.document) == document)
    if after:
        query = query.where(col(LedgerPosting.id) < id_of_cursor(after))
    rows = (await session.execute(query)).all()
    return page_of(rows, limit, lambda row: _line(row[0], row[1], row[2]), lambda row: (row[0].id or 0,))


def _line(posting: LedgerPosting, entry: LedgerEntry, dealer: Dealer | None) -> LedgerLine:
    return LedgerLine(
        at=entry.at,
        kind=EntryKind(entry.kind),
        document=entry.document,
        account=Account(posting.account),
        dealer=dealer.code if dealer else "",
        amount_fen=posting.amount_fen,
        actor=entry.actor,
    )
