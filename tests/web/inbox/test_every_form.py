"""The forms of settlement, of a shortage and of a process that nobody has drawn a form for, in a browser."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.async_api import Browser

from models.clock import business_date, utc_now
from models.payloads.orders import LineRequest
from tests.fixtures.browser import AxeCheck
from tests.fixtures.waiting import eventually
from tests.web.screens import DESK, PHONE, Visitor, visitor
from tests.web.site import Site
from tests.web.stories import acted, submitted, task_of
from web.settlement import draw_up_statement

SIZES = pytest.mark.parametrize(("language", "width"), [("zh", PHONE), ("en", DESK)])

CHECK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:df="urn:dealerflow:bpmn:1"
    targetNamespace="urn:test">
  <bpmn:process id="store_check" name="Store check" isExecutable="true" df:labelZh="门店巡检" df:labelEn="Store check">
    <bpmn:startEvent id="begin"><bpmn:outgoing>one</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="look" name="Look" df:labelZh="巡检" df:labelEn="Look around" df:roles="sales_manager"
        df:form="nobody_drew_this"><bpmn:incoming>one</bpmn:incoming><bpmn:outgoing>two</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="done"><bpmn:incoming>two</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="one" sourceRef="begin" targetRef="look"/>
    <bpmn:sequenceFlow id="two" sourceRef="look" targetRef="done"/>
  </bpmn:process>
</bpmn:definitions>"""


async def seen(who: Visitor, site: Site, number: str, login: str, form: str, axe: AxeCheck) -> None:
    task = await task_of(site, number, login, form)
    await who.inspect(f"/inbox/{task.id}", axe)


async def drawn_up(site: Site) -> str:
    """Draw up a statement of dealer A over everything that the demo company has delivered to it."""
    today = business_date(utc_now())
    gateway, finance = site.app.state.gateway, await site.actor("finance")
    period = date(today.year - 1, 1, 1), today
    return (await draw_up_statement(site.database, gateway, "D001", *period, finance)).number


@SIZES
async def test_a_statement_from_check_to_payment(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    number = await drawn_up(live_site)
    async with (
        visitor(browser, live_site, address, "finance", language, width) as finance,
        visitor(browser, live_site, address, "dealer-a-owner", language, width) as owner,
    ):
        await seen(finance, live_site, number, "finance", "statement_check", axe)
        await acted(live_site, number, "finance", "statement_check", "approve")
        await seen(owner, live_site, number, "dealer-a-owner", "statement_confirm", axe)
        reason = "买贵了" if language == "zh" else "Too dear"
        await owner.page.locator("input[name=disputed]").first.check()
        await owner.page.locator("input[name=reason]").first.fill(reason)
        await owner.page.locator("button[value=dispute]").click()
        await seen(finance, live_site, number, "finance", "dispute_decision", axe)
        assert reason in await finance.page.locator("#task-form").inner_text()
        await seen(finance, live_site, number, "finance", "statement_sign_off", axe)
        await acted(live_site, number, "finance", "statement_sign_off", "sign_off")
        await seen(finance, live_site, number, "finance", "record_payment", axe)
        await finance.page.locator("button[value=record]").click()

        async def is_paid() -> bool:
            history = await (await live_site.visit("finance")).get("/inbox?tab=done")
            return history.text.count("recorded") > 0

        await eventually(is_paid)


@SIZES
async def test_a_shortage_says_what_is_missing(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    number = await submitted(live_site, (LineRequest("CL-4001", 9_000),))
    for approver in ("sales", "credit", "finance"):
        await acted(live_site, number, approver, "order_approval", "approve")
    async with visitor(browser, live_site, address, "warehouse", language, width) as warehouse:
        await seen(warehouse, live_site, number, "warehouse", "stock_shortage", axe)
        assert "CL-4001" in await warehouse.page.locator("#task-detail .alert-warning").inner_text()


@SIZES
async def test_a_form_that_nobody_drew_takes_names_and_values(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    gateway, ops = live_site.app.state.gateway, await live_site.actor("ops")
    saved = await gateway.save_template(CHECK.encode(), ops)
    await gateway.publish_template(saved.key, ops)
    key = f"CHECK-{language}-{live_site.app.state.settings.task_queue}"
    await gateway.start_instance(saved.key, key, {"shop": "West Lake", "visits": 3}, ops)
    async with visitor(browser, live_site, address, "sales", language, width) as sales:
        await seen(sales, live_site, key, "sales", "nobody_drew_this", axe)
        assert "West Lake" in await sales.page.locator("#task-form").inner_text()
        await sales.page.locator("details summary", has_text="流程" if language == "zh" else "process").click()
        await sales.page.locator("#key-0").fill("finding")
        await sales.page.locator("#value-0").fill("tidy")
        await sales.page.locator("button[value=complete]").click()
        await sales.page.locator("#toasts .toast-note").wait_for()
        page = await (await live_site.visit("ops")).get(f"/flows/instances/{key}")
        assert "tidy" in page.text
