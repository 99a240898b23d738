"""What the figures must be, worked out from the files alone: with Decimal and none of the product's own arithmetic."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

from deploy.replay.csv_files import read_text

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figures:
    orders: int
    lines: int
    value: Decimal
    """Sum of the lines, each rounded half-up to cents."""


PUBLISHED = Figures(orders=830, lines=2155, value=Decimal("1265793.29"))
"""Northwind as Microsoft publishes it."""

PUBLISHED_ORDER_IDS = range(10248, 11078)


def expected_figures(directory: Path, order_ids: Collection[int]) -> Figures:
    """Add up the lines of these orders as they stand in the file; a line that has no value counts without one."""
    wanted = {str(order_id) for order_id in order_ids}
    lines = 0
    value = Decimal(0)
    for row in csv.DictReader(io.StringIO(read_text(directory / "Order_Details.csv"), newline="")):
        if (row.get("OrderID") or "").strip() in wanted:
            lines += 1
            value += _line_value(row)
    return Figures(len(wanted), lines, value)


def is_published(order_ids: Collection[int]) -> bool:
    """Tell whether these are the orders of the published Northwind, all of them."""
    return len(order_ids) == PUBLISHED.orders and set(order_ids) == set(PUBLISHED_ORDER_IDS)


def _line_value(row: dict[str, str]) -> Decimal:
    try:
        gross = Decimal(row["UnitPrice"]) * Decimal(row["Quantity"])
        return (gross * (1 - Decimal(row["Discount"]))).quantize(CENT, ROUND_HALF_UP)
    except (InvalidOperation, KeyError, TypeError):
        return Decimal(0)
