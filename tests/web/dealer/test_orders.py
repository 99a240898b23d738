"""A dealer's list of orders."""

from __future__ import annotations

from models.repositories import orders
from tests.web.site import HTMX, Site
from tests.web.stories import drafted

BUYER = "dealer-a-buyer"


async def test_the_list_shows_the_own_orders_only(site: Site) -> None:
    own, foreign = await drafted(site), await drafted(site, buyer="dealer-b-buyer")
    page = (await (await site.visit(BUYER)).get("/dealer/orders")).text
    assert own in page
    assert foreign not in page


async def test_an_order_is_found_by_its_number_or_the_own_number(site: Site) -> None:
    number, other = await drafted(site), await drafted(site)
    async with site.database.writing() as session:
        await orders.set_note(session, number, "", "PO-2026-88", "D001")
    dealer = await site.visit(BUYER)
    for text in (number[-6:], "po-2026-88"):
        page = (await dealer.get("/dealer/orders", params={"q": text}, headers=HTMX)).text
        assert number in page
        assert other not in page


async def test_the_list_is_narrowed_by_state_and_counts_each(site: Site) -> None:
    number = await drafted(site)
    dealer = await site.visit(BUYER)
    page = (await dealer.get("/dealer/orders", params={"status": "completed", "q": ""})).text
    assert number not in page
    assert "Completed (" in page
    assert (await dealer.get("/dealer/orders", params={"status": "no-such-state"})).status_code == 422


async def test_older_orders_follow_on_demand(site: Site) -> None:
    numbers = [await drafted(site) for _ in range(26)]
    dealer = await site.visit(BUYER)
    first = (await dealer.get("/dealer/orders?q=&status=draft", headers=HTMX)).text
    assert numbers[-1] in first
    assert numbers[0] not in first
    address = first.partition('hx-get="/dealer/orders?')[2].partition('"')[0].replace("&amp;", "&")
    more = (await dealer.get(f"/dealer/orders?{address}", headers=HTMX)).text
    assert numbers[0] in more
    assert numbers[-1] not in more
    assert "<table" not in more


async def test_a_search_without_a_match_says_what_to_do_next(site: Site) -> None:
    page = (await (await site.visit(BUYER)).get("/dealer/orders", params={"q": "SO-1999"})).text
    assert "No order matches" in page
    assert "Show all orders" in page


async def test_a_dealer_without_orders_is_led_to_the_catalogue(site: Site) -> None:
    async with site.database.writing() as session:
        await orders.clear_cart(session, (await site.user(BUYER)).id)
    page = (
        await (await site.visit(BUYER, "zh")).get("/dealer/orders", params={"status": "rejected", "q": "没有"})
    ).text
    assert "没有匹配的订单" in page
