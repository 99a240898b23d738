"""Products: found by text and category, read by SKU, kept by import or by hand."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.payloads.catalog import CategoryView, ProductData, ProductView
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, decode_cursor, page_of
from models.repositories.upserts import insert_or_update
from models.rules.catalog import search_text, search_words
from models.tables.catalog import Category, Product

ProductRow = Row[Product, Category]


class UnknownCategory(ValueError):
    """A product names a category that does not exist."""


async def search_products(
    session: AsyncSession,
    text: str = "",
    category: str | None = None,
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
    include_inactive: bool = False,
) -> Page[ProductView]:
    """List products by SKU in which every word of `text` is found, of one category or of all."""
    query = _products().order_by(col(Product.sku)).limit(bounded(limit) + 1)
    for word in search_words(text):
        query = query.where(col(Product.search_text).contains(word, autoescape=True))
    if category:
        query = query.where(col(Category.code) == category)
    if not include_inactive:
        query = query.where(col(Product.is_active).is_(True))
    if after:
        query = query.where(col(Product.sku) > decode_cursor(after, str)[0])
    rows = (await session.execute(query)).all()
    return page_of(rows, limit, _product_view, lambda row: (row[0].sku,))


async def products_by_sku(session: AsyncSession, skus: Iterable[str]) -> dict[str, ProductView]:
    """Read the products of these SKUs, inactive ones too; unknown SKUs are left out."""
    rows = (await session.execute(_products().where(col(Product.sku).in_(set(skus))))).all()
    return {row[0].sku: _product_view(row) for row in rows}


async def find_product(session: AsyncSession, sku: str) -> ProductView | None:
    return (await products_by_sku(session, (sku,))).get(sku)


async def list_categories(session: AsyncSession) -> tuple[CategoryView, ...]:
    """List all categories in the order of their codes."""
    rows = (await session.scalars(select(Category).order_by(col(Category.code)))).all()
    return tuple(_category_view(row) for row in rows)


async def save_category(session: AsyncSession, category: CategoryView) -> None:
    """Create a category, or rename the one with this code."""
    values = {"code": category.code, "name_zh": category.name_zh, "name_en": category.name_en}
    await insert_or_update(session, Category, values, ("code",))


async def save_product(session: AsyncSession, product: ProductData) -> ProductView:
    """Create a product, or change the one with this SKU; orders keep what they agreed. Raises UnknownCategory."""
    category_id = await session.scalar(select(col(Category.id)).where(col(Category.code) == product.category))
    if category_id is None:
        raise UnknownCategory(product.category)
    values = {
        "sku": product.sku,
        "name_zh": product.name_zh,
        "name_en": product.name_en,
        "search_text": search_text(product.sku, product.name_zh, product.name_en),
        "category_id": category_id,
        "unit_zh": product.unit_zh,
        "unit_en": product.unit_en,
        "list_price_fen": product.list_price_fen,
        "minimum_quantity": product.minimum_quantity,
        "pack_size": product.pack_size,
        "is_active": product.is_active,
    }
    await insert_or_update(session, Product, values, ("sku",))
    saved = await find_product(session, product.sku)
    assert saved is not None
    return saved


def _products() -> Select[Product, Category]:
    query = select(Product, Category).join(Category, col(Category.id) == col(Product.category_id))
    return query.execution_options(populate_existing=True)


def _product_view(row: ProductRow) -> ProductView:
    """See a product and its category as screens do."""
    product, category = row
    assert product.id is not None
    return ProductView(
        id=product.id,
        sku=product.sku,
        name_zh=product.name_zh,
        name_en=product.name_en,
        category=_category_view(category),
        unit_zh=product.unit_zh,
        unit_en=product.unit_en,
        list_price_fen=product.list_price_fen,
        minimum_quantity=product.minimum_quantity,
        pack_size=product.pack_size,
        is_active=product.is_active,
    )


def _category_view(row: Category) -> CategoryView:
    return CategoryView(row.code, row.name_zh, row.name_en)
