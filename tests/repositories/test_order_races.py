"""Two people at the same moment."""

import asyncio

from models.db import Database
from models.payloads.orders import LineRequest, LineTerms, OrderStatus
from models.payloads.processes import StepKey
from models.repositories import orders
from models.rules.orders import OrderRefused, RefusalCode
from tests.fixtures.company import COOKER, DEALER_A, KETTLE, WOK

MANY = 8


async def _create(database: Database, source_key: str | None = None) -> str:
    async with database.writing() as session:
        lines = [LineRequest(COOKER, 1), LineRequest(KETTLE, 6)]
        return (await orders.create_order(session, DEALER_A, lines, "buyer", source_key=source_key)).number


async def _move(database: Database, number: str, to: OrderStatus, activation: str) -> bool:
    key = StepKey(number, activation, "2026-01-01T00:00:00+00:00")
    try:
        async with database.writing() as session:
            await orders.change_status(session, number, to, key)
    except OrderRefused as refused:
        if refused.code is not RefusalCode.ILLEGAL_TRANSITION:
            raise
        return False
    return True


async def test_numbers_are_given_once_and_without_gaps(company_database: Database) -> None:
    numbers = await asyncio.gather(*(_create(company_database) for _ in range(MANY)))
    assert sorted(int(number[-6:]) for number in numbers) == list(range(1, MANY + 1))


async def test_the_same_source_at_the_same_moment_makes_one_order(company_database: Database) -> None:
    numbers = await asyncio.gather(*(_create(company_database, "import/1") for _ in range(MANY)))
    assert len(set(numbers)) == 1


async def test_of_approval_and_withdrawal_one_wins(company_database: Database) -> None:
    number = await _create(company_database)
    await _move(company_database, number, OrderStatus.SUBMITTED, "submit#1")
    moved = await asyncio.gather(
        _move(company_database, number, OrderStatus.APPROVED, "approve#1"),
        _move(company_database, number, OrderStatus.WITHDRAWN, "withdraw#1"),
    )
    assert sorted(moved) == [False, True]
    async with company_database.reading() as session:
        order = await orders.find_order(session, number)
        assert order is not None
        assert order.status is (OrderStatus.APPROVED if moved[0] else OrderStatus.WITHDRAWN)
        assert len(await orders.timeline(session, order.id)) == 3


async def test_the_same_step_at_the_same_moment_moves_once(company_database: Database) -> None:
    number = await _create(company_database)
    moves = (_move(company_database, number, OrderStatus.SUBMITTED, "submit#1") for _ in range(MANY))
    assert all(await asyncio.gather(*moves))
    async with company_database.reading() as session:
        order = await orders.find_order(session, number)
        assert order is not None
        assert len(await orders.timeline(session, order.id)) == 2


async def test_concurrent_changes_leave_the_sum_of_the_lines(company_database: Database) -> None:
    number = await _create(company_database)

    async def edit(quantity: int) -> None:
        async with company_database.writing() as session:
            lines = [LineRequest(COOKER, quantity), LineRequest(WOK, 2)]
            await orders.replace_lines(session, number, lines, "buyer")

    async def reprice(price: int) -> None:
        async with company_database.writing() as session:
            await orders.set_terms(session, number, [LineTerms(1, price)], "sales")

    await asyncio.gather(*(edit(n) for n in (2, 3, 4)), *(reprice(n) for n in (100, 200, 300)))
    async with company_database.reading() as session:
        order = await orders.find_order(session, number)
        assert order is not None
        assert order.total_fen == sum(line.amount_fen for line in order.lines)
        assert order.revision == len(await orders.timeline(session, order.id)) - 1
