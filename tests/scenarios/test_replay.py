"""A wholesaler's history through the public API: the figures must come out, twice, and broken rows must be named."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import pytest

from deploy.replay.figures import expected_figures
from deploy.replay.northwind import read_northwind
from tests.deploy.replay.sample import replace_line, write_sample

ORDERS = 40
ROOT = Path(__file__).parents[2]


async def replay(directory: Path, home: Path, *options: str) -> tuple[int, str]:
    """Run the command as a person would; returns its exit code and what it said."""
    command = (sys.executable, "-m", "deploy.replay", str(directory), "--home", str(home), *options)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def figure(said: str, name: str) -> tuple[str, ...]:
    """Read expected and found value and the verdict of a figure."""
    row = re.search(rf"^│ {re.escape(name)} +│ (.+?) +│ (.+?) +│ (.+?) +│$", said, re.MULTILINE)
    assert row, said
    return row.groups()


@pytest.mark.timeout(900)
async def test_the_first_orders_of_northwind_come_out_exact_and_a_second_run_adds_nothing(
    northwind_dir: Path, tmp_path: Path
) -> None:
    orders = read_northwind(northwind_dir, ORDERS).orders
    expected = expected_figures(northwind_dir, [order.order_id for order in orders])
    code, said = await replay(northwind_dir, tmp_path, "--limit", str(ORDERS))
    assert code == 0, said
    value = f"{expected.value:,.2f}"
    assert figure(said, "orders completed") == (str(ORDERS), str(ORDERS), "ok")
    assert figure(said, "lines") == (str(expected.lines), str(expected.lines), "ok")
    for name in ("value", "total of the statements", "paid"):
        assert figure(said, name) == (value, value, "ok")
    assert figure(said, "sum of the ledger") == ("0.00", "0.00", "ok")
    assert re.search(r"orders per second", said)
    assert re.search(r"History events per order: median \d+, max \d+", said)

    code, said = await replay(northwind_dir, tmp_path, "--limit", str(ORDERS))
    assert code == 0, said
    assert "nothing was added" in said
    assert figure(said, "orders completed") == (str(ORDERS), str(ORDERS), "ok")
    assert figure(said, "total of the statements") == (value, value, "ok")


@pytest.mark.timeout(600)
async def test_broken_rows_are_named_and_nothing_of_their_orders_is_kept(tmp_path: Path) -> None:
    folder = write_sample(tmp_path)
    replace_line(folder, "Order_Details.csv", 3, "101,2,15.2,-10,0.15")
    replace_line(folder, "Orders.csv", 4, "103,NOONE,4,7/8/1996,8/5/1996,7/12/1996,2,65.83")
    code, said = await replay(folder, tmp_path / "home")
    assert code == 1
    assert "Order_Details.csv:3: Quantity -10 is not between 1 and 100000" in said
    assert "Orders.csv:4: CustomerID NOONE is unknown or its own row is broken" in said
    assert "2 orders are left out: 103, 101" in said
    assert figure(said, "orders completed") == ("1", "1", "ok")
    assert figure(said, "orders kept in spite of a broken row") == ("none", "none", "ok")
    assert "The figures are right without what 2 broken rows left out." in said


async def test_a_folder_that_cannot_be_used_is_refused_in_one_sentence(tmp_path: Path) -> None:
    assert await replay(tmp_path, tmp_path / "home") == (
        1,
        "Categories.csv cannot be read: No such file or directory\n",
    )
