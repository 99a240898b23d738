"""Steps that book what is owed, credited and paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.registry import step
from models.payloads.payments import (
    CreditPosting,
    DeliveryPosting,
    EntryKind,
    PaymentBooked,
    PaymentReceived,
    Posted,
    WaiverPosting,
)
from models.payloads.processes import StepError, StepKey
from models.payloads.settlement import LineStatus
from models.payloads.shipping import ClaimStatus
from models.repositories import claims, payments, settlement, shipping
from models.rules import payments as bookkeeping
from models.rules.payments import PaymentRefused, Posting
from models.rules.settlement import StatementRefused, allocate, open_of

ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
CLAIM_NOT_FOUND = "CLAIM_NOT_FOUND"
CLAIM_NOT_CREDITED = "CLAIM_NOT_CREDITED"
STATEMENT_REFUSED = "STATEMENT_REFUSED"
LINE_NOT_WAIVED = "LINE_NOT_WAIVED"
PAYMENT_REFUSED = "PAYMENT_REFUSED"


@step(
    "payments.post_delivery",
    local=True,
    compensated_by="payments.reverse_delivery",
    zh="登记应收账款",
    en="Book the receivable",
)
async def post_delivery(session: AsyncSession, payload: DeliveryPosting, key: StepKey) -> Posted:
    """Book what the dealer owes for a confirmed order: receivable against revenue, at the order's total.

    Safe to retry: the key names the entry.
    """
    order = await shipping.order_of(session, payload.order_number)
    if order is None:
        raise StepError(ORDER_NOT_FOUND, f"order_number: {payload.order_number}")
    postings = bookkeeping.post_delivery(order.dealer_id, order.total_fen)
    await _post(session, EntryKind.DELIVERY, order.number, postings, key)
    return Posted(order.total_fen)


@step("payments.reverse_delivery", local=True, zh="冲销应收账款", en="Reverse the receivable")
async def reverse_delivery(session: AsyncSession, payload: DeliveryPosting, key: StepKey) -> Posted:
    """Take back what was booked for an order that is undone.

    Safe to retry: the key names the entry.
    """
    booked = await payments.postings_of(session, EntryKind.DELIVERY, payload.order_number)
    await _post(session, EntryKind.REVERSAL, payload.order_number, bookkeeping.reverse(booked), key)
    return Posted(sum(max(posting.amount_fen, 0) for posting in booked))


@step(
    "payments.post_credit",
    local=True,
    compensated_by="payments.reverse_credit",
    zh="登记索赔贷记",
    en="Book the credit",
)
async def post_credit(session: AsyncSession, payload: CreditPosting, key: StepKey) -> Posted:
    """Book the credit of an accepted claim: revenue against receivable, at the claim's amount.

    Safe to retry: the key names the entry.
    """
    try:
        claim = await claims.lock_claim(session, payload.claim_number)
    except claims.ClaimNotFound as missing:
        raise StepError(CLAIM_NOT_FOUND, f"claim_number: {payload.claim_number}") from missing
    if claim.status != ClaimStatus.CREDITED:
        raise StepError(CLAIM_NOT_CREDITED, f"{claim.number} is {claim.status}")
    dealer_id = await claims.dealer_id_of(session, claim)
    await _post(session, EntryKind.CREDIT, claim.number, bookkeeping.post_credit(dealer_id, claim.amount_fen), key)
    return Posted(claim.amount_fen)


@step("payments.reverse_credit", local=True, zh="冲销索赔贷记", en="Reverse the credit")
async def reverse_credit(session: AsyncSession, payload: CreditPosting, key: StepKey) -> Posted:
    """Take back the credit of a claim on an order that is undone.

    Safe to retry: the key names the entry.
    """
    booked = await payments.postings_of(session, EntryKind.CREDIT, payload.claim_number)
    await _post(session, EntryKind.REVERSAL, payload.claim_number, bookkeeping.reverse(booked), key)
    return Posted(sum(max(posting.amount_fen, 0) for posting in booked))


@step("payments.post_waiver", local=True, zh="登记豁免贷记", en="Book the waiver")
async def post_waiver(session: AsyncSession, payload: WaiverPosting, key: StepKey) -> Posted:
    """Book the credit of a statement line that was waived: revenue against receivable, at the line's amount.

    Safe to retry: the key names the entry.
    """
    try:
        statement, line = await settlement.find_line(session, payload.statement_number, payload.order_number)
    except StatementRefused as refused:
        raise StepError(STATEMENT_REFUSED, str(refused)) from refused
    if line.status != LineStatus.WAIVED:
        raise StepError(LINE_NOT_WAIVED, f"{line.order_number} is {line.status}")
    postings = bookkeeping.post_credit(statement.dealer_id, line.amount_fen)
    await _post(session, EntryKind.CREDIT, line.order_number, postings, key)
    return Posted(line.amount_fen)


@step("payments.record_payment", local=True, zh="登记付款", en="Record the payment")
async def record_payment(session: AsyncSession, payload: PaymentReceived, key: StepKey) -> PaymentBooked:
    """Book money for a statement and let it fall on the signed-off lines; more than is open is refused.

    Safe to retry: the key names the payment and its entry.
    """
    try:
        statement = await settlement.lock_statement(session, payload.statement_number)
    except StatementRefused as refused:
        raise StepError(STATEMENT_REFUSED, str(refused)) from refused
    at = datetime.fromisoformat(key.at)
    lines = settlement.standings(await settlement.lines_of(session, statement))
    known = await payments.find_payment(session, str(key))
    if known is not None:
        return PaymentBooked(known, open_of(lines))
    try:
        left = bookkeeping.check_payment(payload.amount_fen, open_of(lines))
    except PaymentRefused as refused:
        raise StepError(PAYMENT_REFUSED, str(refused)) from refused
    number = await payments.record_payment(session, statement, payload, str(key), at, key.actor)
    await settlement.add_payment(session, statement, allocate(payload.amount_fen, lines))
    postings = bookkeeping.post_payment(statement.dealer_id, payload.amount_fen)
    await _post(session, EntryKind.PAYMENT, number, postings, key)
    return PaymentBooked(number, left)


async def _post(
    session: AsyncSession, kind: EntryKind, document: str, postings: Sequence[Posting], key: StepKey
) -> None:
    at = datetime.fromisoformat(key.at)
    await payments.post_entry(session, kind, document, postings, str(key), at, key.actor)
