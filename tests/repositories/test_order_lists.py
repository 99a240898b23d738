"""Lists of orders."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.orders import LineRequest, OrderStatus
from models.payloads.processes import StepKey
from models.repositories import orders
from models.repositories.pages import BadCursor
from tests.fixtures.company import COOKER, DEALER_A, DEALER_B, WOK


async def _order(session: AsyncSession, dealer: str = DEALER_A, reference: str = "") -> str:
    lines = [LineRequest(COOKER, 1), LineRequest(WOK, 2)]
    return (await orders.create_order(session, dealer, lines, "somebody", reference=reference)).number


async def test_pages_neither_repeat_nor_skip_when_orders_come_in_between(company: AsyncSession) -> None:
    numbers = [await _order(company) for _ in range(5)]
    first = await orders.list_orders(company, limit=2)
    await _order(company)
    second = await orders.list_orders(company, after=first.next_cursor, limit=2)
    await _order(company)
    third = await orders.list_orders(company, after=second.next_cursor, limit=2)
    listed = [order.number for page in (first, second, third) for order in page.items]
    assert listed == numbers[::-1]
    assert third.next_cursor is None


async def test_a_dealer_sees_only_its_own_orders(company: AsyncSession) -> None:
    mine, other = await _order(company), await _order(company, DEALER_B)
    assert [order.number for order in (await orders.list_orders(company, DEALER_A)).items] == [mine]
    assert [order.number for order in (await orders.list_orders(company)).items] == [other, mine]
    assert await orders.count_orders(company, DEALER_A) == {OrderStatus.DRAFT: 1}
    assert await orders.count_orders(company) == {OrderStatus.DRAFT: 2}


async def test_orders_are_found_by_status(company: AsyncSession) -> None:
    first, second = await _order(company), await _order(company)
    key = StepKey(first, "step#1", "2026-01-01T00:00:00+00:00")
    await orders.change_status(company, first, OrderStatus.SUBMITTED, key)
    listed = await orders.list_orders(company, statuses=(OrderStatus.SUBMITTED, OrderStatus.APPROVED))
    assert [order.number for order in listed.items] == [first]
    listed = await orders.list_orders(company, statuses=(OrderStatus.DRAFT,))
    assert [order.number for order in listed.items] == [second]


@pytest.mark.parametrize(
    ("text", "found"),
    [("so-2", 2), ("po-9", 1), ("经销商b", 1), ("dealer", 2), ("%", 0), ("_", 0), ("  ", 2), ("nothing", 0)],
)
async def test_orders_are_found_by_number_own_number_and_dealer(company: AsyncSession, text: str, found: int) -> None:
    await _order(company, reference="PO-99")
    await _order(company, DEALER_B)
    assert len((await orders.list_orders(company, text=text)).items) == found


async def test_a_row_tells_what_a_list_shows(company: AsyncSession) -> None:
    number = await _order(company, reference="PO-1")
    (row,) = (await orders.list_orders(company)).items
    assert (row.number, row.line_count, row.total_fen, row.reference) == (number, 2, 64_700, "PO-1")
    assert (row.dealer.code, row.dealer.name_zh, row.dealer.name_en) == (DEALER_A, "经销商A", "Dealer A")


async def test_a_foreign_cursor_is_refused(company: AsyncSession) -> None:
    with pytest.raises(BadCursor):
        await orders.list_orders(company, after="nonsense")
