"""Statements: drawn up from completed orders, answered, signed off and paid line by line.

Drawing up locks the dealer, so that an order never stands on two statements; every later change locks the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import BUSINESS_ZONE, business_date, utc_now
from models.payloads.orders import OrderStatus
from models.payloads.settlement import LineStatus, StatementStatus, StatementView
from models.payloads.shipping import ClaimStatus, ShipmentStatus
from models.repositories.numbers import next_number
from models.repositories.statement_views import find_statement, list_statements, load_statement
from models.rules.settlement import (
    DeliveredOrder,
    RefusalCode,
    Standing,
    StatementRefused,
    check_period,
    settled_of,
    total_of,
)
from models.tables.dealers import Dealer
from models.tables.orders import SalesOrder
from models.tables.settlement import Statement, StatementLine
from models.tables.shipping import Claim, Shipment

NUMBER_PREFIX = "ST"


async def create_statement(
    session: AsyncSession, dealer_code: str, from_on: date, to_on: date, actor: str
) -> StatementView:
    """Draw up the statement of a dealer's completed orders that were delivered in the period, last day included.

    Days are business days. The same dealer and period give the statement that exists; its process may still have to be
    started when it is a draft. Raises StatementRefused.
    """
    check_period(from_on, to_on)
    dealer = await _lock_dealer(session, dealer_code)
    key = f"{dealer_code}/{from_on}/{to_on}"
    number = (await session.scalars(select(col(Statement.number)).where(col(Statement.key) == key))).one_or_none()
    if number is None:
        orders = await deliverable_orders(session, dealer.id or 0, from_on, to_on)
        if not orders:
            params = {"dealer": dealer_code, "from_on": str(from_on), "to_on": str(to_on)}
            raise StatementRefused(RefusalCode.NOTHING_TO_SETTLE, **params)
        number = await _insert(session, dealer, from_on, to_on, key, orders, actor)
    return await load_statement(session, number)


async def deliverable_orders(
    session: AsyncSession, dealer_id: int, from_on: date, to_on: date
) -> tuple[DeliveredOrder, ...]:
    """List the completed orders of a dealer delivered in the period that stand on no statement, by order."""
    standing = select(col(StatementLine.order_id)).where(col(StatementLine.status) != LineStatus.RELEASED)
    delivered_at = func.max(col(Shipment.delivered_at))
    query = (
        select(SalesOrder, delivered_at)
        .join(Shipment, col(Shipment.order_id) == col(SalesOrder.id))
        .where(
            col(SalesOrder.dealer_id) == dealer_id,
            col(SalesOrder.status) == OrderStatus.COMPLETED,
            col(Shipment.status) == ShipmentStatus.CONFIRMED,
            col(SalesOrder.id).not_in(standing),
        )
        .group_by(col(SalesOrder.id))
        .having(delivered_at >= _beginning_of(from_on), delivered_at < _beginning_of(to_on + timedelta(days=1)))
        .order_by(col(SalesOrder.id))
    )
    rows = (await session.execute(query)).all()
    credited = await _credited(session, dealer_id)
    return tuple(
        DeliveredOrder(order.id or 0, order.number, business_date(at), order.total_fen, credited.get(order.id or 0, 0))
        for order, at in rows
        if at is not None
    )


async def lock_statement(session: AsyncSession, number: str) -> Statement:
    """Raises StatementRefused."""
    query = select(Statement).where(col(Statement.number) == number).with_for_update()
    statement = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if statement is None:
        raise StatementRefused(RefusalCode.STATEMENT_NOT_FOUND, statement_number=number)
    return statement


async def lines_of(session: AsyncSession, statement: Statement) -> Sequence[StatementLine]:
    query = select(StatementLine).where(col(StatementLine.statement_id) == statement.id).order_by(col(StatementLine.id))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def find_line(session: AsyncSession, number: str, order_number: str) -> tuple[Statement, StatementLine]:
    """Lock a statement and find one of its lines. Raises StatementRefused."""
    statement = await lock_statement(session, number)
    for line in await lines_of(session, statement):
        if line.order_number == order_number:
            return statement, line
    raise StatementRefused(RefusalCode.LINE_NOT_FOUND, order_number=order_number)


async def set_lines(
    session: AsyncSession,
    statement: Statement,
    order_numbers: Iterable[str],
    to: LineStatus,
    reasons: Mapping[str, str] | None = None,
) -> None:
    """Give lines of a locked statement another state, a disputed one its reason, and bring the totals up to date."""
    wanted = frozenset(order_numbers)
    for line in await lines_of(session, statement):
        if line.order_number in wanted:
            line.status = to
            line.dispute_reason = (reasons or {}).get(line.order_number, line.dispute_reason)
    await session.flush()
    await refresh_totals(session, statement)


async def add_payment(session: AsyncSession, statement: Statement, shares: Mapping[str, int]) -> None:
    """Let a payment fall on lines of a locked statement; a line that is paid up is settled."""
    for line in await lines_of(session, statement):
        if line.order_number in shares:
            line.paid_fen += shares[line.order_number]
            if line.paid_fen == line.amount_fen:
                line.status = LineStatus.SETTLED
    await session.flush()
    await refresh_totals(session, statement)


async def refresh_totals(session: AsyncSession, statement: Statement) -> None:
    lines = standings(await lines_of(session, statement))
    statement.total_fen = total_of(lines)
    statement.settled_fen = settled_of(lines)
    await session.flush()


async def set_status(session: AsyncSession, statement: Statement, status: StatementStatus) -> None:
    statement.status = status
    await session.flush()


async def close_statement(session: AsyncSession, statement: Statement, status: StatementStatus, at: datetime) -> None:
    """End a locked statement. A cancelled one gives its period back, so that it can be drawn up again."""
    statement.status, statement.closed_at = status, at
    if status is StatementStatus.CANCELLED:
        statement.key = f"{statement.key}/{statement.number}"
    await session.flush()


async def dealer_code_of(session: AsyncSession, statement: Statement) -> str:
    return (await session.scalars(select(col(Dealer.code)).where(col(Dealer.id) == statement.dealer_id))).one()


def standings(lines: Iterable[StatementLine]) -> tuple[Standing, ...]:
    """Gather what `models.rules.settlement` judges by."""
    return tuple(Standing(line.order_number, LineStatus(line.status), line.amount_fen, line.paid_fen) for line in lines)


async def _lock_dealer(session: AsyncSession, code: str) -> Dealer:
    query: Select[Dealer] = select(Dealer).where(col(Dealer.code) == code).with_for_update()
    dealer = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if dealer is None:
        raise StatementRefused(RefusalCode.DEALER_UNKNOWN, dealer=code)
    return dealer


async def _insert(
    session: AsyncSession,
    dealer: Dealer,
    from_on: date,
    to_on: date,
    key: str,
    orders: Sequence[DeliveredOrder],
    actor: str,
) -> str:
    now = utc_now()
    statement = Statement(
        number=await next_number(session, NUMBER_PREFIX, business_date(now).year),
        dealer_id=dealer.id or 0,
        from_on=from_on,
        to_on=to_on,
        status=StatementStatus.DRAFT,
        total_fen=sum(order.amount_fen for order in orders),
        created_by=actor,
        created_at=now,
        key=key,
    )
    session.add(statement)
    await session.flush()
    session.add_all(
        StatementLine(
            statement_id=statement.id or 0,
            order_id=order.order_id,
            order_number=order.order_number,
            delivered_on=order.delivered_on,
            amount_fen=order.amount_fen,
            status=LineStatus.OPEN,
        )
        for order in orders
    )
    await session.flush()
    return statement.number


async def _credited(session: AsyncSession, dealer_id: int) -> dict[int, int]:
    """Add up the accepted claims by order."""
    query = (
        select(col(Shipment.order_id), func.sum(col(Claim.amount_fen)))
        .join(Shipment, col(Shipment.id) == col(Claim.shipment_id))
        .where(col(Shipment.dealer_id) == dealer_id, col(Claim.status) == ClaimStatus.CREDITED)
        .group_by(col(Shipment.order_id))
    )
    return {order_id: int(total) for order_id, total in (await session.execute(query)).all()}


def _beginning_of(day: date) -> datetime:
    return datetime.combine(day, time.min, BUSINESS_ZONE)


__all__ = [
    "add_payment",
    "close_statement",
    "create_statement",
    "dealer_code_of",
    "deliverable_orders",
    "find_line",
    "find_statement",
    "lines_of",
    "list_statements",
    "lock_statement",
    "refresh_totals",
    "set_lines",
    "set_status",
    "standings",
]
