"""A dealer's statements: read, confirmed, disputed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.clock import business_date, utc_now
from models.payloads.settlement import StatementStatus, StatementView
from models.repositories import settlement
from models.tables.settlement import Statement
from tests.web.site import HTMX, Site
from tests.web.stories import acted, handed_over, submitted, task_of
from web.settlement import draw_up_statement

OWNER = "dealer-a-owner"


async def seeded_statement(site: Site) -> str:
    """The number of the statement that the demo company has settled."""
    async with site.database.reading() as session:
        return (await session.scalars(select(col(Statement.number)))).first() or ""


async def statement_of(site: Site, number: str) -> StatementView:
    async with site.database.reading() as session:
        statement = await settlement.find_statement(session, number)
    assert statement is not None
    return statement


@pytest.fixture
async def sent(live_site: Site) -> StatementView:
    """A statement that finance has checked: it is with the dealer."""
    number = await submitted(live_site)
    await handed_over(live_site, number)
    await acted(live_site, number, OWNER, "confirm_receipt", "confirm")
    today = business_date(utc_now())
    finance = await live_site.actor("finance")
    gateway = live_site.app.state.gateway
    drawn = await draw_up_statement(live_site.database, gateway, "D001", date(today.year, 1, 1), today, finance)
    await acted(live_site, drawn.number, "finance", "statement_check", "approve")
    await task_of(live_site, drawn.number, OWNER, "statement_confirm")
    return await statement_of(live_site, drawn.number)


async def test_the_list_shows_period_state_total_and_what_is_paid(site: Site) -> None:
    number = await seeded_statement(site)
    page = (await (await site.visit(OWNER)).get("/dealer/statements")).text
    statement = await statement_of(site, number)
    assert number in page
    assert "Settled" in page
    assert f"¥{statement.total_fen // 100:,}.{statement.total_fen % 100:02d}" in page


async def test_the_list_narrows_by_state_and_says_what_comes_next(site: Site) -> None:
    page = (await (await site.visit(OWNER)).get("/dealer/statements", params={"status": "sent"})).text
    assert await seeded_statement(site) not in page
    assert "No statements yet" in page


async def test_a_settled_statement_shows_its_lines_and_payments_and_asks_nothing(site: Site) -> None:
    number = await seeded_statement(site)
    page = (await (await site.visit(OWNER)).get(f"/dealer/statements/{number}")).text
    statement = await statement_of(site, number)
    assert statement.lines[0].order_number in page
    assert statement.payments[0].reference in page
    assert "Confirm the statement" not in page
    assert "data-print" in page


async def test_the_total_is_the_sum_of_its_lines(site: Site) -> None:
    statement = await statement_of(site, await seeded_statement(site))
    assert statement.total_fen == sum(line.amount_fen for line in statement.lines)


async def test_the_dealer_confirms(live_site: Site, sent: StatementView) -> None:
    owner = await live_site.visit(OWNER)
    assert "Confirm the statement" in (await owner.get(f"/dealer/statements/{sent.number}")).text
    await owner.post(f"/dealer/statements/{sent.number}/answer", data={"action": "confirm"}, headers=HTMX)
    assert (await statement_of(live_site, sent.number)).status is StatementStatus.CONFIRMED
    assert "Confirm the statement" not in (await owner.get(f"/dealer/statements/{sent.number}")).text


async def test_a_disputed_line_stops_only_itself(live_site: Site, sent: StatementView) -> None:
    owner = await live_site.visit(OWNER)
    disputed, *others = [line.order_number for line in sent.lines]
    form = {
        "action": "dispute",
        "order_number": [disputed, *others],
        "reason": ["Two pieces are missing", *("" for _ in others)],
        "disputed": disputed,
    }
    await owner.post(f"/dealer/statements/{sent.number}/answer", data=form)
    lines = {line.order_number: line for line in (await statement_of(live_site, sent.number)).lines}
    assert (lines[disputed].status, lines[disputed].dispute_reason) == ("disputed", "Two pieces are missing")
    assert {lines[number].status for number in others} == {"confirmed"}
    assert "Two pieces are missing" in (await owner.get(f"/dealer/statements/{sent.number}")).text


async def test_a_dispute_needs_a_reason(live_site: Site, sent: StatementView) -> None:
    owner = await live_site.visit(OWNER)
    number = sent.lines[0].order_number
    form = {"action": "dispute", "order_number": number, "reason": " ", "disputed": number}
    answer = await owner.post(f"/dealer/statements/{sent.number}/answer", data=form)
    assert answer.status_code == 422
    assert (await statement_of(live_site, sent.number)).status is StatementStatus.SENT


async def test_an_answer_that_nobody_waits_for_is_refused(site: Site) -> None:
    owner = await site.visit(OWNER)
    answer = await owner.post(f"/dealer/statements/{await seeded_statement(site)}/answer", data={"action": "confirm"})
    assert answer.status_code == 409
