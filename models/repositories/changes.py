"""What has happened lately, for the live stream: everything written behind a known line, with whom it concerns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables.dealers import Dealer
from models.tables.orders import OrderEvent, SalesOrder
from models.tables.processes import JournalLine, ProcessInstance, Task
from models.tables.shipping import Shipment, ShipmentEvent

AT_MOST = 5_000
"""Lines read at once; what is left over comes with the next look."""


@dataclass(frozen=True, slots=True)
class JournalChange:
    id: int
    instance_id: str
    kind: str
    activation: str | None


@dataclass(frozen=True, slots=True)
class OrderChange:
    id: int
    number: str
    dealer: str
    is_internal: bool


@dataclass(frozen=True, slots=True)
class ShipmentChange:
    id: int
    order_number: str
    dealer: str


@dataclass(frozen=True, slots=True)
class TouchedInstance:
    id: str
    root_id: str
    business_key: str
    template_key: str
    dealer: str | None


@dataclass(frozen=True, slots=True)
class Positions:
    """The last lines known of each append-only table."""

    journal: int = 0
    order: int = 0
    shipment: int = 0


async def positions(session: AsyncSession) -> Positions:
    """Tell where each table ends now."""
    ends = [await session.scalar(select(func.max(col(table.id)))) for table in (JournalLine, OrderEvent, ShipmentEvent)]
    return Positions(*(int(end or 0) for end in ends))


async def journal_changes(session: AsyncSession, after: int) -> Sequence[JournalChange]:
    query = select(
        col(JournalLine.id), col(JournalLine.instance_id), col(JournalLine.kind), col(JournalLine.activation)
    )
    rows = await session.execute(query.where(col(JournalLine.id) > after).order_by(col(JournalLine.id)).limit(AT_MOST))
    return [JournalChange(row_id or 0, instance, kind, activation) for row_id, instance, kind, activation in rows]


async def order_changes(session: AsyncSession, after: int) -> Sequence[OrderChange]:
    query = (
        select(col(OrderEvent.id), col(SalesOrder.number), col(Dealer.code), col(OrderEvent.is_internal))
        .join(SalesOrder, col(SalesOrder.id) == col(OrderEvent.order_id))
        .join(Dealer, col(Dealer.id) == col(SalesOrder.dealer_id))
    )
    rows = await session.execute(query.where(col(OrderEvent.id) > after).order_by(col(OrderEvent.id)).limit(AT_MOST))
    return [OrderChange(row_id or 0, number, dealer, is_internal) for row_id, number, dealer, is_internal in rows]


async def shipment_changes(session: AsyncSession, after: int) -> Sequence[ShipmentChange]:
    query = (
        select(col(ShipmentEvent.id), col(SalesOrder.number), col(Dealer.code))
        .join(Shipment, col(Shipment.id) == col(ShipmentEvent.shipment_id))
        .join(SalesOrder, col(SalesOrder.id) == col(Shipment.order_id))
        .join(Dealer, col(Dealer.id) == col(Shipment.dealer_id))
    )
    rows = await session.execute(
        query.where(col(ShipmentEvent.id) > after).order_by(col(ShipmentEvent.id)).limit(AT_MOST)
    )
    return [ShipmentChange(row_id or 0, number, dealer) for row_id, number, dealer in rows]


async def touched_instances(session: AsyncSession, ids: Collection[str]) -> Sequence[TouchedInstance]:
    query = select(
        col(ProcessInstance.id),
        col(ProcessInstance.root_id),
        col(ProcessInstance.business_key),
        col(ProcessInstance.template_key),
        col(ProcessInstance.dealer_code),
    ).where(col(ProcessInstance.id).in_(ids))
    return [TouchedInstance(*row) for row in await session.execute(query)]


async def touched_tasks(session: AsyncSession, instance_ids: Collection[str]) -> Sequence[Task]:
    """Read every task of these instances: there are few in each, and any may have changed."""
    return (await session.scalars(select(Task).where(col(Task.instance_id).in_(instance_ids)))).all()
