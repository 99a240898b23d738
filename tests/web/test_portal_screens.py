"""Every screen of the portals in a browser: both languages, phone and desk."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.async_api import Browser

from models.clock import business_date, utc_now
from models.repositories import settlement, shipping
from tests.fixtures.browser import AxeCheck
from tests.web.screens import DESK, PHONE, visitor
from tests.web.site import Site
from tests.web.stories import acted, drafted, handed_over, submitted, task_of
from web.settlement import draw_up_statement

SIZES = pytest.mark.parametrize(("language", "width"), [("zh", DESK), ("zh", PHONE), ("en", DESK), ("en", PHONE)])


async def shipment_of(site: Site, number: str) -> str:
    async with site.database.reading() as session:
        return (await shipping.shipments_of_order(session, number))[-1].number


async def settled_statement(site: Site) -> str:
    """The statement that the demo company has settled."""
    async with site.database.reading() as session:
        return (await settlement.list_statements(session)).items[-1].number


async def statement_at_the_dealers(site: Site) -> str:
    """Draw up a statement and let finance check it."""
    today = business_date(utc_now())
    gateway, finance = site.app.state.gateway, await site.actor("finance")
    drawn = await draw_up_statement(site.database, gateway, "D001", date(today.year - 1, 1, 1), today, finance)
    await acted(site, drawn.number, "finance", "statement_check", "approve")
    await task_of(site, drawn.number, "dealer-a-owner", "statement_confirm")
    return drawn.number


@SIZES
async def test_the_dealers_screens(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    draft, returned, shipped = await drafted(live_site), await submitted(live_site), await submitted(live_site)
    await acted(live_site, returned, "sales", "order_approval", "return", comment="Full packs, please")
    await handed_over(live_site, shipped)
    await task_of(live_site, shipped, "dealer-a-buyer", "confirm_receipt")
    statement = await statement_at_the_dealers(live_site)
    async with visitor(browser, live_site, address, "dealer-a-buyer", language, width) as buyer:
        for path in (
            "/dealer",
            "/dealer/catalog",
            "/dealer/catalog?q=nothing",
            "/dealer/cart",
            "/dealer/orders",
            "/dealer/orders?q=nothing",
            f"/dealer/orders/{draft}",
            f"/dealer/orders/{draft}/edit",
            f"/dealer/orders/{returned}",
            f"/dealer/orders/{shipped}",
            f"/dealer/shipments/{await shipment_of(live_site, shipped)}/receipt",
            "/dealer/statements",
            f"/dealer/statements/{statement}",
            f"/dealer/statements/{await settled_statement(live_site)}",
        ):
            await buyer.inspect(path, axe)


@SIZES
async def test_the_manufacturers_screens(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    waiting, picking = await submitted(live_site), await submitted(live_site)
    await acted(live_site, picking, "sales", "order_approval", "approve")
    await task_of(live_site, picking, "warehouse", "pick_and_hand_over")
    async with visitor(browser, live_site, address, "sales", language, width) as sales:
        for path in (
            "/manufacturer",
            "/manufacturer/orders",
            f"/manufacturer/orders/{waiting}",
            f"/manufacturer/orders/{waiting}/terms",
            "/manufacturer/dealers",
            "/manufacturer/dealers/D012",
            "/manufacturer/dealers/D001/edit",
            "/manufacturer/dealers/new",
            "/manufacturer/products",
        ):
            await sales.inspect(path, axe)
    async with visitor(browser, live_site, address, "warehouse", language, width) as warehouse:
        for path in (
            "/manufacturer/dispatch",
            "/manufacturer/shipments",
            "/manufacturer/shipments?late=1",
            f"/manufacturer/shipments/{await shipment_of(live_site, picking)}",
            "/manufacturer/stock",
        ):
            await warehouse.inspect(path, axe)
    async with visitor(browser, live_site, address, "finance", language, width) as finance:
        for path in ("/manufacturer/statements", f"/manufacturer/statements/{await settled_statement(live_site)}"):
            await finance.inspect(path, axe)


@SIZES
async def test_the_stores_screens(
    browser: Browser, live_site: Site, address: str, axe: AxeCheck, language: str, width: int
) -> None:
    async with visitor(browser, live_site, address, "dealer-a-store", language, width) as store:
        for path in ("/store/products", "/store/products?q=nothing"):
            await store.inspect(path, axe)
