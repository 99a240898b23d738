"""Shipments: made, moved forward and confirmed by the steps of a process.

Every change locks the shipment's row first and is written into its history under the step's key, so that a repetition
or an older message finds it done and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import business_date
from models.payloads.shipping import ReceivedLine, ShipmentStatus
from models.repositories.numbers import next_number
from models.repositories.shipment_views import (
    board_counts,
    find_shipment,
    list_shipments,
    shipments_of_order,
)
from models.repositories.upserts import insert_or_skip
from models.rules.shipping import ReceiptDecision, ShippedLine, decide_receipt, moves_forward
from models.tables.orders import OrderLine, SalesOrder
from models.tables.shipping import Carrier, Shipment, ShipmentEvent, ShipmentLine

NUMBER_PREFIX = "DN"


class ShipmentNotFound(LookupError):
    """No such shipment."""


async def add_carrier(session: AsyncSession, code: str, name_zh: str, name_en: str) -> None:
    """Register a carrier unless its code is there."""
    await insert_or_skip(session, Carrier, {"code": code, "name_zh": name_zh, "name_en": name_en}, ("code",))


async def list_carriers(session: AsyncSession) -> Sequence[Carrier]:
    return (await session.scalars(select(Carrier).order_by(col(Carrier.code)))).all()


async def carrier_code_of(session: AsyncSession, text: str) -> str:
    """Recognise a carrier by code or name in either language; what is not recognised stays as it was typed."""
    wanted = text.strip().lower()
    for carrier in await list_carriers(session):
        if wanted in (carrier.code.lower(), carrier.name_zh.lower(), carrier.name_en.lower()):
            return carrier.code
    return text.strip()


async def create_note(
    session: AsyncSession, order: SalesOrder, warehouse_id: int, promised_on: date, key: str, at: datetime, actor: str
) -> Shipment:
    """Make the dispatch note for everything on the order: exactly one for each key."""
    existing = (await session.scalars(select(Shipment).where(col(Shipment.key) == key))).one_or_none()
    if existing is not None:
        return existing
    assert order.id is not None
    shipment = Shipment(
        number=await next_number(session, NUMBER_PREFIX, business_date(at).year),
        order_id=order.id,
        dealer_id=order.dealer_id,
        warehouse_id=warehouse_id,
        status=ShipmentStatus.CREATED,
        promised_on=promised_on,
        created_at=at,
        key=key,
    )
    session.add(shipment)
    await session.flush()
    lines = select(OrderLine).where(col(OrderLine.order_id) == order.id).order_by(col(OrderLine.line_no))
    for line in (await session.scalars(lines)).all():
        session.add(ShipmentLine(shipment_id=_id(shipment), order_line_id=line.id or 0, quantity=line.quantity))
    await add_event(session, shipment, ShipmentStatus.CREATED, at, actor, f"{key}/created")
    return shipment


async def lock_shipment(session: AsyncSession, number: str) -> Shipment:
    """Raises ShipmentNotFound."""
    shipment = (await session.scalars(_locking(select(Shipment).where(col(Shipment.number) == number)))).one_or_none()
    if shipment is None:
        raise ShipmentNotFound(number)
    return shipment


async def lock_latest(session: AsyncSession, order_number: str) -> Shipment | None:
    """Lock the order's latest shipment, None when it has none."""
    query = (
        select(Shipment)
        .join(SalesOrder, col(SalesOrder.id) == col(Shipment.order_id))
        .where(col(SalesOrder.number) == order_number)
        .order_by(col(Shipment.id).desc())
        .limit(1)
    )
    return (await session.scalars(_locking(query))).one_or_none()


async def move_shipment(
    session: AsyncSession,
    shipment: Shipment,
    to: ShipmentStatus,
    at: datetime,
    actor: str,
    key: str,
    place: str = "",
    text: str = "",
) -> bool:
    """Move a locked shipment forward; news that is older or repeated changes nothing, and False comes back."""
    if not moves_forward(ShipmentStatus(shipment.status), to):
        return False
    shipment.status = to
    if to is ShipmentStatus.IN_TRANSIT:
        shipment.shipped_at = at
    elif to is ShipmentStatus.DELIVERED:
        shipment.delivered_at = at
    elif to is ShipmentStatus.CONFIRMED:
        shipment.delivered_at = shipment.delivered_at or at
        shipment.confirmed_at, shipment.confirmed_by = at, actor
    await add_event(session, shipment, to, at, actor, f"{key}/{to}", place, text)
    return True


async def set_waybill(session: AsyncSession, shipment: Shipment, carrier_code: str, waybill: str) -> None:
    shipment.carrier_code, shipment.waybill = carrier_code, waybill
    await session.flush()


async def add_event(
    session: AsyncSession,
    shipment: Shipment,
    status: ShipmentStatus,
    at: datetime,
    actor: str,
    key: str,
    place: str = "",
    text: str = "",
) -> bool:
    """Write one line of history, once for each key."""
    values = {
        "shipment_id": shipment.id,
        "at": at,
        "status": status,
        "place": place,
        "text": text,
        "actor": actor,
        "key": key,
    }
    inserted = await insert_or_skip(session, ShipmentEvent, values, ("key",))
    await session.flush()
    return inserted


async def confirm_lines(session: AsyncSession, shipment: Shipment, reported: Sequence[ReceivedLine]) -> ReceiptDecision:
    """Write down what arrived of a locked shipment. Raises ReceiptInvalid."""
    rows = (await session.execute(_shipped_lines(shipment))).all()
    decision = decide_receipt([_shipped_line(line, ordered) for line, ordered in rows], reported)
    for line, ordered in rows:
        line.received_quantity = decision.received[ordered.line_no]
        line.damaged_quantity = decision.damaged[ordered.line_no]
    await session.flush()
    return decision


async def order_of(session: AsyncSession, number: str) -> SalesOrder | None:
    return (await session.scalars(select(SalesOrder).where(col(SalesOrder.number) == number))).one_or_none()


async def order_number_of(session: AsyncSession, shipment: Shipment) -> str:
    return (await session.scalars(select(col(SalesOrder.number)).where(col(SalesOrder.id) == shipment.order_id))).one()


def _locking(query: Select[Shipment]) -> Select[Shipment]:
    return query.with_for_update(of=Shipment).execution_options(populate_existing=True)


def _shipped_lines(shipment: Shipment) -> Select[ShipmentLine, OrderLine]:
    return (
        select(ShipmentLine, OrderLine)
        .join(OrderLine, col(OrderLine.id) == col(ShipmentLine.order_line_id))
        .where(col(ShipmentLine.shipment_id) == shipment.id)
        .order_by(col(OrderLine.line_no))
        .execution_options(populate_existing=True)
    )


def _shipped_line(line: ShipmentLine, ordered: OrderLine) -> ShippedLine:
    return ShippedLine(
        line_no=ordered.line_no,
        sku=ordered.sku,
        quantity=line.quantity,
        unit_price_fen=ordered.unit_price_fen,
        discount_bp=ordered.discount_bp,
        amount_fen=ordered.amount_fen,
    )


def _id(shipment: Shipment) -> int:
    assert shipment.id is not None
    return shipment.id


__all__ = [
    "ShipmentNotFound",
    "add_carrier",
    "add_event",
    "board_counts",
    "carrier_code_of",
    "confirm_lines",
    "create_note",
    "find_shipment",
    "list_carriers",
    "list_shipments",
    "lock_latest",
    "lock_shipment",
    "move_shipment",
    "order_number_of",
    "order_of",
    "set_waybill",
    "shipments_of_order",
]
