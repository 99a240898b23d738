"""Statements: drawn up from what was delivered in the period and stands on no other, each order once."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.clock import utc_now
from models.db import Database
from models.payloads.settlement import LineStatus, StatementStatus, StatementView
from models.payloads.shipping import ReceivedLine
from models.repositories import settlement
from models.rules.settlement import RefusalCode, StatementRefused
from tests.fixtures.company import COOKER, DEALER_A, DEALER_B
from tests.fixtures.deliveries import TOTAL_FEN, completed_order, shipped_order

FROM, TO = date(2026, 3, 1), date(2026, 3, 31)


async def _draw_up(
    session: AsyncSession, dealer: str = DEALER_A, from_on: date = FROM, to_on: date = TO
) -> StatementView:
    return await settlement.create_statement(session, dealer, from_on, to_on, "finance")


async def test_a_statement_lists_what_was_delivered_in_the_period(company: AsyncSession) -> None:
    first = await completed_order(company)
    second = await completed_order(company, at="2026-03-31T15:59:59+00:00")
    await completed_order(company, at="2026-03-31T16:00:00+00:00")
    await completed_order(company, at="2026-02-28T15:59:59+00:00")
    await completed_order(company, dealer=DEALER_B)
    await shipped_order(company)
    statement = await _draw_up(company)
    assert [(line.order_number, line.delivered_on, line.amount_fen) for line in statement.lines] == [
        (first, date(2026, 3, 1), TOTAL_FEN),
        (second, date(2026, 3, 31), TOTAL_FEN),
    ]
    assert statement.total_fen == sum(line.amount_fen for line in statement.lines)
    assert (statement.status, statement.settled_fen, statement.open_fen) == (StatementStatus.DRAFT, 0, 0)
    assert statement.dealer.code == DEALER_A


async def test_an_accepted_claim_is_deducted_and_a_rejected_one_is_not(company: AsyncSession) -> None:
    await completed_order(company, [ReceivedLine(1, 1)], "credit")
    await completed_order(company, [ReceivedLine(1, 1)], "reject")
    statement = await _draw_up(company)
    assert [line.amount_fen for line in statement.lines] == [TOTAL_FEN - 32_900, TOTAL_FEN]


async def test_the_same_dealer_and_period_give_the_same_statement(company: AsyncSession) -> None:
    await completed_order(company)
    first = await _draw_up(company)
    await completed_order(company)
    assert await _draw_up(company) == first


async def test_an_order_stands_on_one_statement(company: AsyncSession) -> None:
    await completed_order(company)
    await _draw_up(company)
    later = await completed_order(company)
    other = await _draw_up(company, to_on=date(2026, 4, 1))
    assert [line.order_number for line in other.lines] == [later]


@pytest.mark.parametrize(
    ("dealer", "from_on", "to_on", "code"),
    [
        (DEALER_B, FROM, TO, RefusalCode.NOTHING_TO_SETTLE),
        (DEALER_A, date(2026, 5, 1), date(2026, 5, 31), RefusalCode.NOTHING_TO_SETTLE),
        (DEALER_A, TO, FROM, RefusalCode.PERIOD_INVALID),
        ("D999", FROM, TO, RefusalCode.DEALER_UNKNOWN),
    ],
)
async def test_what_cannot_be_drawn_up_says_why(
    company: AsyncSession, dealer: str, from_on: date, to_on: date, code: RefusalCode
) -> None:
    await completed_order(company)
    with pytest.raises(StatementRefused) as refused:
        await _draw_up(company, dealer, from_on, to_on)
    assert refused.value.code is code


async def test_another_dealer_finds_nothing(company: AsyncSession) -> None:
    await completed_order(company)
    statement = await _draw_up(company)
    assert await settlement.find_statement(company, statement.number, DEALER_A) == statement
    assert await settlement.find_statement(company, statement.number, DEALER_B) is None
    assert (await settlement.list_statements(company, DEALER_B)).items == ()


async def test_lists_are_filtered_searched_and_paged(company: AsyncSession) -> None:
    await completed_order(company)
    first = await _draw_up(company)
    await completed_order(company, dealer=DEALER_B)
    second = await _draw_up(company, DEALER_B)
    page = await settlement.list_statements(company, limit=1)
    rest = await settlement.list_statements(company, after=page.next_cursor, limit=1)
    assert [each.number for each in (*page.items, *rest.items)] == [second.number, first.number]
    found = await settlement.list_statements(company, statuses=[StatementStatus.DRAFT], text="dealer b")
    assert [each.number for each in found.items] == [second.number]
    assert (await settlement.list_statements(company, statuses=[StatementStatus.CLOSED])).items == ()


async def test_a_cancelled_statement_gives_orders_and_period_back(company: AsyncSession) -> None:
    number = await completed_order(company)
    first = await _draw_up(company)
    statement = await settlement.lock_statement(company, first.number)
    await settlement.set_lines(company, statement, [number], LineStatus.RELEASED)
    await settlement.close_statement(company, statement, StatementStatus.CANCELLED, utc_now())
    second = await _draw_up(company)
    assert second.number != first.number
    assert [line.order_number for line in second.lines] == [number]
    cancelled = await settlement.find_statement(company, first.number)
    assert cancelled is not None
    assert (cancelled.total_fen, cancelled.lines[0].status) == (0, LineStatus.RELEASED)


async def test_an_order_that_is_worth_nothing_is_listed(company: AsyncSession) -> None:
    number = await completed_order(company, [ReceivedLine(1, 0)], lines=((COOKER, 1),))
    statement = await _draw_up(company)
    assert [(line.order_number, line.amount_fen) for line in statement.lines] == [(number, 0)]


async def test_a_statement_or_line_that_does_not_exist_is_named(company: AsyncSession) -> None:
    await completed_order(company)
    statement = await _draw_up(company)
    with pytest.raises(StatementRefused, match="ST-0"):
        await settlement.lock_statement(company, "ST-0")
    with pytest.raises(StatementRefused, match="SO-0"):
        await settlement.find_line(company, statement.number, "SO-0")
    assert await settlement.find_statement(company, "ST-0") is None


async def test_the_same_statement_at_the_same_moment_is_one(company_database: Database) -> None:
    async with company_database.writing() as session:
        await completed_order(session)

    async def draw_up() -> str:
        async with company_database.writing() as session:
            return (await _draw_up(session)).number

    assert len(set(await asyncio.gather(*(draw_up() for _ in range(6))))) == 1


async def test_overlapping_periods_at_the_same_moment_share_no_order(company_database: Database) -> None:
    async with company_database.writing() as session:
        numbers = {await completed_order(session) for _ in range(3)}

    async def draw_up(day: int) -> list[str]:
        try:
            async with company_database.writing() as session:
                return [line.order_number for line in (await _draw_up(session, to_on=date(2026, 3, day))).lines]
        except StatementRefused:
            return []

    drawn = await asyncio.gather(*(draw_up(day) for day in (10, 11, 12, 13)))
    assert sorted(number for listed in drawn for number in listed) == sorted(numbers)
