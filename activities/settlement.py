"""Steps of a statement: checked, answered line by line, signed off, closed."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from activities.registry import step
from models.payloads.processes import StepError, StepKey
from models.payloads.settlement import (
    AnswerRecorded,
    LineRef,
    LineStatus,
    RoundClosed,
    SignedOff,
    StatementAnswer,
    StatementFacts,
    StatementRef,
    StatementStatus,
)
from models.repositories import settlement
from models.rules.settlement import RefusalCode, StatementRefused, decide_answer, open_of
from models.tables.settlement import Statement

STATEMENT_NOT_FOUND = "STATEMENT_NOT_FOUND"
LINE_NOT_FOUND = "LINE_NOT_FOUND"
ANSWER_INVALID = "ANSWER_INVALID"

_CODES = {
    RefusalCode.STATEMENT_NOT_FOUND: STATEMENT_NOT_FOUND,
    RefusalCode.LINE_NOT_FOUND: LINE_NOT_FOUND,
}

T = TypeVar("T")


@step(
    "settlement.register_statement",
    local=True,
    compensated_by="settlement.cancel_statement",
    zh="登记对账单",
    en="Register the statement",
)
async def register_statement(session: AsyncSession, payload: StatementRef, key: StepKey) -> StatementFacts:
    """Tell the process what the statement is about.

    Safe to retry: it only reads.
    """
    return await _facts(session, await _statement(session, payload.statement_number))


@step("settlement.cancel_statement", local=True, zh="作废对账单", en="Cancel the statement")
async def cancel_statement(session: AsyncSession, payload: StatementRef, key: StepKey) -> StatementFacts:
    """Cancel a statement: its orders may stand on another one, except those on which money has been booked.

    Safe to retry: a cancelled statement stays as it is.
    """
    statement = await _statement(session, payload.statement_number)
    if statement.status not in (StatementStatus.CANCELLED, StatementStatus.CLOSED):
        untouched = frozenset(
            line.order_number
            for line in await settlement.lines_of(session, statement)
            if not line.paid_fen and line.status not in (LineStatus.SETTLED, LineStatus.WAIVED)
        )
        await settlement.set_lines(session, statement, untouched, LineStatus.RELEASED)
        await _close(session, statement, StatementStatus.CANCELLED, key)
    return await _facts(session, statement)


@step("settlement.mark_checked", local=True, zh="标记对账单已核对", en="Mark the statement as checked")
async def mark_checked(session: AsyncSession, payload: StatementRef, key: StepKey) -> StatementFacts:
    """Note that finance has checked the statement and the dealer is asked.

    Safe to retry: it sets what is set already.
    """
    statement = await _statement(session, payload.statement_number)
    await settlement.set_status(session, statement, StatementStatus.SENT)
    return await _facts(session, statement)


@step("settlement.record_answer", local=True, zh="登记经销商答复", en="Record the dealer's answer")
async def record_answer(session: AsyncSession, payload: StatementAnswer, key: StepKey) -> AnswerRecorded:
    """Confirm the open lines; a dispute stops the lines that it names, and no others.

    Safe to retry: lines that were answered stay as they are.
    """
    statement = await _statement(session, payload.statement_number)
    lines = settlement.standings(await settlement.lines_of(session, statement))
    disputes = payload.lines or ()
    named = [line.order_number for line in disputes]
    try:
        answer = decide_answer(lines, payload.outcome == "dispute", named)
    except StatementRefused as refused:
        raise StepError(ANSWER_INVALID, f"lines: {refused}") from refused
    reasons = {line.order_number: line.reason for line in disputes}
    await settlement.set_lines(session, statement, answer.confirmed, LineStatus.CONFIRMED)
    await settlement.set_lines(session, statement, answer.disputed, LineStatus.DISPUTED, reasons)
    await settlement.set_status(session, statement, StatementStatus.CONFIRMED)
    return AnswerRecorded(answer.confirmed, answer.disputed)


@step("settlement.sign_off", local=True, zh="登记财务签核", en="Record the sign-off")
async def sign_off(session: AsyncSession, payload: StatementRef, key: StepKey) -> SignedOff:
    """Sign off the confirmed lines and tell what is to be paid; a line worth nothing is settled at once.

    Safe to retry: what is signed off is no longer merely confirmed.
    """
    statement = await _statement(session, payload.statement_number)
    confirmed = [line for line in await settlement.lines_of(session, statement) if line.status == LineStatus.CONFIRMED]
    free = [line.order_number for line in confirmed if not line.amount_fen]
    due = [line.order_number for line in confirmed if line.amount_fen]
    await settlement.set_lines(session, statement, free, LineStatus.SETTLED)
    await settlement.set_lines(session, statement, due, LineStatus.SIGNED_OFF)
    await settlement.set_status(session, statement, StatementStatus.SIGNED_OFF)
    return SignedOff(open_of(settlement.standings(await settlement.lines_of(session, statement))))


@step("settlement.uphold_line", local=True, zh="维持对账行", en="Uphold the line")
async def uphold_line(session: AsyncSession, payload: LineRef, key: StepKey) -> None:
    """Turn a dispute down: the dealer is asked about the line again.

    Safe to retry: only a disputed line changes.
    """
    await _end_dispute(session, payload, LineStatus.OPEN)


@step("settlement.waive_line", local=True, zh="豁免对账行", en="Waive the line")
async def waive_line(session: AsyncSession, payload: LineRef, key: StepKey) -> None:
    """Accept a dispute: the line no longer counts and is credited.

    Safe to retry: only a disputed line changes.
    """
    await _end_dispute(session, payload, LineStatus.WAIVED)


@step("settlement.close_round", local=True, zh="汇总未决对账行", en="Gather what is still open")
async def close_round(session: AsyncSession, payload: StatementRef, key: StepKey) -> RoundClosed:
    """Tell which lines the dealer has to be asked about again.

    Safe to retry: it sets what is set already.
    """
    statement = await _statement(session, payload.statement_number)
    lines = await settlement.lines_of(session, statement)
    asked = tuple(line.order_number for line in lines if line.status == LineStatus.OPEN)
    if asked:
        await settlement.set_status(session, statement, StatementStatus.SENT)
    return RoundClosed(asked)


@step("settlement.close_statement", local=True, zh="结清对账单", en="Close the statement")
async def close_statement(session: AsyncSession, payload: StatementRef, key: StepKey) -> StatementFacts:
    """Close a statement of which every line is settled or waived.

    Safe to retry: a closed statement stays as it is.
    """
    statement = await _statement(session, payload.statement_number)
    if statement.status != StatementStatus.CLOSED:
        await _close(session, statement, StatementStatus.CLOSED, key)
    return await _facts(session, statement)


async def _end_dispute(session: AsyncSession, payload: LineRef, to: LineStatus) -> None:
    found = settlement.find_line(session, payload.statement_number, payload.order_number)
    statement, line = await _or_step_error(found)
    if line.status == LineStatus.DISPUTED:
        await settlement.set_lines(session, statement, (payload.order_number,), to)


async def _statement(session: AsyncSession, number: str) -> Statement:
    return await _or_step_error(settlement.lock_statement(session, number))


async def _or_step_error(found: Awaitable[T]) -> T:
    try:
        return await found
    except StatementRefused as refused:
        raise StepError(_CODES.get(refused.code, refused.code.upper()), str(refused)) from refused


async def _facts(session: AsyncSession, statement: Statement) -> StatementFacts:
    return StatementFacts(statement.number, await settlement.dealer_code_of(session, statement), statement.total_fen)


async def _close(session: AsyncSession, statement: Statement, status: StatementStatus, key: StepKey) -> None:
    await settlement.close_statement(session, statement, status, datetime.fromisoformat(key.at))
