"""An order as its people live it: four browsers, one order, nobody reloads a page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect
from temporalio.testing import WorkflowEnvironment

from models.db import Database
from models.repositories import access
from models.settings import Settings
from tests.fixtures.browser import PATIENCE_MS
from tests.fixtures.company import PASSWORD, found_company
from tests.scenarios.house import House
from tests.web.conftest import served
from web.app import create_app

DESK, PHONE = (1440, 900), (375, 812)


class Office:
    """Where everybody works: each with a browser of one's own."""

    def __init__(self, house: House, browser: Browser, address: str) -> None:
        self.house = house
        self.address = address
        self._browser = browser

    @asynccontextmanager
    async def sitting(self, login: str, size: tuple[int, int] = DESK) -> AsyncIterator[Page]:
        """Sign in at a fresh browser."""
        viewport = ViewportSize(width=size[0], height=size[1])
        context = await self._browser.new_context(locale="zh-CN", viewport=viewport, timezone_id="Asia/Shanghai")
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        await page.goto(f"{self.address}/login")
        await page.locator("[name=login]").fill(login)
        await page.locator("[name=password]").fill(PASSWORD)
        await page.locator("[name=password]").press("Enter")
        await expect(page.locator(".content h1").first).to_be_visible()
        yield page
        await context.close()


@pytest.fixture
async def office(
    temporal: WorkflowEnvironment, sqlite_database: Database, browser: Browser, tmp_path: Path
) -> AsyncIterator[Office]:
    expect.set_options(timeout=PATIENCE_MS)
    async with sqlite_database.writing() as session:
        await found_company(session, access.hash_password(PASSWORD))
    async with House.open(temporal.client, sqlite_database) as house:
        app = create_app(Settings(home=tmp_path), sqlite_database, house.gateway)
        async with served(app) as address:
            yield Office(house, browser, address)


async def fill_and_submit_the_cart(page: Page, address: str) -> str:
    """Search as one types, put the product into the cart, submit; returns the order's number."""
    await page.goto(f"{address}/dealer/catalog")
    await page.get_by_role("searchbox").press_sequentially("炒锅")
    await expect(page.get_by_role("row")).to_have_count(2)
    row = page.get_by_role("row", name=re.compile("不粘炒锅"))
    await row.get_by_role("button", name=re.compile("^加入")).click()
    await expect(row.get_by_text("购物车已有 2")).to_be_visible()
    await page.goto(f"{address}/dealer/cart")
    await page.get_by_label("贵方订单号").fill("PO-2026-001")
    await page.get_by_role("button", name="提交订单").click()
    await page.wait_for_url(re.compile(r"/dealer/orders/SO-"))
    return page.url.rpartition("/")[2]


async def approve_in_the_inbox(page: Page, address: str, number: str) -> None:
    """On the phone: open the task, read the order beside it, approve."""
    await page.goto(f"{address}/inbox")
    await page.locator("[data-task-link]", has_text=number).click()
    await expect(page.get_by_text("不粘炒锅").first).to_be_visible()
    await page.get_by_role("button", name="同意", exact=True).click()
    await expect(page.locator("[data-task-link]", has_text=number)).to_have_count(0)


async def hand_over(page: Page, number: str) -> None:
    """The board shows the new shipment by itself; hand it over."""
    card = page.locator(".board-card", has_text=number)
    await card.get_by_role("link", name=re.compile("^DN-")).click()
    await page.get_by_label("承运商").select_option("SUDA")
    await page.get_by_label("运单号").fill("SD-20260001")
    await page.get_by_role("button", name="交承运商").click()
    await expect(page.get_by_text("SD-20260001").first).to_be_visible()


async def token_is_at(page: Page, place: str) -> None:
    """The diagram says in words and by a token where the order waits."""
    await expect(page.locator(".diagram-legend")).to_contain_text(place)
    await expect(page.locator(".bpmn-token")).to_have_count(1)


async def test_an_order_from_the_catalogue_to_the_confirmed_receipt(office: Office) -> None:
    address = office.address
    async with (
        office.sitting("dealer-a-buyer") as buyer,
        office.sitting("warehouse") as warehouse,
        office.sitting("sales", PHONE) as sales,
    ):
        await warehouse.goto(f"{address}/manufacturer/dispatch")
        number = await fill_and_submit_the_cart(buyer, address)
        await expect(buyer.locator(".state-line")).to_contain_text("待审批")
        await token_is_at(buyer, "订单审批")

        await approve_in_the_inbox(sales, address, number)
        await expect(buyer.locator(".state-line")).to_contain_text("发货中")
        await token_is_at(buyer, "发货")

        await hand_over(warehouse, number)
        await expect(buyer.locator(".state-line")).to_contain_text("运输中")
        await expect(buyer.get_by_text("SD-20260001")).to_be_visible()
        await token_is_at(buyer, "收货确认")

        await buyer.get_by_role("link", name="确认收货").click()
        await buyer.get_by_role("button", name="确认收货").click()
        await buyer.wait_for_url(f"{address}/dealer/orders/{number}")
        await expect(buyer.locator(".state-line")).to_contain_text("已完成")
        await expect(buyer.locator("#timeline li")).to_have_count(7)
        await expect(buyer.locator(".bpmn-token")).to_have_count(0)
    assert await office.house.outcome(number) == "completed"
    assert await office.house.stock("CW-2001") == (998, 0)


async def test_the_called_process_is_shown_where_its_own_token_waits(office: Office) -> None:
    number = await office.house.submit([("KA-1001", 2)])
    async with office.sitting("dealer-a-owner", PHONE) as owner:
        await owner.goto(f"{office.address}/dealer/orders/{number}")
        await token_is_at(owner, "订单审批")
        await owner.locator(".diagram-box .tabs a", has_text="订单审批").click()
        await token_is_at(owner, "销售经理审批")


async def test_a_remark_reaches_the_other_side_while_both_look_and_typing_is_kept(office: Office) -> None:
    number = await office.house.submit([("KA-1001", 2)])
    async with office.sitting("dealer-a-owner") as owner, office.sitting("sales") as sales:
        await owner.goto(f"{office.address}/dealer/orders/{number}")
        await sales.goto(f"{office.address}/manufacturer/orders/{number}")
        await owner.locator("#comment-text").fill("请周五前送到")
        await sales.locator("#comment-text").fill("毛利太低")
        await sales.get_by_role("button", name="发送").click()
        await expect(sales.locator("#timeline")).to_contain_text("毛利太低")
        await sales.locator("#comment-text").fill("周四发出")
        await sales.get_by_label("内部备注，经销商不可见").uncheck()
        await sales.get_by_role("button", name="发送").click()
        await expect(owner.locator("#timeline")).to_contain_text("周四发出")
        await expect(owner.locator("#comment-text")).to_have_value("请周五前送到")
        assert "毛利太低" not in await owner.content()
        await owner.get_by_role("button", name="发送").click()
        await expect(sales.locator("#timeline")).to_contain_text("请周五前送到")
