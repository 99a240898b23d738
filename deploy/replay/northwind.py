"""Northwind's files as orders to replay. Files in, orders and broken rows out; nothing of a broken order is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import TypeVar

from deploy.replay.csv_files import BrokenRow, Row, Sheet, read_sheet

CATEGORY_COLUMNS = ("CategoryID", "CategoryName")
CUSTOMER_COLUMNS = ("CustomerID", "CompanyName", "Address", "City", "Country")
SHIPPER_COLUMNS = ("ShipperID", "CompanyName")
PRODUCT_COLUMNS = ("ProductID", "ProductName", "CategoryID", "QuantityPerUnit", "UnitPrice", "UnitsInStock")
ORDER_COLUMNS = ("OrderID", "CustomerID", "OrderDate", "RequiredDate", "ShippedDate", "ShipVia")
DETAIL_COLUMNS = ("OrderID", "ProductID", "UnitPrice", "Quantity", "Discount")

LARGEST_ID = 999_999_999
LARGEST_QUANTITY = 100_000
LARGEST_PRICE_FEN = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Category:
    category_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Customer:
    customer_id: str
    name: str
    address: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Shipper:
    shipper_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Product:
    product_id: int
    name: str
    category_id: int
    unit: str
    list_price_fen: int
    units_in_stock: int

    @property
    def sku(self) -> str:
        return f"NW-{self.product_id:03d}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was agreed; `discount_bp` in basis points."""

    product_id: int
    unit_price_fen: int
    quantity: int
    discount_bp: int


@dataclass(frozen=True, slots=True)
class Order:
    order_id: int
    customer_id: str
    shipper_id: int
    ordered_on: date
    file_line: int
    lines: tuple[Line, ...]

    @property
    def reference(self) -> str:
        """The dealer's own order number, by which a second run finds the order."""
        return str(self.order_id)


@dataclass(frozen=True, slots=True)
class Northwind:
    categories: Sequence[Category]
    customers: Sequence[Customer]
    shippers: Sequence[Shipper]
    products: Sequence[Product]
    orders: Sequence[Order]
    broken: Sequence[BrokenRow]
    """Sorted by file and line."""
    left_out: Sequence[str]
    """Ids of the orders of which nothing is kept."""


T = TypeVar("T")


class Unusable(ValueError):
    """A cell does not hold what its column says; the message is the reason."""


@dataclass(slots=True)
class _Reading:
    """What has been found so far; orders named in `dropped` are left out whatever else their rows say."""

    broken: list[BrokenRow] = field(default_factory=list)
    dropped: dict[str, None] = field(default_factory=dict)

    def drop(self, order_id: str, because: BrokenRow | None = None) -> None:
        self.dropped[order_id] = None
        if because is not None:
            self.broken.append(because)


def read_northwind(directory: Path, limit: int | None = None) -> Northwind:
    """Read the folder; with a limit only the first orders of the file. Raises FileUnusable."""
    reading = _Reading()

    def table(name: str, columns: Sequence[str], build: Callable[[Row], T]) -> dict[str, T]:
        return _keyed(reading, read_sheet(directory / f"{name}.csv", columns), columns[0], build)

    categories = table("Categories", CATEGORY_COLUMNS, _category)
    customers = table("Customers", CUSTOMER_COLUMNS, _customer)
    shippers = table("Shippers", SHIPPER_COLUMNS, _shipper)
    products = table("Products", PRODUCT_COLUMNS, partial(_product, categories=categories))
    headers = read_sheet(directory / "Orders.csv", ORDER_COLUMNS)
    details = read_sheet(directory / "Order_Details.csv", DETAIL_COLUMNS)
    if limit is not None:
        headers, details = _first_orders(headers, details, limit)
    announced = {row["OrderID"] for row in headers.rows} | {row.first for row in headers.unreadable}
    orders = _orders(reading, headers, partial(_header, customers=customers, shippers=shippers))
    lines = _lines(reading, details, announced, products)
    kept = _assemble(reading, orders, lines)
    return Northwind(
        categories=list(categories.values()),
        customers=list(customers.values()),
        shippers=list(shippers.values()),
        products=list(products.values()),
        orders=kept,
        broken=sorted(set(reading.broken)),
        left_out=[order_id for order_id in reading.dropped if order_id in announced],
    )


def _keyed(reading: _Reading, sheet: Sheet, key: str, build: Callable[[Row], T]) -> dict[str, T]:
    """Build master data by id. The first row of an id counts, a second one is broken."""
    reading.broken.extend(row.broken for row in sheet.unreadable)
    found: dict[str, T] = {}
    for row in sheet.rows:
        try:
            value = build(row)
            if row[key] in found:
                raise Unusable(f"{key} {row[key]} is there twice")
            found[row[key]] = value
        except Unusable as reason:
            reading.broken.append(row.broken(str(reason)))
    return found


def _orders(reading: _Reading, sheet: Sheet, build: Callable[[Row], Order]) -> dict[str, Order]:
    """Build orders without their lines. An id that is there twice names no order that could be trusted."""
    for unreadable in sheet.unreadable:
        reading.drop(unreadable.first, unreadable.broken)
    found: dict[str, Order] = {}
    seen: set[str] = set()
    for row in sheet.rows:
        order_id = row["OrderID"]
        try:
            if order_id in seen:
                raise Unusable(f"OrderID {order_id} is there twice")
            seen.add(order_id)
            found[order_id] = build(row)
        except Unusable as reason:
            reading.drop(order_id, row.broken(str(reason)))
    return found


def _lines(
    reading: _Reading, sheet: Sheet, known: set[str], products: dict[str, Product]
) -> dict[str, dict[int, Line]]:
    """Build lines by order and product."""
    for unreadable in sheet.unreadable:
        reading.drop(unreadable.first, unreadable.broken)
    found: dict[str, dict[int, Line]] = {}
    for row in sheet.rows:
        order_id = row["OrderID"]
        try:
            if order_id not in known:
                raise Unusable(f"OrderID {order_id or '(empty)'} is not in Orders.csv")
            line = _line(row, products)
            if line.product_id in found.setdefault(order_id, {}):
                raise Unusable(f"product {line.product_id} is in order {order_id} twice")
            found[order_id][line.product_id] = line
        except Unusable as reason:
            reading.drop(order_id, row.broken(str(reason)))
    return found


def _assemble(reading: _Reading, orders: dict[str, Order], lines: dict[str, dict[int, Line]]) -> list[Order]:
    kept: list[Order] = []
    for order_id, order in orders.items():
        if order_id in reading.dropped:
            continue
        own = tuple(lines.get(order_id, {}).values())
        if not own:
            reading.drop(order_id, BrokenRow("Orders.csv", order.file_line, f"order {order_id} has no lines"))
            continue
        kept.append(Order(order.order_id, order.customer_id, order.shipper_id, order.ordered_on, order.file_line, own))
    return kept


def _first_orders(headers: Sheet, details: Sheet, limit: int) -> tuple[Sheet, Sheet]:
    """Keep the first orders and their lines; rows that belong to nobody are left for the whole run to name."""
    rows = headers.rows[:limit]
    last = rows[-1].line if rows else 1
    unreadable = [row for row in headers.unreadable if row.broken.line <= last]
    chosen = {row["OrderID"] for row in rows} | {row.first for row in unreadable}
    return (
        Sheet(rows, unreadable),
        Sheet(
            [row for row in details.rows if row["OrderID"] in chosen],
            [row for row in details.unreadable if row.first in chosen],
        ),
    )


def _category(row: Row) -> Category:
    return Category(_whole(row, "CategoryID", 1, LARGEST_ID), _text(row, "CategoryName"))


def _customer(row: Row) -> Customer:
    customer_id = _text(row, "CustomerID")
    if not re.fullmatch(r"[A-Z0-9]{1,20}", customer_id):
        raise Unusable(f"CustomerID {customer_id} is not made of capital letters and digits")
    return Customer(customer_id, _text(row, "CompanyName"), row["Address"], row["City"], row["Country"])


def _shipper(row: Row) -> Shipper:
    return Shipper(_whole(row, "ShipperID", 1, LARGEST_ID), _text(row, "CompanyName"))


def _product(row: Row, categories: dict[str, Category]) -> Product:
    return Product(
        product_id=_whole(row, "ProductID", 1, LARGEST_ID),
        name=_text(row, "ProductName"),
        category_id=int(_known(row, "CategoryID", categories)),
        unit=row["QuantityPerUnit"],
        list_price_fen=_fen(row, "UnitPrice"),
        units_in_stock=_whole(row, "UnitsInStock", 0, LARGEST_QUANTITY),
    )


def _header(row: Row, customers: dict[str, Customer], shippers: dict[str, Shipper]) -> Order:
    for column in ("RequiredDate", "ShippedDate"):
        if row[column]:
            _day(row, column)
    return Order(
        order_id=_whole(row, "OrderID", 1, LARGEST_ID),
        customer_id=_known(row, "CustomerID", customers),
        shipper_id=int(_known(row, "ShipVia", shippers)),
        ordered_on=_day(row, "OrderDate"),
        file_line=row.line,
        lines=(),
    )


def _line(row: Row, products: dict[str, Product]) -> Line:
    return Line(
        product_id=int(_known(row, "ProductID", products)),
        unit_price_fen=_fen(row, "UnitPrice"),
        quantity=_whole(row, "Quantity", 1, LARGEST_QUANTITY),
        discount_bp=_basis_points(row, "Discount"),
    )


def _text(row: Row, column: str) -> str:
    if not row[column]:
        raise Unusable(f"{column} is empty")
    return row[column]


def _known(row: Row, column: str, known: Iterable[str]) -> str:
    if _text(row, column) not in known:
        raise Unusable(f"{column} {row[column]} is unknown or its own row is broken")
    return row[column]


def _whole(row: Row, column: str, least: int, most: int) -> int:
    text = _text(row, column)
    if not re.fullmatch(r"0|-?[1-9][0-9]{0,17}", text):
        raise Unusable(f"{column} {text} is not a whole number")
    if not least <= int(text) <= most:
        raise Unusable(f"{column} {text} is not between {least} and {most}")
    return int(text)


def _number(row: Row, column: str) -> Decimal:
    text = _text(row, column)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Unusable(f"{column} {text} is not a number")
    return number


def _scaled(row: Row, column: str, scale: int, most: int) -> int:
    """Read a decimal as a whole number of its smallest unit; nothing is rounded away silently."""
    number = _number(row, column)
    if not 0 <= number * scale <= most:
        raise Unusable(f"{column} {row[column]} is not between 0 and {Decimal(most) / scale:f}")
    if number * scale != int(number * scale):
        raise Unusable(f"{column} {row[column]} has more decimals than can be kept")
    return int(number * scale)


def _fen(row: Row, column: str) -> int:
    return _scaled(row, column, 100, LARGEST_PRICE_FEN)


def _basis_points(row: Row, column: str) -> int:
    return _scaled(row, column, 10_000, 10_000)


def _day(row: Row, column: str) -> date:
    """Read `M/D/YYYY`, with or without a time of midnight behind it."""
    text = _text(row, column)
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: 0?0:00(?::00)?)?", text)
    if match is None:
        raise Unusable(f"{column} {text} is not a date as month/day/year")
    month, day, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise Unusable(f"{column} {text} is not a day of the calendar") from None
