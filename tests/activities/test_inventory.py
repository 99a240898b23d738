"""The stock steps."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from activities import inventory as steps
from models.payloads.inventory import Replenishment, ReplenishmentRequest, ReservedStock, StockRequest
from models.payloads.processes import StepError
from models.repositories import inventory
from tests.fixtures.company import COOKER, STOCK, WOK
from tests.fixtures.deliveries import approved_order, do


async def _level(session: AsyncSession, sku: str) -> tuple[int, int]:
    (level,) = await inventory.stock_levels(session, [sku])
    return level.on_hand, level.reserved


async def test_stock_is_reserved_issued_and_taken_back_once_however_often_it_is_asked(company: AsyncSession) -> None:
    number = await approved_order(company)
    for step, expected in (
        (steps.reserve_stock, (STOCK, 2)),
        (steps.issue_stock, (STOCK - 2, 0)),
        (steps.take_back_stock, (STOCK, 0)),
        (steps.release_stock, (STOCK, 0)),
    ):
        first = await do(company, step, StockRequest(number), number)
        assert await do(company, step, StockRequest(number), number) == first
        assert await _level(company, COOKER) == expected


async def test_the_process_learns_the_warehouse(company: AsyncSession) -> None:
    number = await approved_order(company)
    reserved = await do(company, steps.reserve_stock, StockRequest(number), number)
    assert reserved == ReservedStock(number, "WH-01")


async def test_a_released_order_may_reserve_again(company: AsyncSession) -> None:
    number = await approved_order(company)
    await do(company, steps.reserve_stock, StockRequest(number), number)
    await do(company, steps.release_stock, StockRequest(number), number)
    assert await _level(company, WOK) == (STOCK, 0)
    await do(company, steps.reserve_stock, StockRequest(number), number, visit=2)
    assert await _level(company, WOK) == (STOCK, 3)


async def test_a_shortage_names_every_sku_with_what_there_is(company: AsyncSession) -> None:
    number = await approved_order(company, lines=((COOKER, STOCK + 1), (WOK, STOCK + 2)))
    with pytest.raises(StepError) as failed:
        await do(company, steps.reserve_stock, StockRequest(number), number)
    assert failed.value.code == "OUT_OF_STOCK"
    assert sorted(failed.value.message.split("; ")) == [f"{WOK}: 1000 of 1002", f"{COOKER}: 1000 of 1001"]
    assert await _level(company, COOKER) == (STOCK, 0)


async def test_a_replenishment_ends_the_shortage(company: AsyncSession) -> None:
    number = await approved_order(company, lines=((COOKER, STOCK + 5),))
    request = ReplenishmentRequest(number, (Replenishment(COOKER, 3), Replenishment(COOKER, 2)))
    for _ in range(2):
        await do(company, steps.replenish_stock, request, number)
    assert await _level(company, COOKER) == (STOCK + 5, 0)
    await do(company, steps.reserve_stock, StockRequest(number), number)
    assert await _level(company, COOKER) == (STOCK + 5, STOCK + 5)


@pytest.mark.parametrize("receipts", [(), None])
async def test_a_replenishment_may_have_been_booked_elsewhere(
    company: AsyncSession, receipts: tuple[Replenishment, ...] | None
) -> None:
    number = await approved_order(company)
    await do(company, steps.replenish_stock, ReplenishmentRequest(number, receipts), number)
    assert await _level(company, COOKER) == (STOCK, 0)


@pytest.mark.parametrize("line", [Replenishment("NIX", 1), Replenishment(COOKER, 0), Replenishment(COOKER, -1)])
async def test_a_replenishment_that_makes_no_sense_is_refused(company: AsyncSession, line: Replenishment) -> None:
    number = await approved_order(company)
    with pytest.raises(StepError, match=f"receipts: {line.sku} {line.quantity}") as failed:
        await do(company, steps.replenish_stock, ReplenishmentRequest(number, (line,)), number)
    assert failed.value.code == "REPLENISHMENT_INVALID"


async def test_an_unknown_order_is_named(company: AsyncSession) -> None:
    with pytest.raises(StepError, match="SO-0") as failed:
        await do(company, steps.reserve_stock, StockRequest("SO-0"), "SO-0")
    assert failed.value.code == "ORDER_NOT_FOUND"
