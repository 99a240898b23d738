"""Statements as finance draws them up and follows them."""

from __future__ import annotations

from datetime import date

import pytest

from models.payloads.settlement import StatementStatus
from models.repositories import settlement
from tests.web.site import HTMX, Site
from tests.web.stories import acted, handed_over, submitted, task_of
from web.manufacturer.statements import last_month


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 31))),
        (date(2024, 3, 1), (date(2024, 2, 1), date(2024, 2, 29))),
    ],
)
def test_the_month_before_is_offered_as_the_period(today: date, month: tuple[date, date]) -> None:
    assert last_month(today) == month


async def test_the_list_is_narrowed_by_dealer_and_state(site: Site) -> None:
    finance = await site.visit("finance")
    assert "ST-" in (await finance.get("/manufacturer/statements")).text
    assert "ST-" in (await finance.get("/manufacturer/statements", params={"dealer": "D001", "status": "closed"})).text
    page = (await finance.get("/manufacturer/statements", params={"dealer": "D002", "status": "", "q": ""})).text
    assert "No statement matches" in page


async def test_only_finance_is_offered_to_draw_one_up(site: Site) -> None:
    assert "Draw up a statement" in (await (await site.visit("finance")).get("/manufacturer/statements")).text
    assert "Draw up a statement" not in (await (await site.visit("sales")).get("/manufacturer/statements")).text


async def test_a_period_without_deliveries_has_nothing_to_settle(site: Site) -> None:
    form = {"dealer": "D009", "from_on": "2020-01-01", "to_on": "2020-01-31"}
    answer = await (await site.visit("finance")).post("/manufacturer/statements", data=form, headers=HTMX)
    assert answer.status_code == 422
    assert "nothing to settle" in answer.text


async def test_a_period_that_ends_before_it_begins_is_refused(site: Site) -> None:
    form = {"dealer": "D001", "from_on": "2026-02-01", "to_on": "2026-01-01"}
    answer = await (await site.visit("finance")).post("/manufacturer/statements", data=form)
    assert answer.status_code == 422


async def test_finance_takes_a_statement_from_drawing_up_to_the_money(live_site: Site) -> None:
    number = await submitted(live_site)
    await handed_over(live_site, number)
    await acted(live_site, number, "dealer-a-owner", "confirm_receipt", "confirm")
    finance = await live_site.visit("finance")
    form = {"dealer": "D001", "from_on": "2020-01-01", "to_on": "2099-12-31"}
    answer = await finance.post("/manufacturer/statements", data={**form, "to_on": "2070-01-01"})
    address = answer.headers["location"]
    statement = address.rpartition("/")[2]
    assert number in (await finance.get(address)).text
    for form_key, who, action in (
        ("statement_check", "finance", "approve"),
        ("statement_confirm", "dealer-a-owner", "confirm"),
        ("statement_sign_off", "finance", "sign_off"),
    ):
        if who == "finance":
            task = await task_of(live_site, statement, who, form_key)
            await finance.post(f"{address}/tasks/{task.id}", data={"action": action, "comment": ""})
        else:
            await acted(live_site, statement, who, form_key, action)
    task = await task_of(live_site, statement, "finance", "record_payment")
    async with live_site.database.reading() as session:
        due = await settlement.find_statement(session, statement)
    assert due is not None
    page = (await finance.get(address)).text
    assert f'value="{due.open_fen // 100}.{due.open_fen % 100:02d}"' in page
    payment = {"action": "record", "amount": f"{due.open_fen / 100:.2f}", "reference": "Bank 4711"}
    await finance.post(f"{address}/tasks/{task.id}", data=payment, headers=HTMX)
    async with live_site.database.reading() as session:
        settled = await settlement.find_statement(session, statement)
    assert settled is not None
    assert (settled.status, settled.open_fen) == (StatementStatus.CLOSED, 0)
    assert "Bank 4711" in (await finance.get(address)).text


async def test_a_task_that_is_not_open_any_more_is_refused(site: Site) -> None:
    async with site.database.reading() as session:
        number = (await settlement.list_statements(session)).items[0].number
    finance = await site.visit("finance")
    answer = await finance.post(f"/manufacturer/statements/{number}/tasks/999", data={"action": "approve"})
    assert answer.status_code == 409
