"""Stock: reserved, released and issued under locks, so that the item row is always the sum of its movements.

Every change locks the stock items first, in the order of their ids, and only then reads what it decides on: two orders
for the same products wait for each other and never deadlock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.payloads.inventory import MovementKind, MovementView, ReservationStatus, StockLevel
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, id_of_cursor, page_of
from models.repositories.upserts import insert_or_skip
from models.rules.inventory import ItemFacts, ReservationPlan, plan_reservation
from models.tables.catalog import Product
from models.tables.inventory import Reservation, StockItem, StockMovement, Warehouse
from models.tables.orders import OrderLine


async def available(session: AsyncSession, product_ids: Collection[int]) -> dict[int, int]:
    """Tell what could still be promised of each product, over all warehouses; 0 where nothing is stocked."""
    query = (
        select(col(StockItem.product_id), func.sum(col(StockItem.on_hand) - col(StockItem.reserved)))
        .where(col(StockItem.product_id).in_(product_ids))
        .group_by(col(StockItem.product_id))
    )
    found = {product_id: int(total) for product_id, total in (await session.execute(query)).all()}
    return {product_id: found.get(product_id, 0) for product_id in product_ids}


async def stock_levels(session: AsyncSession, skus: Collection[str] | None = None) -> tuple[StockLevel, ...]:
    """List what lies where, by SKU and warehouse."""
    query = (
        select(Product, StockItem, Warehouse)
        .join(StockItem, col(StockItem.product_id) == col(Product.id))
        .join(Warehouse, col(Warehouse.id) == col(StockItem.warehouse_id))
        .order_by(col(Product.sku), col(Warehouse.code))
    )
    if skus is not None:
        query = query.where(col(Product.sku).in_(skus))
    return tuple(
        StockLevel(product.sku, product.name_zh, product.name_en, warehouse.code, item.on_hand, item.reserved)
        for product, item, warehouse in (await session.execute(query)).all()
    )


async def list_movements(
    session: AsyncSession, sku: str | None = None, after: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[MovementView]:
    """List what came in and went out, latest first."""
    query = (
        select(StockMovement, Product, Warehouse)
        .join(StockItem, col(StockItem.id) == col(StockMovement.stock_item_id))
        .join(Product, col(Product.id) == col(StockItem.product_id))
        .join(Warehouse, col(Warehouse.id) == col(StockItem.warehouse_id))
        .order_by(col(StockMovement.id).desc())
        .limit(bounded(limit) + 1)
    )
    if sku is not None:
        query = query.where(col(Product.sku) == sku)
    if after is not None:
        query = query.where(col(StockMovement.id) < id_of_cursor(after))
    rows = (await session.execute(query)).all()
    return page_of(rows, limit, _movement_view, lambda row: (row[0].id or 0,))


async def add_warehouse(session: AsyncSession, code: str, name_zh: str, name_en: str) -> int:
    """Register a warehouse, or find the one with this code."""
    await insert_or_skip(session, Warehouse, {"code": code, "name_zh": name_zh, "name_en": name_en}, ("code",))
    return (await session.scalars(select(col(Warehouse.id)).where(col(Warehouse.code) == code))).one() or 0


async def receive_stock(
    session: AsyncSession,
    quantities: Mapping[int, int],
    warehouse_id: int,
    document: str,
    key: str,
    at: datetime,
) -> None:
    """Book goods in, by product. The same key books each product once."""
    for product_id in sorted(quantities):
        values = {"product_id": product_id, "warehouse_id": warehouse_id, "on_hand": 0, "reserved": 0}
        await insert_or_skip(session, StockItem, values, ("product_id", "warehouse_id"))
    for item in await _lock_items(session, quantities, warehouse_id):
        await _move(session, item, MovementKind.RECEIPT, quantities[item.product_id], document, key, at)


async def reserve(session: AsyncSession, order_id: int, key: str) -> ReservationPlan:
    """Hold every line of the order or none; the plan says what is short. The same key holds once."""
    demand = await _demand(session, order_id)
    items = await _lock_items(session, demand)
    held = (await session.scalars(_reservations(order_id).where(col(Reservation.key) == key))).all()
    if held:
        return ReservationPlan(_warehouse_of(items, held[0]))
    warehouses = (await session.scalars(select(col(Warehouse.id)).order_by(col(Warehouse.id)))).all()
    plan = plan_reservation(demand, [_facts(item) for item in items], [each for each in warehouses if each is not None])
    by_id = {item.id: item for item in items}
    for allocation in plan.allocations:
        by_id[allocation.item_id].reserved += allocation.quantity
        session.add(
            Reservation(
                order_id=order_id,
                stock_item_id=allocation.item_id,
                quantity=allocation.quantity,
                status=ReservationStatus.HELD,
                key=key,
            )
        )
    await session.flush()
    return plan


async def release(session: AsyncSession, order_id: int) -> int:
    """Give back what the order still holds; returns the number of products."""
    found = await _lock_reserved(session, order_id, ReservationStatus.HELD)
    for reservation, item in found:
        item.reserved -= reservation.quantity
        reservation.status = ReservationStatus.RELEASED
    await session.flush()
    return len(found)


async def issue(session: AsyncSession, order_id: int, document: str, key: str, at: datetime) -> int:
    """Let what the order holds leave the warehouse; returns the number of products."""
    found = await _lock_reserved(session, order_id, ReservationStatus.HELD)
    for reservation, item in found:
        item.reserved -= reservation.quantity
        reservation.status = ReservationStatus.ISSUED
        await _move(session, item, MovementKind.ISSUE, -reservation.quantity, document, key, at)
    return len(found)


async def take_back(session: AsyncSession, order_id: int, document: str, key: str, at: datetime) -> int:
    """Book what the order was issued back in; returns the number of products."""
    found = await _lock_reserved(session, order_id, ReservationStatus.ISSUED)
    for reservation, item in found:
        reservation.status = ReservationStatus.RETURNED
        await _move(session, item, MovementKind.RETURN, reservation.quantity, document, key, at)
    return len(found)


async def warehouse_of_order(session: AsyncSession, order_id: int) -> int | None:
    """Find the warehouse in which the order holds its goods, None when it holds none."""
    query = (
        select(col(StockItem.warehouse_id))
        .join(Reservation, col(Reservation.stock_item_id) == col(StockItem.id))
        .where(col(Reservation.order_id) == order_id, col(Reservation.status) == ReservationStatus.HELD)
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def warehouse_code(session: AsyncSession, warehouse_id: int) -> str:
    return (await session.scalars(select(col(Warehouse.code)).where(col(Warehouse.id) == warehouse_id))).one()


async def skus(session: AsyncSession, product_ids: Collection[int]) -> dict[int, str]:
    query = select(col(Product.id), col(Product.sku)).where(col(Product.id).in_(product_ids))
    return {product_id or 0: sku for product_id, sku in (await session.execute(query)).all()}


async def first_warehouse(session: AsyncSession) -> int | None:
    return (await session.scalars(select(col(Warehouse.id)).order_by(col(Warehouse.id)).limit(1))).one_or_none()


async def _move(
    session: AsyncSession, item: StockItem, kind: MovementKind, quantity: int, document: str, key: str, at: datetime
) -> None:
    """Write a movement of a locked item and keep the item the sum of its movements."""
    values = {
        "stock_item_id": item.id,
        "at": at,
        "kind": kind,
        "quantity": quantity,
        "document": document,
        "key": key,
    }
    if await insert_or_skip(session, StockMovement, values, ("key", "stock_item_id")):
        item.on_hand += quantity
    await session.flush()


async def _lock_items(
    session: AsyncSession, product_ids: Collection[int], warehouse_id: int | None = None
) -> Sequence[StockItem]:
    query = select(StockItem).where(col(StockItem.product_id).in_(product_ids))
    if warehouse_id is not None:
        query = query.where(col(StockItem.warehouse_id) == warehouse_id)
    return (await session.scalars(_locking(query))).all()


async def _lock_reserved(
    session: AsyncSession, order_id: int, status: ReservationStatus
) -> list[tuple[Reservation, StockItem]]:
    """Lock the items that an order's reservations stand on, then read the reservations that are still in that state."""
    ids = select(col(Reservation.stock_item_id)).where(col(Reservation.order_id) == order_id)
    items = {
        item.id: item
        for item in (await session.scalars(_locking(select(StockItem).where(col(StockItem.id).in_(ids))))).all()
    }
    query = _reservations(order_id).where(col(Reservation.status) == status)
    return [(each, items[each.stock_item_id]) for each in (await session.scalars(query)).all()]


def _locking(query: Select[StockItem]) -> Select[StockItem]:
    return query.order_by(col(StockItem.id)).with_for_update().execution_options(populate_existing=True)


def _reservations(order_id: int) -> Select[Reservation]:
    return (
        select(Reservation)
        .where(col(Reservation.order_id) == order_id)
        .order_by(col(Reservation.stock_item_id))
        .execution_options(populate_existing=True)
    )


async def _demand(session: AsyncSession, order_id: int) -> dict[int, int]:
    query = (
        select(col(OrderLine.product_id), func.sum(col(OrderLine.quantity)))
        .where(col(OrderLine.order_id) == order_id)
        .group_by(col(OrderLine.product_id))
    )
    return {product_id: int(quantity) for product_id, quantity in (await session.execute(query)).all()}


def _warehouse_of(items: Sequence[StockItem], reservation: Reservation) -> int | None:
    return next((item.warehouse_id for item in items if item.id == reservation.stock_item_id), None)


def _facts(item: StockItem) -> ItemFacts:
    return ItemFacts(item.id or 0, item.product_id, item.warehouse_id, item.on_hand, item.reserved)


def _movement_view(row: tuple[StockMovement, Product, Warehouse]) -> MovementView:
    movement, product, warehouse = row
    kind = MovementKind(movement.kind)
    return MovementView(movement.at, product.sku, warehouse.code, kind, movement.quantity, movement.document)
