"""What people do in a browser: clear an inbox, hear of each other at once, work by keyboard, and without scripts."""

from __future__ import annotations

import re
import time

from playwright.async_api import Browser, expect

from models.repositories import processes
from tests.web.screens import PHONE, visitor
from tests.web.site import Site
from tests.web.stories import acted, submitted, task_of


async def test_an_approver_clears_the_inbox_without_leaving_it(browser: Browser, live_site: Site, address: str) -> None:
    numbers = [await submitted(live_site) for _ in range(3)]
    tasks = [await task_of(live_site, number, "sales", "order_approval") for number in numbers]
    async with visitor(browser, live_site, address, "sales", "zh") as sales:
        page = await sales.open("/inbox")
        await expect(page.locator(".side-nav .count")).to_have_text("3")
        for number, following in zip(numbers, [*tasks[1:], None], strict=True):
            await expect(page.locator("#task-detail")).to_contain_text(number)
            await page.get_by_role("button", name="同意").click()
            await expect(page.locator("#toasts")).to_contain_text(f"{number} 已同意")
            if following is not None:
                await expect(page).to_have_url(re.compile(rf"/inbox/{following.id}$"))
                current = page.locator(f"[data-task='{following.id}']").and_(page.locator("[aria-current=true]"))
                await expect(current).to_be_visible()
        await expect(page.locator("#task-list")).to_contain_text("全部处理完毕")
        await expect(page.locator(".side-nav .count")).to_have_count(0)
        assert sales.complaints == []


async def test_a_reason_is_asked_for_and_what_was_typed_stays(browser: Browser, live_site: Site, address: str) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    async with visitor(browser, live_site, address, "sales") as sales:
        page = await sales.open("/inbox")
        await page.get_by_role("button", name="Reject").click()
        await expect(page.get_by_role("alert")).to_contain_text("Please say why")
        await page.get_by_label("Comment", exact=True).fill("Too large for this season")
        await page.get_by_role("button", name="Reject").click()
        await expect(page.locator("#toasts")).to_contain_text(f"{number}: rejected.")


async def test_the_keyboard_alone_is_enough(browser: Browser, live_site: Site, address: str) -> None:
    numbers = [await submitted(live_site) for _ in range(2)]
    tasks = [await task_of(live_site, number, "sales", "order_approval") for number in numbers]
    async with visitor(browser, live_site, address, "sales") as sales:
        page = await sales.open("/inbox")
        await page.keyboard.press("j")
        await expect(page.locator("#task-detail")).to_have_attribute("data-task", str(tasks[1].id))
        await page.keyboard.press("k")
        await expect(page.locator("#task-detail")).to_have_attribute("data-task", str(tasks[0].id))
        await page.keyboard.press("c")
        await expect(page.locator("#task-state")).to_contain_text("You have claimed this task")
        await page.keyboard.press("a")
        await expect(page.get_by_role("button", name="Approve")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#task-detail")).to_have_attribute("data-task", str(tasks[1].id))
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement !== document.body")


async def test_a_skip_link_and_every_entry_are_reached_by_tabbing(
    browser: Browser, live_site: Site, address: str
) -> None:
    async with visitor(browser, live_site, address, "sales") as sales:
        page = await sales.open("/inbox")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        reached = set()
        for _ in range(14):
            await page.keyboard.press("Tab")
            reached.add(await page.evaluate("document.activeElement.getAttribute('href')"))
        assert {"/inbox", "/manufacturer/orders", "/account"} <= reached


async def test_a_new_task_shows_by_itself_within_two_seconds(browser: Browser, live_site: Site, address: str) -> None:
    async with visitor(browser, live_site, address, "sales") as sales:
        page = await sales.open("/inbox")
        await expect(page.locator("#task-list")).to_contain_text("All clear")
        number = await submitted(live_site)
        await task_of(live_site, number, "sales", "order_approval")
        began = time.monotonic()
        await expect(page.locator("#task-list")).to_contain_text(number)
        await expect(page.locator(".side-nav .count")).to_have_text("1")
        assert time.monotonic() - began < 2


async def test_who_was_slower_reads_who_did_it_and_keeps_the_page(
    browser: Browser, live_site: Site, address: str
) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    async with visitor(browser, live_site, address, "sales") as sales:
        page = await sales.open("/inbox")
        await page.get_by_label("Comment", exact=True).fill("I was about to say")
        await acted(live_site, number, "sales", "order_approval", "approve")
        await expect(page.locator("#task-state")).to_contain_text("Sales Manager: approved")
        await expect(page.get_by_role("button", name="Approve")).to_have_count(0)


async def test_typing_is_not_disturbed_by_what_others_do(browser: Browser, live_site: Site, address: str) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    async with visitor(browser, live_site, address, "sales") as sales:
        page = await sales.open("/inbox")
        comment = page.get_by_label("Comment", exact=True)
        await comment.fill("Half a sen")
        other = await submitted(live_site)
        await task_of(live_site, other, "sales", "order_approval")
        await expect(page.locator("#task-list")).to_contain_text(other)
        await expect(comment).to_have_value("Half a sen")
        await expect(comment).to_be_focused()


async def test_the_token_moves_on_the_diagram_by_itself(browser: Browser, live_site: Site, address: str) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    async with visitor(browser, live_site, address, "ops", "zh") as ops:
        page = await ops.open(f"/flows/instances/{number}")
        await expect(page.locator("[data-element-id=approval_call].is-active")).to_have_count(1)
        await expect(page.locator(".bpmn-token")).to_have_count(1)
        await expect(page.locator(".bjs-powered-by")).to_be_visible()
        await expect(page.locator("[data-element-id=approval_call] text")).to_contain_text("订单审批")
        await acted(live_site, number, "sales", "order_approval", "approve")
        await expect(page.locator("[data-element-id=dispatch_call].is-active")).to_have_count(1)
        await expect(page.locator("[data-element-id=approval_call].is-completed")).to_have_count(1)
        assert ops.complaints == []


async def test_cancelling_an_instance_asks_once(browser: Browser, live_site: Site, address: str) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    async with visitor(browser, live_site, address, "ops") as ops:
        page = await ops.open(f"/flows/instances/{number}")
        await page.locator("summary", has_text="Cancel the instance").click()
        await page.locator("#cancel-reason").fill("Placed twice")
        await page.locator("#cancel-form").get_by_role("button").click()
        await expect(page.locator("#ask")).to_be_visible()
        await page.get_by_role("button", name="Not now").click()
        async with live_site.database.reading() as session:
            instance = await processes.find_row(session, number)
        assert instance is not None
        assert instance.status == "running"
        await page.locator("#cancel-form").get_by_role("button").click()
        await page.get_by_role("button", name="Yes, cancel it").click()
        await expect(page.locator("#toasts")).to_contain_text("is being cancelled")
        await expect(page.locator(".page-actions")).to_contain_text("Cancelled")


async def test_a_demo_account_signs_in_with_two_clicks(browser: Browser, live_site: Site, address: str) -> None:
    async with visitor(browser, live_site, address, "") as stranger:
        page = await stranger.open("/login?next=/account")
        await page.get_by_role("button", name="warehouse").click()
        await page.get_by_role("button", name="Sign in").click()
        await expect(page).to_have_url(f"{address}/account")
        await page.get_by_role("button", name="简体中文").first.click()
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await page.get_by_role("button", name="退出登录").first.click()
        await expect(page.locator("#toasts")).to_contain_text("您已退出登录")


async def test_on_the_phone_list_and_task_take_turns(browser: Browser, live_site: Site, address: str) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    async with visitor(browser, live_site, address, "sales", "zh", PHONE) as sales:
        page = await sales.open("/inbox")
        await expect(page.locator("#task-detail")).to_be_hidden()
        await page.locator(".task-row").first.tap()
        await expect(page.locator("#task-list")).to_be_hidden()
        await expect(page.get_by_role("button", name="同意")).to_be_in_viewport()
        await page.get_by_role("link", name="返回列表").tap()
        await expect(page.locator("#task-list")).to_be_visible()


async def test_without_scripts_an_order_is_approved_all_the_same(
    browser: Browser, live_site: Site, address: str
) -> None:
    number = await submitted(live_site)
    task = await task_of(live_site, number, "sales", "order_approval")
    context = await browser.new_context(java_script_enabled=False, locale="en-GB")
    name, value = await live_site.session_cookie("sales")
    await context.add_cookies([{"name": name, "value": value, "url": address}])
    page = await context.new_page()
    await page.goto(f"{address}/inbox/{task.id}")
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator("#toasts")).to_contain_text(f"{number}: approved.")
    await context.close()


async def test_a_page_in_the_background_catches_up_when_it_comes_back(
    browser: Browser, live_site: Site, address: str
) -> None:
    async with visitor(browser, live_site, address, "sales") as sales:
        page = await sales.open("/inbox")
        await page.context.set_offline(True)
        number = await submitted(live_site)
        await task_of(live_site, number, "sales", "order_approval")
        live_site.app.state.broadcast.close()
        await page.context.set_offline(False)
        await expect(page.locator("#task-list")).to_contain_text(number)
