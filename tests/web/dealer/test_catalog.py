"""What a dealer can order, and how it is found."""

from __future__ import annotations

import pytest

from tests.web.site import HTMX, Site
from web.dealer.catalog import Supply, judge_supply


async def test_a_dealer_finds_products_by_part_of_the_name_in_either_language(site: Site) -> None:
    dealer = await site.visit("dealer-a-buyer")
    for words in ("rice cooker 4", "电饭煲 4L", "ka-1001"):
        page = await dealer.get("/dealer/catalog", params={"q": words})
        assert "KA-1001" in page.text
        assert "CL-4001" not in page.text


async def test_typing_refreshes_only_the_list(site: Site) -> None:
    dealer = await site.visit("dealer-a-buyer")
    part = await dealer.get("/dealer/catalog?q=KA-1001&category=", headers=HTMX)
    assert "KA-1001" in part.text
    assert "<html" not in part.text


async def test_a_category_narrows_the_list(site: Site) -> None:
    dealer = await site.visit("dealer-a-buyer")
    page = await dealer.get("/dealer/catalog", params={"category": "cleaning"})
    assert "CL-4001" in page.text
    assert "KA-1001" not in page.text


async def test_more_products_follow_the_ones_that_are_shown(site: Site) -> None:
    dealer = await site.visit("dealer-a-buyer")
    first = await dealer.get("/dealer/catalog", headers=HTMX)
    address = first.text.partition('hx-get="/dealer/catalog?')[2].partition('"')[0].replace("&amp;", "&")
    second = await dealer.get(f"/dealer/catalog?{address}", headers=HTMX)
    assert second.status_code == 200
    assert "<table" not in second.text
    assert "<tr>" in second.text
    assert "CL-4001" in first.text
    assert "CL-4001" not in second.text


async def test_a_search_without_a_match_says_what_to_do_next(site: Site) -> None:
    dealer = await site.visit("dealer-a-buyer")
    page = await dealer.get("/dealer/catalog", params={"q": "no such thing"})
    assert "No product matches" in page.text
    assert "Show everything" in page.text


async def test_the_catalogue_tells_price_pack_minimum_and_stock(site: Site) -> None:
    dealer = await site.visit("dealer-a-buyer", "zh")
    page = await dealer.get("/dealer/catalog", params={"q": "CL-4060"})
    assert "¥49.00" in page.text
    assert "每包 12" in page.text
    assert "24 起订" in page.text
    assert "有货" in page.text
    assert 'min="24" step="12"' in page.text


async def test_a_cursor_of_another_list_is_refused(site: Site) -> None:
    dealer = await site.visit("dealer-a-buyer")
    assert (await dealer.get("/dealer/catalog", params={"after": "nonsense"})).status_code == 422


@pytest.mark.parametrize(
    ("available", "minimum", "supply"),
    [(0, 1, Supply.NONE), (5, 6, Supply.NONE), (6, 6, Supply.LOW), (59, 6, Supply.LOW), (60, 6, Supply.PLENTY)],
)
def test_stock_is_hinted_at_by_what_could_be_ordered(available: int, minimum: int, supply: Supply) -> None:
    assert judge_supply(available, minimum) is supply
