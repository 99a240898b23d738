"""Products: search, pages and changes."""

import dataclasses

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.catalog import CategoryView, ProductData
from models.repositories import catalog
from models.repositories.pages import BadCursor
from tests.fixtures.company import COOKER, KETTLE, OLD_FAN, PRODUCTS, WOK


@pytest.mark.parametrize(
    ("text", "category", "skus"),
    [
        ("", None, [WOK, COOKER, KETTLE]),
        ("电", None, [COOKER, KETTLE]),
        ("cooker RICE", None, [COOKER]),
        ("ka-10", None, [COOKER]),
        ("", "cookware", [WOK]),
        ("kettle", "cookware", []),
        ("%", None, []),
        ("_", None, []),
        ("1.7l", None, [KETTLE]),
    ],
)
async def test_every_word_must_be_found(
    company: AsyncSession, text: str, category: str | None, skus: list[str]
) -> None:
    page = await catalog.search_products(company, text, category)
    assert [product.sku for product in page.items] == skus


async def test_inactive_products_are_shown_on_request(company: AsyncSession) -> None:
    page = await catalog.search_products(company, include_inactive=True)
    assert OLD_FAN in {product.sku for product in page.items}


async def test_pages_neither_repeat_nor_skip_when_products_come_in_between(company: AsyncSession) -> None:
    first = await catalog.search_products(company, limit=2)
    await catalog.save_product(company, ProductData("AA-0001", "新品", "New", "kitchen", 100))
    await catalog.save_product(company, ProductData("ZZ-0001", "新品", "New", "kitchen", 100))
    second = await catalog.search_products(company, after=first.next_cursor, limit=2)
    assert [product.sku for product in (*first.items, *second.items)] == [WOK, COOKER, KETTLE, "ZZ-0001"]
    assert second.next_cursor is None


async def test_a_foreign_cursor_is_refused(company: AsyncSession) -> None:
    with pytest.raises(BadCursor):
        await catalog.search_products(company, after="nonsense")


async def test_products_are_read_by_sku_and_unknown_ones_left_out(company: AsyncSession) -> None:
    found = await catalog.products_by_sku(company, [COOKER, OLD_FAN, "NIX", COOKER])
    assert set(found) == {COOKER, OLD_FAN}
    assert found[COOKER].category == CategoryView("kitchen", "厨房电器", "Kitchen appliances")
    assert await catalog.products_by_sku(company, []) == {}


async def test_saving_a_known_sku_changes_the_product_and_its_search(company: AsyncSession) -> None:
    before = await catalog.find_product(company, COOKER)
    changed = dataclasses.replace(PRODUCTS[0], name_en="Multi cooker", list_price_fen=1, category="cookware")
    after = await catalog.save_product(company, changed)
    assert before is not None
    assert (after.id, after.list_price_fen, after.category.code) == (before.id, 1, "cookware")
    assert [product.sku for product in (await catalog.search_products(company, "multi")).items] == [COOKER]
    assert not (await catalog.search_products(company, "rice")).items


async def test_a_product_of_an_unknown_category_is_refused(company: AsyncSession) -> None:
    with pytest.raises(catalog.UnknownCategory):
        await catalog.save_product(company, dataclasses.replace(PRODUCTS[0], category="nix"))


async def test_categories_are_listed_and_renamed(company: AsyncSession) -> None:
    await catalog.save_category(company, CategoryView("cookware", "锅", "Pots"))
    assert await catalog.list_categories(company) == (
        CategoryView("cookware", "锅", "Pots"),
        CategoryView("kitchen", "厨房电器", "Kitchen appliances"),
    )
