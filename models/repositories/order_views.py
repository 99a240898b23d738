"""Orders as screens, lists and the API read them. Whoever gives a dealer's code sees that dealer's orders only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.payloads.dealers import DealerName
from models.payloads.orders import EventKind, OrderLineView, OrderStatus, OrderSummary, OrderView, TimelineEntry
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, id_of_cursor, page_of
from models.tables.access import User
from models.tables.catalog import Product
from models.tables.dealers import Dealer
from models.tables.orders import OrderEvent, OrderLine, SalesOrder

OrderRow = Row[SalesOrder, Dealer]


async def find_order(session: AsyncSession, number: str, dealer_code: str | None = None) -> OrderView | None:
    """Find an order by its number; with a dealer's code, None unless it is that dealer's."""
    query = _orders().where(col(SalesOrder.number) == number)
    row = (await session.execute(_of_dealer(query, dealer_code))).one_or_none()
    if row is None:
        return None
    lines = (
        select(OrderLine, col(Product.unit_zh), col(Product.unit_en))
        .join(Product, col(Product.id) == col(OrderLine.product_id))
        .where(col(OrderLine.order_id) == row[0].id)
        .order_by(col(OrderLine.line_no))
        .execution_options(populate_existing=True)
    )
    return _order_view(row, tuple(_line_view(*line) for line in (await session.execute(lines)).all()))


async def load_order(session: AsyncSession, number: str) -> OrderView:
    """Read an order that is known to exist."""
    order = await find_order(session, number)
    assert order is not None
    return order


async def list_orders(
    session: AsyncSession,
    dealer_code: str | None = None,
    statuses: Collection[OrderStatus] = (),
    text: str = "",
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[OrderSummary]:
    """List orders, newest first; `text` is looked for in the number, the dealer's own number and the dealer's name."""
    counted = select(func.count()).where(col(OrderLine.order_id) == col(SalesOrder.id))
    line_count = counted.correlate(SalesOrder).scalar_subquery()
    query = _of_dealer(_orders(), dealer_code).add_columns(line_count)
    if statuses:
        query = query.where(col(SalesOrder.status).in_([str(status) for status in statuses]))
    if text.strip():
        query = _containing(query, text.strip())
    if after:
        query = query.where(col(SalesOrder.id) < id_of_cursor(after))
    rows = (await session.execute(query.order_by(col(SalesOrder.id).desc()).limit(bounded(limit) + 1))).all()
    return page_of(rows, limit, lambda row: _summary(row[0], row[1], row[2]), lambda row: (row[0].id or 0,))


async def count_orders(session: AsyncSession, dealer_code: str | None = None) -> dict[OrderStatus, int]:
    """Count orders by status; a status without any is left out."""
    query = select(col(SalesOrder.status), func.count()).group_by(col(SalesOrder.status))
    if dealer_code is not None:
        query = query.join(Dealer, col(Dealer.id) == col(SalesOrder.dealer_id)).where(col(Dealer.code) == dealer_code)
    return {OrderStatus(status): count for status, count in (await session.execute(query)).all()}


async def timeline(session: AsyncSession, order_id: int, include_internal: bool = False) -> tuple[TimelineEntry, ...]:
    """Tell an order's history from the beginning; internal remarks only on request."""
    query = (
        select(OrderEvent, col(User.name_zh), col(User.name_en))
        .outerjoin(User, col(User.login) == col(OrderEvent.actor))
        .where(col(OrderEvent.order_id) == order_id)
        .order_by(col(OrderEvent.id))
    )
    if not include_internal:
        query = query.where(col(OrderEvent.is_internal).is_(False))
    return tuple(_entry(*row) for row in (await session.execute(query)).all())


async def latest_event_at(session: AsyncSession, order_id: int) -> datetime | None:
    """Tell when an order last changed."""
    query = select(col(OrderEvent.at)).where(col(OrderEvent.order_id) == order_id)
    return await session.scalar(query.order_by(col(OrderEvent.id).desc()).limit(1))


def _orders() -> Select[SalesOrder, Dealer]:
    query = select(SalesOrder, Dealer).join(Dealer, col(Dealer.id) == col(SalesOrder.dealer_id))
    return query.execution_options(populate_existing=True)


def _of_dealer(query: Select[SalesOrder, Dealer], dealer_code: str | None) -> Select[SalesOrder, Dealer]:
    return query if dealer_code is None else query.where(col(Dealer.code) == dealer_code)


def _containing(query: Select[SalesOrder, Dealer, int], text: str) -> Select[SalesOrder, Dealer, int]:
    columns = (SalesOrder.number, SalesOrder.reference, Dealer.code, Dealer.name_zh, Dealer.name_en)
    wanted = text.lower()
    return query.where(or_(*(func.lower(col(column)).contains(wanted, autoescape=True) for column in columns)))


def _name(dealer: Dealer) -> DealerName:
    return DealerName(dealer.code, dealer.name_zh, dealer.name_en)


def _order_view(row: OrderRow, lines: Sequence[OrderLineView]) -> OrderView:
    order, dealer = row
    assert order.id is not None
    return OrderView(
        id=order.id,
        number=order.number,
        dealer=_name(dealer),
        status=OrderStatus(order.status),
        currency=order.currency,
        total_fen=order.total_fen,
        note=order.note,
        reference=order.reference,
        created_by=order.created_by,
        created_at=order.created_at,
        submitted_at=order.submitted_at,
        closed_at=order.closed_at,
        revision=order.revision,
        lines=tuple(lines),
    )


def _line_view(line: OrderLine, unit_zh: str, unit_en: str) -> OrderLineView:
    assert line.id is not None
    return OrderLineView(
        id=line.id,
        line_no=line.line_no,
        product_id=line.product_id,
        sku=line.sku,
        name_zh=line.name_zh,
        name_en=line.name_en,
        unit_zh=unit_zh,
        unit_en=unit_en,
        quantity=line.quantity,
        unit_price_fen=line.unit_price_fen,
        discount_bp=line.discount_bp,
        amount_fen=line.amount_fen,
        received_quantity=line.received_quantity,
    )


def _summary(order: SalesOrder, dealer: Dealer, line_count: int) -> OrderSummary:
    return OrderSummary(
        number=order.number,
        dealer=_name(dealer),
        status=OrderStatus(order.status),
        currency=order.currency,
        total_fen=order.total_fen,
        line_count=line_count,
        reference=order.reference,
        created_at=order.created_at,
        submitted_at=order.submitted_at,
    )


def _entry(event: OrderEvent, name_zh: str | None, name_en: str | None) -> TimelineEntry:
    assert event.id is not None
    return TimelineEntry(
        id=event.id,
        at=event.at,
        actor=event.actor,
        actor_zh=name_zh or "",
        actor_en=name_en or "",
        kind=EventKind(event.kind),
        from_status=event.from_status,
        to_status=event.to_status,
        text=event.text,
        is_internal=event.is_internal,
        detail=event.detail,
    )
