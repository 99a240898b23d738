"""Every screen of the foundation, inbox and operations in a browser: both languages, phone and desk."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.fixtures.browser import AxeCheck
from tests.web.flows.test_instances import raised_incident
from tests.web.screens import DESK, PHONE, visitor
from tests.web.site import Site
from tests.web.stories import acted, handed_over, submitted, task_of

SIZES = pytest.mark.parametrize(("language", "width"), [("zh", DESK), ("zh", PHONE), ("en", DESK), ("en", PHONE)])


@SIZES
async def test_signing_in_and_the_account(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    async with visitor(browser, live_site, address, "", language, width) as stranger:
        await stranger.inspect("/login", axe)
    async with visitor(browser, live_site, address, "sales", language, width) as sales:
        for path in ("/account", "/patterns"):
            await sales.inspect(path, axe)


@SIZES
async def test_the_inbox_with_every_form_on_the_way_of_an_order(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    number, waiting = await submitted(live_site), await submitted(live_site)
    await acted(live_site, waiting, "sales", "order_approval", "return", comment="Fewer, please")
    approval = await task_of(live_site, number, "sales", "order_approval")
    revision = await task_of(live_site, waiting, "dealer-a-buyer", "order_revision")
    async with visitor(browser, live_site, address, "sales", language, width) as sales:
        for path in ("/inbox", "/inbox?tab=done", f"/inbox/{approval.id}"):
            await sales.inspect(path, axe)
    await acted(live_site, number, "sales", "order_approval", "approve")
    picking = await task_of(live_site, number, "warehouse", "pick_and_hand_over")
    async with visitor(browser, live_site, address, "warehouse", language, width) as warehouse:
        await warehouse.inspect(f"/inbox/{picking.id}", axe)
    data = {"carrier": "SUDA", "waybill": "W1"}
    await acted(live_site, number, "warehouse", "pick_and_hand_over", "hand_over", data=data)
    receipt = await task_of(live_site, number, "dealer-a-buyer", "confirm_receipt")
    async with visitor(browser, live_site, address, "dealer-a-buyer", language, width) as buyer:
        for task in (revision, receipt):
            await buyer.inspect(f"/inbox/{task.id}", axe)
    lines = {"lines": [{"line_no": 1, "received": 1, "damaged": 0}]}
    await acted(live_site, number, "dealer-a-buyer", "confirm_receipt", "confirm", data=lines)
    claim = await task_of(live_site, number, "sales", "claim_decision")
    async with visitor(browser, live_site, address, "sales", language, width) as sales:
        await sales.inspect(f"/inbox/{claim.id}", axe)


@SIZES
async def test_the_screens_of_operations(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    _number, incident = await raised_incident(live_site)
    running = await submitted(live_site)
    await handed_over(live_site, running)
    async with visitor(browser, live_site, address, "ops", language, width) as ops:
        for path in (
            "/flows/instances",
            "/flows/instances?text=nothing",
            f"/flows/instances/{incident.instance_id}",
            f"/flows/instances/{running}",
            "/flows/incidents",
            "/flows/incidents?status=resolved",
            "/flows/templates",
            "/flows/templates/settlement_sign_off",
        ):
            await ops.inspect(path, axe)
