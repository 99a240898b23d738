"""The demo company: seeded once, always the same, its books in order."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import utc_now
from models.db import Database
from models.migrations.schema import all_tables
from models.payloads.access import Role, UserData
from models.payloads.orders import OrderStatus
from models.payloads.settlement import StatementStatus
from models.repositories import access, carts, catalog, dealers, inventory, orders, payments, settlement, shipping
from models.seed import company
from models.seed.run import seed
from models.tables.inventory import Reservation, StockItem, StockMovement
from models.tables.orders import OrderEvent, OrderLine, SalesOrder

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)


@pytest.fixture
async def demo(database: Database) -> AsyncIterator[AsyncSession]:
    """The demo company on each kind of database."""
    await seed(database, "demo", NOW)
    async with database.reading() as session:
        yield session


async def test_it_is_as_large_as_promised(demo: AsyncSession) -> None:
    listed = (await dealers.list_dealers(demo, limit=100)).items
    assert len(listed) == 12
    assert len({dealer.region for dealer in listed}) == 4
    assert [dealer.code for dealer in listed if dealer.is_suspended] == [company.SUSPENDED_DEALER]
    products = (await catalog.search_products(demo, limit=100)).items
    assert len(products) == 60
    assert len({product.category.code for product in products}) == 6
    assert len(await shipping.list_carriers(demo)) == 3
    states = await orders.count_orders(demo)
    assert states[OrderStatus.COMPLETED] >= 5
    assert states[OrderStatus.DRAFT] == 1


async def test_every_account_opens_with_the_password_and_every_role_has_one(demo: AsyncSession) -> None:
    roles: set[Role] = set()
    hashes: set[str] = set()
    for account in company.ACCOUNTS:
        user = await access.find_user(demo, account.login)
        assert user is not None
        roles.update(user.roles)
        hashes.add(await access.password_mark(demo, user.id))
    assert roles == set(Role)
    assert len(hashes) == 1
    assert await access.authenticate(demo, "dealer-a-buyer", "demo")


async def test_stock_equals_its_movements_and_nothing_stays_reserved(demo: AsyncSession) -> None:
    moved = func.sum(col(StockMovement.quantity))
    query = (
        select(col(StockItem.on_hand), moved)
        .join(StockMovement, col(StockMovement.stock_item_id) == col(StockItem.id))
        .group_by(col(StockItem.id))
    )
    rows = (await demo.execute(query)).all()
    assert len(rows) == 60
    assert all(on_hand == total for on_hand, total in rows)
    assert await demo.scalar(select(func.sum(col(StockItem.reserved)))) == 0
    assert await demo.scalar(select(func.count()).where(col(Reservation.status) == "held")) == 0
    products = await catalog.products_by_sku(demo, ("KA-1001",))
    assert await inventory.available(demo, [products["KA-1001"].id]) == {products["KA-1001"].id: 420}


async def test_orders_equal_their_lines_and_their_history(demo: AsyncSession) -> None:
    totals = select(col(OrderLine.order_id), func.sum(col(OrderLine.amount_fen))).group_by(col(OrderLine.order_id))
    sums: dict[int, int] = {order_id: int(total) for order_id, total in (await demo.execute(totals)).all()}
    for order in (await demo.scalars(select(SalesOrder))).all():
        assert order.total_fen == sums[order.id or 0]
        events = select(OrderEvent).where(col(OrderEvent.order_id) == order.id).order_by(col(OrderEvent.id))
        told = (await demo.scalars(events)).all()
        assert told[-1].to_status == order.status
        assert [event.at for event in told] == sorted(event.at for event in told)
        assert [event.from_status for event in told[1:]] == [event.to_status for event in told[:-1]]
        assert told[-1].at <= NOW


async def test_the_ledger_is_balanced_and_the_statement_settled(demo: AsyncSession) -> None:
    assert await payments.ledger_total(demo) == 0
    (summary,) = (await settlement.list_statements(demo)).items
    statement = await settlement.find_statement(demo, summary.number)
    assert statement is not None
    assert statement.status is StatementStatus.CLOSED
    assert statement.total_fen == statement.settled_fen == sum(line.amount_fen for line in statement.lines) > 0
    owed = sum([await payments.dealer_balance(demo, dealer.code) for dealer in company.DEALERS])
    delivered = select(func.sum(col(SalesOrder.total_fen))).where(col(SalesOrder.status) == OrderStatus.COMPLETED)
    credited = sum(claim.amount_fen for claim in await _claims(demo))
    assert credited > 0
    assert owed == (await demo.scalar(delivered) or 0) - credited - statement.settled_fen


async def _claims(session: AsyncSession) -> Sequence[Any]:
    found = [await shipping.find_shipment(session, each.number) for each in await _shipments(session)]
    return [shipment.claim for shipment in found if shipment is not None and shipment.claim is not None]


async def _shipments(session: AsyncSession) -> Sequence[Any]:
    return (await shipping.list_shipments(session, limit=100)).items


async def test_the_buyers_cart_is_filled(demo: AsyncSession) -> None:
    buyer = await access.find_user(demo, "dealer-a-buyer")
    assert buyer is not None
    assert len((await carts.cart_lines(demo, buyer.id)).lines) == 3


async def test_an_existing_home_is_left_as_it_is(database: Database) -> None:
    first = await seed(database, "demo", NOW)
    before = await _contents(database)
    second = await seed(database, "other", utc_now())
    assert (first.is_new, second.is_new) == (True, False)
    assert second.accounts == first.accounts == company.ACCOUNTS
    assert await _contents(database) == before


async def test_a_home_without_the_demo_company_gets_none(database: Database) -> None:
    async with database.writing() as session:
        await access.create_user(session, UserData("boss", "老板", "Boss", (Role.OPS,)), "!")
    report = await seed(database, "demo")
    assert (report.is_new, report.accounts) == (False, ())
    async with database.reading() as session:
        assert [user.login for user in await access.list_users(session)] == ["boss"]


@pytest.mark.parametrize("now", [datetime(2026, 1, 1, 0, 5, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC)])
async def test_it_can_be_seeded_on_any_day(sqlite_database: Database, now: datetime) -> None:
    await seed(sqlite_database, "demo", now)
    async with sqlite_database.reading() as session:
        assert await payments.ledger_total(session) == 0
        assert len((await settlement.list_statements(session)).items) == 1


async def test_two_homes_are_alike(sqlite_database: Database, postgres_url: str) -> None:
    other = Database(postgres_url)
    try:
        for database in (sqlite_database, other):
            await seed(database, "demo", NOW)
        assert await _contents(sqlite_database) == await _contents(other)
    finally:
        await other.close()


# What tells when or by which secret a row was written.
VARYING = {"created_at", "closed_at", "password_hash", "at"}


async def _contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.reading() as session:
        return {table.name: await _rows(session, table) for table in all_tables().sorted_tables}


async def _rows(session: AsyncSession, table: Table) -> list[tuple[object, ...]]:
    columns = [column for column in table.columns if column.name not in VARYING]
    rows = (await session.execute(select(*columns).order_by(*table.primary_key.columns))).all()
    return [tuple(row) for row in rows]
