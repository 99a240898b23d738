"""Statements as screens, lists and the API read them. Whoever gives a dealer's code sees that dealer's only."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.payloads.dealers import DealerName
from models.payloads.settlement import (
    LineStatus,
    StatementLineView,
    StatementStatus,
    StatementSummary,
    StatementView,
)
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, id_of_cursor, page_of
from models.repositories.payments import payments_of_statement
from models.tables.dealers import Dealer
from models.tables.settlement import Statement, StatementLine

StatementRow = Row[Statement, Dealer]


async def find_statement(session: AsyncSession, number: str, dealer_code: str | None = None) -> StatementView | None:
    """Find a statement by its number, with its lines; with a dealer's code, None unless it is that dealer's."""
    query = _of_dealer(_statements(), dealer_code).where(col(Statement.number) == number)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else await _view(session, row)


async def load_statement(session: AsyncSession, number: str) -> StatementView:
    """Read a statement that is known to exist."""
    statement = await find_statement(session, number)
    assert statement is not None
    return statement


async def list_statements(
    session: AsyncSession,
    dealer_code: str | None = None,
    statuses: Collection[StatementStatus] = (),
    text: str = "",
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[StatementSummary]:
    """List statements, newest first; `text` is looked for in the number and the dealer's name."""
    query = _of_dealer(_statements(), dealer_code)
    if statuses:
        query = query.where(col(Statement.status).in_([str(status) for status in statuses]))
    if text.strip():
        columns = (Statement.number, Dealer.code, Dealer.name_zh, Dealer.name_en)
        wanted = text.strip().lower()
        query = query.where(or_(*(func.lower(col(column)).contains(wanted, autoescape=True) for column in columns)))
    if after:
        query = query.where(col(Statement.id) < id_of_cursor(after))
    rows = (await session.execute(query.order_by(col(Statement.id).desc()).limit(bounded(limit) + 1))).all()
    return page_of(rows, limit, _summary, lambda row: (row[0].id or 0,))


def _statements() -> Select[Statement, Dealer]:
    query = select(Statement, Dealer).join(Dealer, col(Dealer.id) == col(Statement.dealer_id))
    return query.execution_options(populate_existing=True)


def _of_dealer(query: Select[Statement, Dealer], dealer_code: str | None) -> Select[Statement, Dealer]:
    return query if dealer_code is None else query.where(col(Dealer.code) == dealer_code)


def _summary(row: StatementRow) -> StatementSummary:
    statement, dealer = row
    return StatementSummary(
        number=statement.number,
        dealer=DealerName(dealer.code, dealer.name_zh, dealer.name_en),
        from_on=statement.from_on,
        to_on=statement.to_on,
        status=StatementStatus(statement.status),
        total_fen=statement.total_fen,
        settled_fen=statement.settled_fen,
        created_at=statement.created_at,
        closed_at=statement.closed_at,
    )


async def _view(session: AsyncSession, row: StatementRow) -> StatementView:
    statement, dealer = row
    assert statement.id is not None
    lines = await _lines(session, statement.id)
    return StatementView(
        id=statement.id,
        number=statement.number,
        dealer=DealerName(dealer.code, dealer.name_zh, dealer.name_en),
        from_on=statement.from_on,
        to_on=statement.to_on,
        status=StatementStatus(statement.status),
        total_fen=statement.total_fen,
        settled_fen=statement.settled_fen,
        open_fen=sum(line.amount_fen - line.paid_fen for line in lines if line.status is LineStatus.SIGNED_OFF),
        created_by=statement.created_by,
        created_at=statement.created_at,
        closed_at=statement.closed_at,
        lines=lines,
        payments=await payments_of_statement(session, statement.id),
    )


async def _lines(session: AsyncSession, statement_id: int) -> tuple[StatementLineView, ...]:
    query = (
        select(StatementLine)
        .where(col(StatementLine.statement_id) == statement_id)
        .order_by(col(StatementLine.id))
        .execution_options(populate_existing=True)
    )
    return tuple(
        StatementLineView(
            order_number=line.order_number,
            delivered_on=line.delivered_on,
            amount_fen=line.amount_fen,
            paid_fen=line.paid_fen,
            status=LineStatus(line.status),
            dispute_reason=line.dispute_reason,
        )
        for line in (await session.scalars(query)).all()
    )
