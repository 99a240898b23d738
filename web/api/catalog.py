"""`/products`."""

from __future__ import annotations

from fastapi import Depends

from models.payloads.catalog import ProductView
from models.repositories import catalog, inventory
from models.rules.access import Action, may
from web.api.caller import Caller, allow
from web.api.payloads.catalog import ProductItem
from web.api.payloads.fields import After, Filter, Limit, Listing
from web.api.routing import api_router
from web.deps import SessionDep

router = api_router("/products", tags=["catalogue"], dependencies=[Depends(allow(Action.VIEW_CATALOG))])


@router.get("")
async def list_products(
    session: SessionDep,
    caller: Caller,
    search: Filter = None,
    category: Filter = None,
    after: After = None,
    limit: Limit = 50,
) -> Listing[ProductItem]:
    """List what can be ordered, by SKU; every word of `search` must be found in SKU or name."""
    page = await catalog.search_products(session, search or "", category, after, limit)
    stock: dict[int, int] = {}
    if may(caller.actor, Action.VIEW_STOCK):
        stock = await inventory.available(session, [product.id for product in page.items])
    items = [_item(product, stock.get(product.id)) for product in page.items]
    return Listing(items=items, next=page.next_cursor)


def _item(product: ProductView, available: int | None) -> ProductItem:
    return ProductItem(
        sku=product.sku,
        name_zh=product.name_zh,
        name_en=product.name_en,
        category=product.category.code,
        unit_zh=product.unit_zh,
        unit_en=product.unit_en,
        list_price_fen=product.list_price_fen,
        minimum_quantity=product.minimum_quantity,
        pack_size=product.pack_size,
        available=available,
    )
