"""The steps that book: exact, once, and undone without a trace in the balance."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from activities import payments as steps
from activities import settlement as statement_steps
from activities import shipping
from activities.registry import StepFunction
from models.payloads.orders import LineTerms
from models.payloads.payments import CreditPosting, DeliveryPosting, PaymentReceived, Posted, WaiverPosting
from models.payloads.processes import StepError
from models.payloads.settlement import LineStatus, StatementAnswer, StatementRef, StatementView
from models.payloads.shipping import ClaimDecision, Receipt, ReceivedLine
from models.repositories import payments, settlement
from tests.fixtures.company import DEALER_A, DEALER_B
from tests.fixtures.deliveries import TOTAL_FEN, completed_order, do, shipped_order


async def _statement(session: AsyncSession, number: str) -> StatementView:
    found = await settlement.find_statement(session, number)
    assert found is not None
    return found


async def signed_off(session: AsyncSession, orders: int = 2) -> StatementView:
    """A statement over this many orders, confirmed and signed off."""
    for _ in range(orders):
        await completed_order(session)
    view = await settlement.create_statement(session, DEALER_A, date(2026, 3, 1), date(2026, 3, 31), "finance")
    await do(session, statement_steps.record_answer, StatementAnswer(view.number, "confirm"), view.number)
    await do(session, statement_steps.sign_off, StatementRef(view.number), view.number)
    return await _statement(session, view.number)


async def test_a_delivery_is_owed_exactly_once(company: AsyncSession) -> None:
    terms = (LineTerms(1, 3_333, 1_234), LineTerms(2, 9_999, 50))
    number, _ = await shipped_order(company, terms=terms)
    posted = await do(company, steps.post_delivery, DeliveryPosting(number), number)
    assert posted == Posted(5_843 + 29_847)
    assert await do(company, steps.post_delivery, DeliveryPosting(number), number) == posted
    assert await payments.dealer_balance(company, DEALER_A) == posted.posted_fen
    assert await payments.dealer_balance(company, DEALER_B) == 0
    assert await payments.ledger_total(company) == 0


async def test_an_accepted_claim_lowers_what_is_owed(company: AsyncSession) -> None:
    await completed_order(company, [ReceivedLine(1, 1)], "credit")
    assert await payments.dealer_balance(company, DEALER_A) == TOTAL_FEN - 32_900
    assert await payments.ledger_total(company) == 0


@pytest.mark.parametrize("outcome", [None, "reject"])
async def test_a_claim_that_was_not_accepted_is_not_credited(company: AsyncSession, outcome: str | None) -> None:
    number, shipment = await shipped_order(company)
    receipt = Receipt(number, shipment, (ReceivedLine(1, 1),))
    claim = (await do(company, shipping.record_receipt, receipt, number)).claim_number
    if outcome:
        await do(company, shipping.resolve_claim, ClaimDecision(claim, outcome), number)
    with pytest.raises(StepError, match=claim) as failed:
        await do(company, steps.post_credit, CreditPosting(claim), number)
    assert failed.value.code == "CLAIM_NOT_CREDITED"
    assert await payments.dealer_balance(company, DEALER_A) == 0


async def test_undoing_delivery_and_credit_leaves_no_balance(company: AsyncSession) -> None:
    number = await completed_order(company, [ReceivedLine(1, 1)], "credit")
    claim = (await payments.list_postings(company, DEALER_A)).items[0].document
    for _ in range(2):
        await do(company, steps.reverse_credit, CreditPosting(claim), number)
        await do(company, steps.reverse_delivery, DeliveryPosting(number), number)
    assert await payments.dealer_balance(company, DEALER_A) == 0
    assert await payments.ledger_total(company) == 0
    assert len((await payments.list_postings(company, DEALER_A)).items) == 8


async def test_a_payment_settles_the_statement(company: AsyncSession) -> None:
    statement = await signed_off(company)
    assert statement.open_fen == 2 * TOTAL_FEN
    payment = PaymentReceived(statement.number, 2 * TOTAL_FEN, "回单 1")
    first = await do(company, steps.record_payment, payment, statement.number)
    assert first.open_fen == 0
    assert await do(company, steps.record_payment, payment, statement.number) == first
    found = await _statement(company, statement.number)
    assert {line.status for line in found.lines} == {LineStatus.SETTLED}
    assert (found.settled_fen, found.open_fen) == (2 * TOTAL_FEN, 0)
    assert [(each.number, each.amount_fen, each.reference) for each in found.payments] == [
        (first.payment_number, 2 * TOTAL_FEN, "回单 1")
    ]
    assert await payments.dealer_balance(company, DEALER_A) == 0
    assert await payments.ledger_total(company) == 0


async def test_part_of_the_money_settles_the_lines_it_covers(company: AsyncSession) -> None:
    statement = await signed_off(company)
    payment = PaymentReceived(statement.number, TOTAL_FEN + 100)
    booked = await do(company, steps.record_payment, payment, statement.number)
    assert booked.open_fen == TOTAL_FEN - 100
    found = await _statement(company, statement.number)
    assert [(line.status, line.paid_fen) for line in found.lines] == [
        (LineStatus.SETTLED, TOTAL_FEN),
        (LineStatus.SIGNED_OFF, 100),
    ]
    rest = PaymentReceived(statement.number, TOTAL_FEN - 100)
    assert (await do(company, steps.record_payment, rest, statement.number, visit=2)).open_fen == 0
    assert (await _statement(company, statement.number)).settled_fen == 2 * TOTAL_FEN


@pytest.mark.parametrize("amount_fen", [2 * TOTAL_FEN + 1, 0, -5])
async def test_an_amount_that_does_not_fit_is_refused(company: AsyncSession, amount_fen: int) -> None:
    statement = await signed_off(company)
    with pytest.raises(StepError, match=r"^amount_fen: ") as failed:
        await do(company, steps.record_payment, PaymentReceived(statement.number, amount_fen), statement.number)
    assert failed.value.code == "PAYMENT_REFUSED"
    assert (await _statement(company, statement.number)).payments == ()


async def test_a_line_that_was_not_waived_is_not_credited(company: AsyncSession) -> None:
    statement = await signed_off(company, 1)
    posting = WaiverPosting(statement.number, statement.lines[0].order_number)
    with pytest.raises(StepError) as failed:
        await do(company, steps.post_waiver, posting, statement.number)
    assert failed.value.code == "LINE_NOT_WAIVED"


@pytest.mark.parametrize(
    ("step", "payload", "code"),
    [
        (steps.post_delivery, DeliveryPosting("SO-0"), "ORDER_NOT_FOUND"),
        (steps.post_credit, CreditPosting("CL-0"), "CLAIM_NOT_FOUND"),
        (steps.post_waiver, WaiverPosting("ST-0", "SO-0"), "STATEMENT_REFUSED"),
        (steps.record_payment, PaymentReceived("ST-0", 1), "STATEMENT_REFUSED"),
    ],
)
async def test_a_document_that_does_not_exist_is_named(
    company: AsyncSession, step: StepFunction, payload: object, code: str
) -> None:
    with pytest.raises(StepError, match="-0") as failed:
        await do(company, step, payload, "X")
    assert failed.value.code == code
