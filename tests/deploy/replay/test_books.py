"""Master data of a replay, and the audit that must notice when a figure is off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.replay.audit import Books, check_left_out, check_orders, check_statements, check_stock
from deploy.replay.northwind import Northwind, Order, read_northwind
from deploy.replay.run import HomeInUse, import_into
from models.db import Database
from models.payloads.access import Role
from models.payloads.dealers import DealerData
from models.repositories import access, catalog, dealers, inventory
from tests.deploy.replay.sample import write_sample

PASSWORD = "secret"


@pytest.fixture
def northwind(tmp_path: Path) -> Northwind:
    return read_northwind(write_sample(tmp_path))


async def test_master_data_is_imported_once_however_often(sqlite_database: Database, northwind: Northwind) -> None:
    for _ in range(2):
        await import_into(sqlite_database, northwind, PASSWORD)
    async with sqlite_database.reading() as session:
        assert [dealer.code for dealer in (await dealers.list_dealers(session)).items] == ["ALFKI", "BLONP"]
        buyer = await access.authenticate(session, "alfki-buyer", PASSWORD)
        assert buyer is not None
        assert (buyer.roles, buyer.dealer) == ((Role.DEALER_BUYER,), "ALFKI")
        product = await catalog.find_product(session, "NW-001")
        assert product is not None
        assert (product.list_price_fen, product.name_en, product.is_active) == (1800, "Chai", True)
        # What is on hand in the file, and what the orders will take.
        levels = {level.sku: level.on_hand for level in await inventory.stock_levels(session)}
        assert levels == {"NW-001": 39 + 12 + 1, "NW-002": 17 + 10 + 7, "NW-003": 13 + 3}
        assert not (await check_stock(session, northwind)).is_right


async def test_a_home_with_other_dealers_is_left_alone(sqlite_database: Database, northwind: Northwind) -> None:
    async with sqlite_database.writing() as session:
        await dealers.create_dealer(session, DealerData("D001", "别家", "Another", "east"), "system")
    with pytest.raises(HomeInUse, match="D001"):
        await import_into(sqlite_database, northwind, PASSWORD)
    async with sqlite_database.reading() as session:
        assert [dealer.code for dealer in (await dealers.list_dealers(session)).items] == ["D001"]


def told(order: Order) -> dict[str, Any]:
    """Tell an order as the API would after everything went well."""
    lines = [
        {
            "sku": f"NW-{line.product_id:03d}",
            "quantity": line.quantity,
            "unit_price_fen": line.unit_price_fen,
            "discount_bp": line.discount_bp,
        }
        for line in order.lines
    ]
    total = {101: 30200, 102: 3581, 103: 13300}[order.order_id]
    return {"status": "completed", "dealer": order.customer_id, "lines": lines, "total_fen": total}


def books_of(northwind: Northwind, **changes: Any) -> Books:
    orders = {order.reference: told(order) for order in northwind.orders}
    books = Books(orders, frozenset(orders), [{"total_fen": 47081, "settled_fen": 47081}])
    return replace(books, **changes)


def off(books: Books, northwind: Northwind, directory: Path) -> set[str]:
    checks = [*check_orders(books, northwind, directory), *check_statements(books, northwind, directory)]
    return {check.name for check in checks if not check.is_right}


def test_right_books_pass(northwind: Northwind, tmp_path: Path) -> None:
    assert off(books_of(northwind), northwind, tmp_path) == set()


@pytest.mark.parametrize(
    ("reference", "change", "names"),
    [
        ("101", {"status": "delivered"}, {"orders completed", "lines", "value"}),
        ("102", {"total_fen": 3580}, {"value"}),
        ("103", {"dealer": "BLONP"}, {"orders with other lines than the file's"}),
        ("103", {"lines": []}, {"lines", "orders with other lines than the file's"}),
    ],
)
def test_a_wrong_order_is_noticed(
    northwind: Northwind, tmp_path: Path, reference: str, change: dict[str, Any], names: set[str]
) -> None:
    books = books_of(northwind)
    orders = {**books.orders, reference: {**books.orders[reference], **change}}
    assert off(replace(books, orders=orders), northwind, tmp_path) == names


def test_a_fen_too_little_on_the_statements_is_noticed(northwind: Northwind, tmp_path: Path) -> None:
    statements = [{"total_fen": 47080, "settled_fen": 47080}]
    assert off(books_of(northwind, statements=statements), northwind, tmp_path) == {"total of the statements", "paid"}


def test_what_should_have_been_left_out_is_noticed(northwind: Northwind) -> None:
    assert check_left_out(books_of(northwind), ["104"]).is_right
    assert not check_left_out(books_of(northwind), ["102"]).is_right
