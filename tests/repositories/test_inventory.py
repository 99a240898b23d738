"""Stock: what is available, what moves, and that the item is the sum of its movements whoever comes at once."""

from __future__ import annotations

import asyncio
import random

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import utc_now
from models.db import Database
from models.payloads.inventory import MovementKind
from models.payloads.orders import LineRequest
from models.repositories import catalog, inventory, orders
from models.tables.inventory import Reservation, StockItem, StockMovement
from tests.fixtures.company import COOKER, DEALER_A, KETTLE, OLD_FAN, STOCK, WOK

SKUS = (COOKER, KETTLE, WOK)


async def _order(session: AsyncSession, *lines: tuple[str, int]) -> int:
    wanted = [LineRequest(sku, quantity) for sku, quantity in lines]
    return (await orders.create_order(session, DEALER_A, wanted, "dealer-a-buyer")).id


async def _level(session: AsyncSession, sku: str) -> tuple[int, int, int]:
    (level,) = await inventory.stock_levels(session, [sku])
    return level.on_hand, level.reserved, level.available


async def assert_exact(session: AsyncSession) -> None:
    """Every item is the sum of its movements, and holds what its reservations hold."""
    for item in (await session.scalars(select(StockItem).execution_options(populate_existing=True))).all():
        moved = select(func.sum(StockMovement.quantity)).where(col(StockMovement.stock_item_id) == item.id)
        held = select(func.coalesce(func.sum(Reservation.quantity), 0)).where(
            col(Reservation.stock_item_id) == item.id, col(Reservation.status) == "held"
        )
        assert item.on_hand == await session.scalar(moved)
        assert item.reserved == await session.scalar(held)


async def test_available_is_on_hand_less_reserved_over_all_warehouses(company: AsyncSession) -> None:
    products = await catalog.products_by_sku(company, SKUS)
    other = await inventory.add_warehouse(company, "WH-02", "华南仓", "Southern Warehouse")
    await inventory.receive_stock(company, {products[COOKER].id: 5}, other, "IN-1", "in-1", utc_now())
    await inventory.reserve(company, await _order(company, (COOKER, 3)), "key")
    found = await inventory.available(company, [products[COOKER].id, products[WOK].id, 999])
    assert found == {products[COOKER].id: STOCK + 5 - 3, products[WOK].id: STOCK, 999: 0}


async def test_a_warehouse_is_registered_once(company: AsyncSession) -> None:
    first = await inventory.add_warehouse(company, "WH-09", "九号仓", "Warehouse nine")
    assert await inventory.add_warehouse(company, "WH-09", "九号仓", "Warehouse nine") == first


async def test_the_same_receipt_is_booked_once(company: AsyncSession) -> None:
    product = (await catalog.products_by_sku(company, [COOKER]))[COOKER]
    warehouse = await inventory.first_warehouse(company)
    assert warehouse is not None
    for _ in range(2):
        await inventory.receive_stock(company, {product.id: 7}, warehouse, "IN-1", "in-1", utc_now())
    assert await _level(company, COOKER) == (STOCK + 7, 0, STOCK + 7)


async def test_a_reservation_issued_and_taken_back_leaves_its_trace(company: AsyncSession) -> None:
    order = await _order(company, (COOKER, 2), (WOK, 3))
    assert (await inventory.reserve(company, order, "reserve")).is_complete
    assert await _level(company, COOKER) == (STOCK, 2, STOCK - 2)
    assert await inventory.issue(company, order, "DN-1", "issue", utc_now()) == 2
    assert await _level(company, COOKER) == (STOCK - 2, 0, STOCK - 2)
    assert await inventory.take_back(company, order, "DN-1", "back", utc_now()) == 2
    assert await _level(company, COOKER) == (STOCK, 0, STOCK)
    kinds = [(line.kind, line.quantity) for line in (await inventory.list_movements(company, COOKER)).items]
    assert kinds == [(MovementKind.RETURN, 2), (MovementKind.ISSUE, -2), (MovementKind.RECEIPT, STOCK)]
    await assert_exact(company)


async def test_a_released_reservation_is_available_again(company: AsyncSession) -> None:
    order = await _order(company, (COOKER, 2))
    await inventory.reserve(company, order, "reserve")
    assert await inventory.release(company, order) == 1
    assert await inventory.release(company, order) == 0
    assert await inventory.issue(company, order, "DN-1", "issue", utc_now()) == 0
    assert await _level(company, COOKER) == (STOCK, 0, STOCK)
    await assert_exact(company)


async def test_a_short_order_reserves_nothing(company: AsyncSession) -> None:
    order = await _order(company, (COOKER, 1), (WOK, STOCK + 1))
    plan = await inventory.reserve(company, order, "reserve")
    assert [(each.wanted, each.available) for each in plan.shortages] == [(STOCK + 1, STOCK)]
    assert await _level(company, COOKER) == (STOCK, 0, STOCK)


async def test_the_same_reservation_holds_once(company: AsyncSession) -> None:
    order = await _order(company, (COOKER, 2))
    first = await inventory.reserve(company, order, "reserve")
    assert (await inventory.reserve(company, order, "reserve")).warehouse_id == first.warehouse_id
    assert await _level(company, COOKER) == (STOCK, 2, STOCK - 2)


async def test_movements_are_paged_latest_first(company: AsyncSession) -> None:
    first = await inventory.list_movements(company, limit=3)
    rest = await inventory.list_movements(company, after=first.next_cursor, limit=3)
    assert [line.sku for line in (*first.items, *rest.items)] == [OLD_FAN, WOK, KETTLE, COOKER]
    assert rest.next_cursor is None


async def test_no_two_orders_get_the_last_piece(company_database: Database) -> None:
    """Fourteen orders want a hundred of each product in ever another order; there are enough for ten."""
    chance = random.Random(7)
    async with company_database.writing() as session:
        wanted = [chance.sample([(COOKER, 100), (KETTLE, 102), (WOK, 100)], 3) for _ in range(14)]
        order_ids = [await _order(session, *lines) for lines in wanted]

    async def reserve(order_id: int) -> bool:
        async with company_database.writing() as session:
            return (await inventory.reserve(session, order_id, f"reserve/{order_id}")).is_complete

    done = await asyncio.gather(*(reserve(order_id) for order_id in order_ids))
    assert sum(done) == STOCK // 102
    async with company_database.reading() as session:
        await assert_exact(session)
        assert await _level(session, WOK) == (STOCK, 900, 100)


async def test_everything_at_once_stays_exact(company_database: Database) -> None:
    """Reserving, releasing, issuing and receiving at the same moment neither deadlocks nor loses a piece."""
    async with company_database.writing() as session:
        held = [await _order(session, (WOK, 10), (COOKER, 10)) for _ in range(8)]
        for order_id in held:
            await inventory.reserve(session, order_id, f"reserve/{order_id}")
        fresh = [await _order(session, (COOKER, 10), (WOK, 10)) for _ in range(8)]
        products = await catalog.products_by_sku(session, SKUS)
        warehouse = await inventory.first_warehouse(session) or 0

    both = {products[WOK].id: 5, products[COOKER].id: 5}
    now = utc_now()

    async def release(order_id: int) -> None:
        async with company_database.writing() as session:
            await inventory.release(session, order_id)

    async def issue(order_id: int) -> None:
        async with company_database.writing() as session:
            await inventory.issue(session, order_id, "DN", f"issue/{order_id}", now)

    async def reserve(order_id: int) -> None:
        async with company_database.writing() as session:
            await inventory.reserve(session, order_id, f"reserve/{order_id}")

    async def receive(number: int) -> None:
        async with company_database.writing() as session:
            await inventory.receive_stock(session, both, warehouse, "IN", f"in/{number}", now)

    await asyncio.gather(
        *(release(order_id) for order_id in held[:4]),
        *(issue(order_id) for order_id in held[4:]),
        *(reserve(order_id) for order_id in fresh),
        *(receive(number) for number in range(4)),
    )
    async with company_database.reading() as session:
        await assert_exact(session)
        assert await _level(session, WOK) == (STOCK - 40 + 20, 80, STOCK - 100)
