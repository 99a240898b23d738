"""The steps of a statement."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from activities import payments as payment_steps
from activities import settlement as steps
from activities.registry import StepFunction
from models.payloads.payments import PaymentReceived, WaiverPosting
from models.payloads.processes import StepError
from models.payloads.settlement import (
    AnswerRecorded,
    DisputedLine,
    LineRef,
    LineStatus,
    RoundClosed,
    SignedOff,
    StatementAnswer,
    StatementFacts,
    StatementRef,
    StatementStatus,
    StatementView,
)
from models.payloads.shipping import ReceivedLine
from models.repositories import payments, settlement
from tests.fixtures.company import COOKER, DEALER_A
from tests.fixtures.deliveries import TOTAL_FEN, completed_order, do

PERIOD = (date(2026, 3, 1), date(2026, 3, 31))


async def _view(session: AsyncSession, number: str) -> StatementView:
    found = await settlement.find_statement(session, number)
    assert found is not None
    return found


async def _run(session: AsyncSession, step: StepFunction, number: str, visit: int = 1) -> object:
    return await do(session, step, StatementRef(number), number, visit=visit)


@pytest.fixture
async def statement(company: AsyncSession) -> StatementView:
    """A statement over three orders."""
    for _ in range(3):
        await completed_order(company)
    return await settlement.create_statement(company, DEALER_A, *PERIOD, "finance")


async def _dispute(session: AsyncSession, statement: StatementView, visit: int = 1) -> tuple[str, str, str]:
    one, two, three = (line.order_number for line in statement.lines)
    answer = StatementAnswer(statement.number, "dispute", (DisputedLine(two, "少件"), DisputedLine(three, "价格不符")))
    recorded = await do(session, steps.record_answer, answer, statement.number, visit=visit)
    assert recorded == AnswerRecorded((one,), (two, three))
    return one, two, three


async def test_the_process_learns_what_the_statement_is_about(company: AsyncSession, statement: StatementView) -> None:
    facts = StatementFacts(statement.number, DEALER_A, 3 * TOTAL_FEN)
    assert await _run(company, steps.register_statement, statement.number) == facts
    assert (await _view(company, statement.number)).status is StatementStatus.DRAFT


async def test_a_statement_goes_its_way(company: AsyncSession, statement: StatementView) -> None:
    number = statement.number
    states = [statement.status]
    for step in (steps.mark_checked, steps.record_answer, steps.sign_off, steps.close_statement):
        payload = StatementAnswer(number, "confirm") if step is steps.record_answer else StatementRef(number)
        first = await do(company, step, payload, number)
        if step is not steps.record_answer:
            assert await do(company, step, payload, number) == first
        states.append((await _view(company, number)).status)
    assert [str(state) for state in states] == ["draft", "sent", "confirmed", "signed_off", "closed"]
    assert (await _view(company, number)).closed_at is not None


async def test_a_dispute_stops_its_own_lines_only(company: AsyncSession, statement: StatementView) -> None:
    await _dispute(company, statement)
    assert await _run(company, steps.sign_off, statement.number) == SignedOff(TOTAL_FEN)
    found = await _view(company, statement.number)
    assert [line.status for line in found.lines] == [LineStatus.SIGNED_OFF, LineStatus.DISPUTED, LineStatus.DISPUTED]
    assert [line.dispute_reason for line in found.lines] == ["", "少件", "价格不符"]
    assert (found.total_fen, found.open_fen) == (3 * TOTAL_FEN, TOTAL_FEN)


async def test_the_same_answer_again_changes_nothing(company: AsyncSession, statement: StatementView) -> None:
    await _dispute(company, statement)
    before = await _view(company, statement.number)
    await _dispute(company, statement)
    assert await _view(company, statement.number) == before


async def test_a_waived_line_leaves_the_total_and_is_credited(company: AsyncSession, statement: StatementView) -> None:
    _, two, _ = await _dispute(company, statement)
    for _ in range(2):
        await do(company, steps.waive_line, LineRef(statement.number, two), statement.number)
        await do(company, payment_steps.post_waiver, WaiverPosting(statement.number, two), statement.number)
    found = await _view(company, statement.number)
    assert [line.status for line in found.lines][1] is LineStatus.WAIVED
    assert found.total_fen == 2 * TOTAL_FEN
    assert await payments.dealer_balance(company, DEALER_A) == 2 * TOTAL_FEN
    assert await payments.ledger_total(company) == 0


async def test_an_upheld_line_is_asked_about_again(company: AsyncSession, statement: StatementView) -> None:
    _, two, three = await _dispute(company, statement)
    await do(company, steps.uphold_line, LineRef(statement.number, two), statement.number)
    await do(company, steps.waive_line, LineRef(statement.number, three), statement.number)
    assert await _run(company, steps.close_round, statement.number) == RoundClosed((two,))
    assert (await _view(company, statement.number)).status is StatementStatus.SENT
    again = StatementAnswer(statement.number, "confirm")
    recorded = await do(company, steps.record_answer, again, statement.number, visit=2)
    assert two in recorded.confirmed


async def test_a_line_that_is_not_disputed_stays_as_it_is(company: AsyncSession, statement: StatementView) -> None:
    one, _, _ = await _dispute(company, statement)
    for step in (steps.uphold_line, steps.waive_line):
        await do(company, step, LineRef(statement.number, one), statement.number)
    assert (await _view(company, statement.number)).lines[0].status is LineStatus.CONFIRMED


async def test_when_nothing_is_open_the_round_ends(company: AsyncSession, statement: StatementView) -> None:
    await do(company, steps.record_answer, StatementAnswer(statement.number, "confirm"), statement.number)
    assert await _run(company, steps.close_round, statement.number) == RoundClosed(())


async def test_a_line_worth_nothing_is_settled_by_the_sign_off(company: AsyncSession) -> None:
    await completed_order(company, [ReceivedLine(1, 0)], lines=((COOKER, 1),))
    view = await settlement.create_statement(company, DEALER_A, *PERIOD, "finance")
    await do(company, steps.record_answer, StatementAnswer(view.number, "confirm"), view.number)
    assert await _run(company, steps.sign_off, view.number) == SignedOff(0)
    assert (await _view(company, view.number)).lines[0].status is LineStatus.SETTLED


async def test_a_cancelled_statement_frees_its_orders(company: AsyncSession, statement: StatementView) -> None:
    for _ in range(2):
        await _run(company, steps.cancel_statement, statement.number)
    found = await _view(company, statement.number)
    assert (found.status, found.total_fen) == (StatementStatus.CANCELLED, 0)
    again = await settlement.create_statement(company, DEALER_A, *PERIOD, "finance")
    assert len(again.lines) == 3


async def test_cancelling_keeps_the_lines_on_which_money_was_booked(
    company: AsyncSession, statement: StatementView
) -> None:
    await do(company, steps.record_answer, StatementAnswer(statement.number, "confirm"), statement.number)
    await _run(company, steps.sign_off, statement.number)
    part = PaymentReceived(statement.number, TOTAL_FEN + 1)
    await do(company, payment_steps.record_payment, part, statement.number)
    await _run(company, steps.cancel_statement, statement.number)
    found = await _view(company, statement.number)
    assert [line.status for line in found.lines] == [LineStatus.SETTLED, LineStatus.SIGNED_OFF, LineStatus.RELEASED]
    again = await settlement.create_statement(company, DEALER_A, *PERIOD, "finance")
    assert [line.order_number for line in again.lines] == [statement.lines[2].order_number]


async def test_a_closed_statement_is_not_cancelled(company: AsyncSession, statement: StatementView) -> None:
    await _run(company, steps.close_statement, statement.number)
    await _run(company, steps.cancel_statement, statement.number)
    assert (await _view(company, statement.number)).status is StatementStatus.CLOSED


async def test_a_dispute_about_an_unknown_order_is_refused(company: AsyncSession, statement: StatementView) -> None:
    answer = StatementAnswer(statement.number, "dispute", (DisputedLine("SO-0"),))
    with pytest.raises(StepError, match="SO-0") as failed:
        await do(company, steps.record_answer, answer, statement.number)
    assert failed.value.code == "ANSWER_INVALID"


@pytest.mark.parametrize(
    ("step", "payload", "code"),
    [
        (steps.mark_checked, StatementRef("ST-0"), "STATEMENT_NOT_FOUND"),
        (steps.uphold_line, LineRef("ST-0", "SO-1"), "STATEMENT_NOT_FOUND"),
    ],
)
async def test_a_statement_that_does_not_exist_is_named(
    company: AsyncSession, step: StepFunction, payload: object, code: str
) -> None:
    with pytest.raises(StepError, match="ST-0") as failed:
        await do(company, step, payload, "ST-0")
    assert failed.value.code == code
