"""Product information for a store."""

from __future__ import annotations

from tests.web.site import HTMX, Site

STORE = "dealer-a-store"


async def test_a_store_reads_what_its_dealer_can_supply_without_prices(site: Site) -> None:
    page = (await (await site.visit(STORE)).get("/store/products", params={"q": "KA-1001"})).text
    assert "Qingchuan Appliances (Demo A)" in page
    assert "KA-1001" in page
    assert "¥" not in page


async def test_a_store_searches_as_it_types(site: Site) -> None:
    store = await site.visit(STORE, "zh")
    part = (await store.get("/store/products?q=吸尘器&category=", headers=HTMX)).text
    assert "CL-4001" in part
    assert "<html" not in part
    assert "没有匹配的商品" in (await store.get("/store/products", params={"q": "没有"})).text
