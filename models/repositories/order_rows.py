"""The rows of an order behind its repository: locked, moved on, with a line of history for each change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.payloads.orders import EventKind, OrderStatus
from models.repositories.upserts import insert_or_skip
from models.rules.orders import FINAL, OrderRefused, RefusalCode
from models.tables.dealers import Dealer, DealerStatus
from models.tables.orders import OrderEvent, OrderLine, SalesOrder


async def dealer_by_code(session: AsyncSession, code: str) -> Dealer:
    query = select(Dealer).where(col(Dealer.code) == code).execution_options(populate_existing=True)
    dealer = (await session.scalars(query)).one_or_none()
    if dealer is None:
        raise OrderRefused(RefusalCode.DEALER_UNKNOWN, {"dealer": code})
    return dealer


def refuse_suspended(dealer: Dealer) -> None:
    if dealer.status == DealerStatus.SUSPENDED:
        params: dict[str, str | int] = {"dealer": dealer.code, "reason": dealer.suspended_reason}
        raise OrderRefused(RefusalCode.DEALER_SUSPENDED, params)


def refuse_unless(order: SalesOrder, states: frozenset[OrderStatus]) -> None:
    if order.status not in states:
        raise OrderRefused(RefusalCode.NOT_EDITABLE, {"order_number": order.number, "status": order.status})


def illegal_transition(order: SalesOrder, to: OrderStatus) -> OrderRefused:
    params: dict[str, str | int] = {"order_number": order.number, "status": order.status, "to": to}
    return OrderRefused(RefusalCode.ILLEGAL_TRANSITION, params)


async def number_of_source(session: AsyncSession, dealer: Dealer, source_key: str | None) -> str | None:
    if source_key is None:
        return None
    where = (col(SalesOrder.dealer_id) == dealer.id, col(SalesOrder.source_key) == source_key)
    return await session.scalar(select(col(SalesOrder.number)).where(*where))


async def lock_order(session: AsyncSession, number: str, dealer_code: str | None = None) -> SalesOrder:
    """Lock an order's row; with a dealer's code only if it is that dealer's. Raises OrderRefused."""
    return (await lock_with_dealer(session, number, dealer_code))[0]


async def lock_with_dealer(
    session: AsyncSession, number: str, dealer_code: str | None = None
) -> tuple[SalesOrder, str]:
    """Lock an order's row and tell its dealer's code too. Raises OrderRefused."""
    query = (
        select(SalesOrder, col(Dealer.code))
        .join(Dealer, col(Dealer.id) == col(SalesOrder.dealer_id))
        .where(col(SalesOrder.number) == number)
        .with_for_update(of=SalesOrder)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None or dealer_code not in (None, row[1]):
        raise OrderRefused(RefusalCode.ORDER_NOT_FOUND, {"order_number": number})
    return row[0], row[1]


async def lines_of(session: AsyncSession, order: SalesOrder) -> Sequence[OrderLine]:
    query = select(OrderLine).where(col(OrderLine.order_id) == order.id).order_by(col(OrderLine.line_no))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def move_order(
    session: AsyncSession, order: SalesOrder, to: OrderStatus, at: datetime, actor: str, text: str, key: str
) -> None:
    values = event_values(order, at, actor, EventKind.STATUS, key)
    values |= {"from_status": order.status, "to_status": to, "text": text}
    if not await insert_or_skip(session, OrderEvent, values, ("key",)):
        return
    order.status = to
    if to == OrderStatus.SUBMITTED and order.submitted_at is None:
        order.submitted_at = at
    if to in FINAL:
        order.closed_at = at
    await session.flush()


def event_values(order: SalesOrder, at: datetime, actor: str, kind: EventKind, key: str) -> dict[str, object]:
    return {"order_id": order.id, "at": at, "actor": actor, "kind": kind, "key": key, "detail": {}}
