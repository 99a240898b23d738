"""Stories of statements, told through the gateway on a real Temporal server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.clock import business_date, utc_now
from models.payloads.settlement import LineStatus, StatementStatus, StatementView
from models.repositories import settlement
from tests.fixtures.company import BUYER_A, DEALER_A, FINANCE, OWNER_A
from tests.fixtures.deliveries import TOTAL_FEN, completed_order
from tests.scenarios.house import House


async def begin(house: House, orders: int) -> StatementView:
    """Draw up the statement over this many completed orders and start its process."""
    today = business_date(utc_now())
    async with house.database.writing() as session:
        for _ in range(orders):
            await completed_order(session, at=utc_now().isoformat())
        from_on = today - timedelta(days=1)
        statement = await settlement.create_statement(session, DEALER_A, from_on, today, FINANCE.login)
    variables = {"statement_number": statement.number, "dealer": DEALER_A, "total_fen": statement.total_fen}
    await house.gateway.start_instance("settlement_sign_off", statement.number, variables, FINANCE, DEALER_A)
    return statement


async def test_a_statement_is_checked_confirmed_signed_off_paid_and_closed(house: House) -> None:
    statement = await begin(house, 2)
    number = statement.number
    assert await house.owed() == 2 * TOTAL_FEN
    await house.act(number, "finance_check", FINANCE, "approve")
    await house.statement(number, StatementStatus.SENT)
    await house.act(number, "dealer_confirmation", OWNER_A, "confirm")
    await house.act(number, "sign_off", FINANCE, "sign_off")
    await house.statement(number, StatementStatus.SIGNED_OFF)
    await house.act(number, "record_payment", FINANCE, "record", amount_fen=2 * TOTAL_FEN, reference="回单 8801")
    assert await house.outcome(number) == "completed"
    closed = await house.statement(number, StatementStatus.CLOSED)
    assert closed.settled_fen == closed.total_fen == sum(line.amount_fen for line in closed.lines)
    assert [payment.recorded_by for payment in closed.payments] == [FINANCE.login]
    assert await house.owed() == 0


async def test_a_dispute_stops_its_own_line_while_the_rest_is_settled(house: House) -> None:
    statement = await begin(house, 3)
    number = statement.number
    one, two, three = (line.order_number for line in statement.lines)
    await house.act(number, "finance_check", FINANCE, "approve")
    lines = [{"order_number": two, "reason": "价格不符"}, {"order_number": three, "reason": "未收到"}]
    await house.act(number, "dealer_confirmation", BUYER_A, "dispute", lines=lines)
    await house.act(number, "sign_off", FINANCE, "sign_off")
    await house.act(number, "record_payment", FINANCE, "record", amount_fen=TOTAL_FEN)
    halfway = await house.statement(number)
    assert [line.status for line in halfway.lines] == [LineStatus.SETTLED, LineStatus.DISPUTED, LineStatus.DISPUTED]
    await house.waits_for(number, "resolve_dispute", "resolve_dispute")

    await house.act(number, "resolve_dispute", FINANCE, "uphold")
    await house.act(number, "resolve_dispute", FINANCE, "waive")
    await house.act(number, "dealer_confirmation", OWNER_A, "confirm")
    await house.act(number, "sign_off", FINANCE, "sign_off")
    await house.gateway.send_message("payment.received", number, {"amount_fen": TOTAL_FEN, "reference": "银行"})
    assert await house.outcome(number) == "completed"
    closed = await house.statement(number, StatementStatus.CLOSED)
    assert [line.status for line in closed.lines] == [LineStatus.SETTLED, LineStatus.SETTLED, LineStatus.WAIVED]
    assert closed.total_fen == closed.settled_fen == 2 * TOTAL_FEN
    assert await house.owed() == 0
    assert one in {line.order_number for line in closed.lines}


async def test_money_in_parts_settles_the_statement_and_too_much_is_refused(house: House) -> None:
    statement = await begin(house, 1)
    number = statement.number
    await house.act(number, "finance_check", FINANCE, "approve")
    await house.act(number, "dealer_confirmation", OWNER_A, "confirm")
    await house.act(number, "sign_off", FINANCE, "sign_off")
    await house.act(number, "record_payment", FINANCE, "record", amount_fen=100)
    await house.act(number, "record_payment", FINANCE, "record", amount_fen=TOTAL_FEN)
    assert (await house.statement(number)).open_fen == TOTAL_FEN - 100
    await house.act(number, "record_payment", FINANCE, "record", amount_fen=TOTAL_FEN - 100)
    assert await house.outcome(number) == "completed"
    assert await house.owed() == 0


@pytest.mark.parametrize("how", ["reject", "cancel"])
async def test_a_statement_that_is_wrong_gives_its_orders_back(house: House, how: str) -> None:
    statement = await begin(house, 1)
    if how == "reject":
        await house.act(statement.number, "finance_check", FINANCE, "reject", comment="缺少一单")
        assert await house.outcome(statement.number) == "completed"
    else:
        await house.gateway.cancel_instance(statement.number, "重新出账", FINANCE)
        assert await house.outcome(statement.number) == "cancelled"
    await house.statement(statement.number, StatementStatus.CANCELLED)
    again = await begin(house, 1)
    assert again.number != statement.number
    assert len(again.lines) == 2
