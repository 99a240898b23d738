"""The catalogue and the stock as the manufacturer sees them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from models.repositories import catalog, inventory
from models.rules.access import Action
from web.deps import PageDep, SessionDep, permit
from web.queries import ProductQuery
from web.render import render

router = APIRouter()

PAGE_SIZE = 25


@router.get("/products", name="manufacturer.products", dependencies=[Depends(permit(Action.VIEW_CATALOG))])
async def list_products(page: PageDep, session: SessionDep, wanted: Annotated[ProductQuery, Query()]) -> Response:
    found = await catalog.search_products(session, wanted.q, wanted.category, wanted.after, PAGE_SIZE, True)
    return render(
        page,
        "manufacturer/products.html",
        "manufacturer/_products.html",
        products=found,
        wanted=wanted,
        categories=await catalog.list_categories(session),
    )


@router.get("/stock", name="manufacturer.stock", dependencies=[Depends(permit(Action.VIEW_STOCK))])
async def list_stock(page: PageDep, session: SessionDep, wanted: Annotated[ProductQuery, Query()]) -> Response:
    found = await catalog.search_products(session, wanted.q, wanted.category, wanted.after, PAGE_SIZE, True)
    return render(
        page,
        "manufacturer/stock.html",
        "manufacturer/_stock.html",
        products=found,
        levels=await inventory.stock_levels(session, [product.sku for product in found.items]),
        wanted=wanted,
        categories=await catalog.list_categories(session),
    )
