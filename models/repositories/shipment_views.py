"""Shipments as screens, lists and the API read them. Whoever gives a dealer's code sees that dealer's only."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import business_date, utc_now
from models.payloads.dealers import DealerName
from models.payloads.shipping import (
    BoardCounts,
    CarrierView,
    ShipmentEventView,
    ShipmentLineView,
    ShipmentStatus,
    ShipmentSummary,
    ShipmentView,
)
from models.repositories.claims import find_claim_of_shipment
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, id_of_cursor, page_of
from models.rules.shipping import UNDER_WAY, is_late
from models.tables.access import User
from models.tables.dealers import Dealer
from models.tables.inventory import Warehouse
from models.tables.orders import OrderLine, SalesOrder
from models.tables.shipping import Carrier, Shipment, ShipmentEvent, ShipmentLine

ShipmentRow = Row[Shipment, SalesOrder, Dealer, Carrier | None]
Shipments = Select[Shipment, SalesOrder, Dealer, Carrier | None]


async def find_shipment(session: AsyncSession, number: str, dealer_code: str | None = None) -> ShipmentView | None:
    """Find a shipment with lines, history and claim; with a dealer's code, None unless it is that dealer's."""
    query = _of_dealer(_shipments(), dealer_code).where(col(Shipment.number) == number)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else await _view(session, row)


async def shipments_of_order(
    session: AsyncSession, order_number: str, dealer_code: str | None = None
) -> tuple[ShipmentView, ...]:
    """List the shipments of an order, oldest first; cancelled ones too."""
    query = _of_dealer(_shipments(), dealer_code).where(col(SalesOrder.number) == order_number)
    rows = (await session.execute(query.order_by(col(Shipment.id)))).all()
    return tuple([await _view(session, row) for row in rows])


async def list_shipments(
    session: AsyncSession,
    dealer_code: str | None = None,
    statuses: Collection[ShipmentStatus] = (),
    text: str = "",
    late_only: bool = False,
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[ShipmentSummary]:
    """List shipments, newest first; `text` is looked for in number, order number, waybill and the dealer's name."""
    today = business_date(utc_now())
    query = _of_dealer(_shipments(), dealer_code)
    if statuses:
        query = query.where(col(Shipment.status).in_([str(status) for status in statuses]))
    if late_only:
        query = query.where(*_late(today))
    if text.strip():
        query = _containing(query, text.strip().lower())
    if after:
        query = query.where(col(Shipment.id) < id_of_cursor(after))
    rows = (await session.execute(query.order_by(col(Shipment.id).desc()).limit(bounded(limit) + 1))).all()
    return page_of(rows, limit, lambda row: _summary(row, today), lambda row: (row[0].id or 0,))


async def board_counts(session: AsyncSession, dealer_code: str | None = None) -> BoardCounts:
    """Count shipments by state, every state named; exactly what the list of that state shows."""
    whose = () if dealer_code is None else (col(Dealer.code) == dealer_code,)
    of_dealer = col(Dealer.id) == col(Shipment.dealer_id)
    by_status = (
        select(col(Shipment.status), func.count()).join(Dealer, of_dealer).where(*whose).group_by(col(Shipment.status))
    )
    found = {ShipmentStatus(name): count for name, count in (await session.execute(by_status)).all()}
    late = select(func.count(col(Shipment.id))).join(Dealer, of_dealer).where(*whose, *_late(business_date(utc_now())))
    return BoardCounts({each: found.get(each, 0) for each in ShipmentStatus}, (await session.scalars(late)).one())


def _shipments() -> Shipments:
    return (
        select(Shipment, SalesOrder, Dealer, Carrier)
        .join(SalesOrder, col(SalesOrder.id) == col(Shipment.order_id))
        .join(Dealer, col(Dealer.id) == col(Shipment.dealer_id))
        .outerjoin(Carrier, col(Carrier.code) == col(Shipment.carrier_code))
        .execution_options(populate_existing=True)
    )


def _of_dealer(query: Shipments, dealer_code: str | None) -> Shipments:
    return query if dealer_code is None else query.where(col(Dealer.code) == dealer_code)


def _containing(query: Shipments, text: str) -> Shipments:
    columns = (Shipment.number, SalesOrder.number, Shipment.waybill, Dealer.code, Dealer.name_zh, Dealer.name_en)
    return query.where(or_(*(func.lower(col(column)).contains(text, autoescape=True) for column in columns)))


def _late(today: date) -> tuple[ColumnElement[bool], ...]:
    """Say `models.rules.shipping.is_late` in SQL."""
    under_way = sorted(str(status) for status in UNDER_WAY)
    return (col(Shipment.status).in_(under_way), col(Shipment.promised_on) < today)


async def _view(session: AsyncSession, row: ShipmentRow) -> ShipmentView:
    shipment, order, dealer, carrier = row
    assert shipment.id is not None
    warehouse = select(col(Warehouse.code)).where(col(Warehouse.id) == shipment.warehouse_id)
    status = ShipmentStatus(shipment.status)
    return ShipmentView(
        id=shipment.id,
        number=shipment.number,
        order_id=shipment.order_id,
        order_number=order.number,
        dealer=DealerName(dealer.code, dealer.name_zh, dealer.name_en),
        warehouse=(await session.scalars(warehouse)).one(),
        status=status,
        carrier=_carrier(shipment, carrier),
        waybill=shipment.waybill,
        promised_on=shipment.promised_on,
        is_late=is_late(status, shipment.promised_on, business_date(utc_now())),
        created_at=shipment.created_at,
        shipped_at=shipment.shipped_at,
        delivered_at=shipment.delivered_at,
        confirmed_at=shipment.confirmed_at,
        confirmed_by=shipment.confirmed_by,
        lines=await _lines(session, shipment.id),
        events=await _events(session, shipment.id),
        claim=await find_claim_of_shipment(session, shipment.id),
    )


async def _lines(session: AsyncSession, shipment_id: int) -> tuple[ShipmentLineView, ...]:
    query = (
        select(ShipmentLine, OrderLine)
        .join(OrderLine, col(OrderLine.id) == col(ShipmentLine.order_line_id))
        .where(col(ShipmentLine.shipment_id) == shipment_id)
        .order_by(col(OrderLine.line_no))
        .execution_options(populate_existing=True)
    )
    return tuple(
        ShipmentLineView(
            line_no=ordered.line_no,
            sku=ordered.sku,
            name_zh=ordered.name_zh,
            name_en=ordered.name_en,
            quantity=line.quantity,
            received=line.received_quantity,
            damaged=line.damaged_quantity,
        )
        for line, ordered in (await session.execute(query)).all()
    )


async def _events(session: AsyncSession, shipment_id: int) -> tuple[ShipmentEventView, ...]:
    query = (
        select(ShipmentEvent, col(User.name_zh), col(User.name_en))
        .outerjoin(User, col(User.login) == col(ShipmentEvent.actor))
        .where(col(ShipmentEvent.shipment_id) == shipment_id)
        .order_by(col(ShipmentEvent.id))
    )
    return tuple(
        ShipmentEventView(
            at=event.at,
            status=ShipmentStatus(event.status),
            place=event.place,
            text=event.text,
            actor=event.actor,
            actor_zh=name_zh or "",
            actor_en=name_en or "",
        )
        for event, name_zh, name_en in (await session.execute(query)).all()
    )


def _carrier(shipment: Shipment, carrier: Carrier | None) -> CarrierView | None:
    if carrier is not None:
        return CarrierView(carrier.code, carrier.name_zh, carrier.name_en)
    typed = shipment.carrier_code
    return CarrierView(typed, typed, typed) if typed else None


def _summary(row: ShipmentRow, today: date) -> ShipmentSummary:
    shipment, order, dealer, carrier = row
    status = ShipmentStatus(shipment.status)
    return ShipmentSummary(
        number=shipment.number,
        order_number=order.number,
        dealer=DealerName(dealer.code, dealer.name_zh, dealer.name_en),
        status=status,
        carrier=_carrier(shipment, carrier),
        waybill=shipment.waybill,
        promised_on=shipment.promised_on,
        is_late=is_late(status, shipment.promised_on, today),
        created_at=shipment.created_at,
        shipped_at=shipment.shipped_at,
        delivered_at=shipment.delivered_at,
    )
