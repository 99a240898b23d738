"""Products and stock as the manufacturer's staff reads them."""

from __future__ import annotations

from models.payloads.catalog import ProductData
from models.repositories.catalog import save_product
from tests.web.site import HTMX, Site


async def test_the_list_tells_what_is_no_longer_sold(site: Site) -> None:
    async with site.database.writing() as session:
        await save_product(session, ProductData("XX-9", "旧款", "Old model", "kitchen", 100, is_active=False))
    page = (await (await site.visit("sales")).get("/manufacturer/products", params={"q": "XX-9"})).text
    assert "Old model" in page
    assert "No longer sold" in page


async def test_products_are_searched_as_one_types(site: Site) -> None:
    sales = await site.visit("sales")
    part = (await sales.get("/manufacturer/products?q=CL-4001&category=", headers=HTMX)).text
    assert "CL-4001" in part
    assert "<html" not in part
    assert "No product matches" in (await sales.get("/manufacturer/products", params={"q": "nothing"})).text


async def test_stock_shows_what_can_still_be_promised(site: Site) -> None:
    warehouse = await site.visit("warehouse")
    page = (await warehouse.get("/manufacturer/stock", params={"q": "KA-1001"})).text
    assert "WH-01" in page
    assert "KA-1001" in page
    assert "Nothing in stock matches" in (await warehouse.get("/manufacturer/stock", params={"q": "nothing"})).text
