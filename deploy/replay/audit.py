"""Checking the books afterwards: what the platform holds against what the files say."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.replay.cast import FINANCE, SALES
from deploy.replay.figures import PUBLISHED, Figures, expected_figures, is_published
from deploy.replay.northwind import Northwind, Order
from deploy.replay.people import People
from models.repositories import inventory, payments

COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Check:
    """One figure: what it must be and what it is."""

    name: str
    expected: str
    actual: str

    @property
    def is_right(self) -> bool:
        return self.expected == self.actual


@dataclass(frozen=True, slots=True)
class Books:
    """What the platform says through its API, by reference (the Northwind order id)."""

    orders: Mapping[str, Mapping[str, Any]]
    """Those that should be there, with their lines."""
    references: frozenset[str]
    """Of every order that is there."""
    statements: Sequence[Mapping[str, Any]]


async def known_orders(people: People) -> dict[str, dict[str, Any]]:
    """List every order that is there by its reference; the earliest one counts where a reference is there twice."""
    sales = await people.person(SALES)
    return {item["reference"]: item async for item in sales.everything("/orders")}


async def read_books(people: People, northwind: Northwind, concurrency: int) -> Books:
    """Read every order and statement in full."""
    sales, finance = await people.person(SALES), await people.person(FINANCE)
    gate = asyncio.Semaphore(concurrency)

    async def read(order: Order, number: str) -> tuple[str, dict[str, Any]]:
        async with gate:
            return order.reference, await sales.get(f"/orders/{number}")

    numbers = {reference: item["number"] for reference, item in (await known_orders(people)).items()}
    found = [order for order in northwind.orders if order.reference in numbers]
    details = await asyncio.gather(*(read(order, numbers[order.reference]) for order in found))
    statements = [item async for item in finance.everything("/statements")]
    return Books(dict(details), frozenset(numbers), statements)


def check_orders(books: Books, northwind: Northwind, directory: Path) -> list[Check]:
    """Compare orders, lines and value with the files, and with what is published where these are the published ones."""
    order_ids = [order.order_id for order in northwind.orders]
    expected = expected_figures(directory, order_ids)
    actual = _figures_of(books)
    checks = _compare(expected, actual, "")
    if is_published(order_ids):
        checks += _compare(PUBLISHED, actual, " (as published)")
    wrong = [order.reference for order in northwind.orders if not _is_as_agreed(order, books, northwind)]
    checks.append(Check("orders with other lines than the file's", "none", ", ".join(wrong[:5]) or "none"))
    return checks


def check_statements(books: Books, northwind: Northwind, directory: Path) -> list[Check]:
    """Everything delivered stands on a statement, and every statement is paid."""
    expected = _money(expected_figures(directory, [order.order_id for order in northwind.orders]).value)
    stated = sum(statement["total_fen"] for statement in books.statements)
    settled = sum(statement["settled_fen"] for statement in books.statements)
    return [
        Check("total of the statements", expected, _money(_yuan(stated))),
        Check("paid", expected, _money(_yuan(settled))),
    ]


async def check_ledger(session: AsyncSession) -> Check:
    return Check("sum of the ledger", "0.00", _money(_yuan(await payments.ledger_total(session))))


async def check_stock(session: AsyncSession, northwind: Northwind) -> Check:
    """What was booked in for the orders has left again: the file's own stock remains and nothing is held back."""
    expected = {product.sku: product.units_in_stock for product in northwind.products}
    levels = await inventory.stock_levels(session, expected.keys())
    actual = {level.sku: level.on_hand for level in levels if level.reserved == 0}
    wrong = sorted(sku for sku, quantity in expected.items() if actual.get(sku, 0) != quantity)
    return Check("products with other stock than the file's", "none", ", ".join(wrong[:5]) or "none")


def _figures_of(books: Books) -> Figures:
    completed = [order for order in books.orders.values() if order["status"] == COMPLETED]
    return Figures(
        orders=len(completed),
        lines=sum(len(order["lines"]) for order in completed),
        value=_yuan(sum(order["total_fen"] for order in completed)),
    )


def _compare(expected: Figures, actual: Figures, suffix: str) -> list[Check]:
    return [
        Check(f"orders completed{suffix}", f"{expected.orders:,}", f"{actual.orders:,}"),
        Check(f"lines{suffix}", f"{expected.lines:,}", f"{actual.lines:,}"),
        Check(f"value{suffix}", _money(expected.value), _money(actual.value)),
    ]


def _is_as_agreed(order: Order, books: Books, northwind: Northwind) -> bool:
    detail = books.orders.get(order.reference)
    if detail is None:
        return False
    skus = {product.product_id: product.sku for product in northwind.products}
    agreed = [(skus[line.product_id], line.quantity, line.unit_price_fen, line.discount_bp) for line in order.lines]
    kept = [(line["sku"], line["quantity"], line["unit_price_fen"], line["discount_bp"]) for line in detail["lines"]]
    return agreed == kept and detail["dealer"] == order.customer_id


def check_left_out(books: Books, left_out: Collection[str]) -> Check:
    """Nothing may be kept of an order with a broken row."""
    kept = sorted(books.references.intersection(left_out))
    return Check("orders kept in spite of a broken row", "none", ", ".join(kept[:5]) or "none")


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _money(value: Decimal) -> str:
    return f"{value:,.2f}"
