"""Reading Northwind's files: what is kept, and what is said about rows that cannot be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from deploy.replay.csv_files import FileUnusable
from deploy.replay.figures import PUBLISHED, Figures, expected_figures, is_published
from deploy.replay.northwind import Line, read_northwind
from tests.deploy.replay.sample import replace_line, write_sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_sample(tmp_path)


def said(folder: Path) -> list[str]:
    return [str(row) for row in read_northwind(folder).broken]


def kept(folder: Path) -> list[int]:
    return [order.order_id for order in read_northwind(folder).orders]


def test_a_sound_folder_is_kept_whole(folder: Path) -> None:
    northwind = read_northwind(folder)
    assert (northwind.broken, northwind.left_out) == ([], [])
    assert [customer.name for customer in northwind.customers] == ["Alfreds Futterkiste", "Blondesddsl père et fils"]
    order = northwind.orders[0]
    assert (order.ordered_on, order.shipper_id, order.reference) == (date(1996, 7, 4), 3, "101")
    assert order.lines == (Line(1, 1440, 12, 0), Line(2, 1520, 10, 1500))


def test_the_figures_come_from_the_files_with_each_line_rounded_half_up(folder: Path) -> None:
    # 172.80 + 129.20, 22.80 + 13.005 -> 13.01, 133.00
    assert expected_figures(folder, [101, 102, 103]) == Figures(3, 5, Decimal("470.81"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_do_not_matter(tmp_path: Path, encoding: str, newline: str) -> None:
    northwind = read_northwind(write_sample(tmp_path, encoding, newline))
    assert northwind.broken == []
    assert northwind.customers[1].name == "Blondesddsl père et fils"
    assert expected_figures(tmp_path, [103]).value == Decimal("133.00")


BROKEN_DETAILS = [
    ("101,1,14.4,-12,0", "Quantity -12 is not between 1 and 100000"),
    ("101,1,14.4,0,0", "Quantity 0 is not between 1 and 100000"),
    ("101,1,14.4,1.5,0", "Quantity 1.5 is not a whole number"),
    ("101,1,14.4,,0", "Quantity is empty"),
    ("101,99,14.4,12,0", "ProductID 99 is unknown or its own row is broken"),
    ("101,1,14.4,12,1.2", "Discount 1.2 is not between 0 and 1"),
    ("101,1,14.4,12,-0.1", "Discount -0.1 is not between 0 and 1"),
    ("101,1,14.4,12,0.12345", "Discount 0.12345 has more decimals than can be kept"),
    ("101,1,fourteen,12,0", "UnitPrice fourteen is not a number"),
    ("101,1,NaN,12,0", "UnitPrice NaN is not a number"),
    ("101,1,14.405,12,0", "UnitPrice 14.405 has more decimals than can be kept"),
    ("101,1,-14.4,12,0", "UnitPrice -14.4 is not between 0 and 100000000"),
    ("101,2,14.4,12,0\n101,2,14.4,12,0", "product 2 is in order 101 twice"),
    ("101,1,14.4,12", "not a row of 5 columns"),
    ('101,"1,14.4,12,0', "not a row of 5 columns"),
]


@pytest.mark.parametrize(("row", "reason"), BROKEN_DETAILS)
def test_a_broken_line_is_named_and_its_order_left_out(folder: Path, row: str, reason: str) -> None:
    replace_line(folder, "Order_Details.csv", 2, row)
    northwind = read_northwind(folder)
    assert reason in {broken.reason for broken in northwind.broken}
    assert {broken.file for broken in northwind.broken} == {"Order_Details.csv"}
    assert [order.order_id for order in northwind.orders] == [102, 103]
    assert northwind.left_out == ["101"]


BROKEN_ORDERS = [
    ("101,NOONE,5,7/4/1996,8/1/1996,7/16/1996,3,1", "CustomerID NOONE is unknown or its own row is broken"),
    ("101,,5,7/4/1996,8/1/1996,7/16/1996,3,1", "CustomerID is empty"),
    ("101,ALFKI,5,1996-07-04,8/1/1996,,3,1", "OrderDate 1996-07-04 is not a date as month/day/year"),
    ("101,ALFKI,5,13/4/1996,8/1/1996,,3,1", "OrderDate 13/4/1996 is not a day of the calendar"),
    ("101,ALFKI,5,,8/1/1996,,3,1", "OrderDate is empty"),
    ("101,ALFKI,5,7/4/1996,2/30/1996,,3,1", "RequiredDate 2/30/1996 is not a day of the calendar"),
    ("101,ALFKI,5,7/4/1996,,,9,1", "ShipVia 9 is unknown or its own row is broken"),
    ("101,ALFKI,5,7/4/1996,,", "not a row of 8 columns"),
]


@pytest.mark.parametrize(("row", "reason"), BROKEN_ORDERS)
def test_a_broken_order_is_named_once_and_not_for_each_of_its_lines(folder: Path, row: str, reason: str) -> None:
    replace_line(folder, "Orders.csv", 2, row)
    assert said(folder) == [f"Orders.csv:2: {reason}"]
    assert kept(folder) == [102, 103]


def test_an_order_that_is_there_twice_is_left_out(folder: Path) -> None:
    replace_line(folder, "Orders.csv", 4, "102,BLONP,6,7/5/1996,8/16/1996,,1,11.61")
    assert "Orders.csv:4: OrderID 102 is there twice" in said(folder)
    assert kept(folder) == [101]


def test_a_line_of_an_order_that_is_not_there_is_named(folder: Path) -> None:
    replace_line(folder, "Order_Details.csv", 6, ",2,19,7,0")
    assert said(folder) == [
        "Order_Details.csv:6: OrderID (empty) is not in Orders.csv",
        "Orders.csv:4: order 103 has no lines",
    ]
    assert kept(folder) == [101, 102]


def test_what_hangs_on_broken_master_data_is_left_out_too(folder: Path) -> None:
    replace_line(folder, "Products.csv", 3, "2,,1,1,24 bottles,19,17,0")
    assert said(folder) == [
        "Order_Details.csv:3: ProductID 2 is unknown or its own row is broken",
        "Order_Details.csv:6: ProductID 2 is unknown or its own row is broken",
        "Products.csv:3: ProductName is empty",
    ]
    assert kept(folder) == [102]


def test_a_stray_quote_harms_only_its_own_row(folder: Path) -> None:
    replace_line(folder, "Order_Details.csv", 3, '101,2,"15.2,10,0.15')
    replace_line(folder, "Order_Details.csv", 5, '102,"1,14.45,1,0.1')
    assert [row.line for row in read_northwind(folder).broken] == [3, 5]
    assert kept(folder) == [103]


def test_a_quoted_name_may_span_lines(folder: Path) -> None:
    replace_line(folder, "Customers.csv", 2, 'ALFKI,"Alfreds\n""Futterkiste""",M,S,"Str. 57",Berlin,,1,Germany,0,0')
    assert said(folder) == []
    assert read_northwind(folder).customers[0].name == 'Alfreds\n"Futterkiste"'


def test_a_missing_column_refuses_the_folder(folder: Path) -> None:
    replace_line(folder, "Order_Details.csv", 1, "OrderID,ProductID,UnitPrice,Qty,Rebate")
    with pytest.raises(FileUnusable, match=r"^Order_Details\.csv lacks the columns Quantity, Discount$"):
        read_northwind(folder)


def test_a_missing_or_empty_file_refuses_the_folder(folder: Path) -> None:
    (folder / "Products.csv").write_text("")
    with pytest.raises(FileUnusable, match=r"^Products.csv is empty$"):
        read_northwind(folder)
    (folder / "Products.csv").unlink()
    with pytest.raises(FileUnusable, match=r"^Products.csv cannot be read: No such file or directory$"):
        read_northwind(folder)


def test_a_limit_takes_the_first_orders_and_names_only_their_rows(folder: Path) -> None:
    replace_line(folder, "Order_Details.csv", 6, "103,2,19,-7,0")
    northwind = read_northwind(folder, limit=2)
    assert [order.order_id for order in northwind.orders] == [101, 102]
    assert northwind.broken == []


def test_the_published_files_hold_what_is_published(northwind_dir: Path) -> None:
    northwind = read_northwind(northwind_dir)
    order_ids = [order.order_id for order in northwind.orders]
    expected = expected_figures(northwind_dir, order_ids)
    assert northwind.broken == []
    assert sum(len(order.lines) for order in northwind.orders) == expected.lines
    if is_published(order_ids):
        assert expected == PUBLISHED
