"""What a dealer can order, found as one types."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Response

from models.repositories import catalog, inventory, orders
from models.rules.catalog import nearest_quantity
from web.deps import CurrentUser, PageDep, SessionDep
from web.queries import ProductQuery
from web.render import render

router = APIRouter()

PAGE_SIZE = 24
PLENTY = 10
"""So many times the smallest order in stock are called plenty."""


class Supply(StrEnum):
    PLENTY = "plenty"
    LOW = "low"
    NONE = "none"


def judge_supply(available: int, minimum: int) -> Supply:
    """Hint at what could be promised today, without giving away the exact stock."""
    if available < minimum:
        return Supply.NONE
    return Supply.PLENTY if available >= minimum * PLENTY else Supply.LOW


@router.get("/catalog", name="dealer.catalog")
async def show_catalog(
    page: PageDep, viewer: CurrentUser, session: SessionDep, wanted: Annotated[ProductQuery, Query()]
) -> Response:
    found = await catalog.search_products(session, wanted.q, wanted.category, wanted.after, PAGE_SIZE)
    stock = await inventory.available(session, [product.id for product in found.items])
    cart = await orders.cart_lines(session, viewer.user.id)
    return render(
        page,
        "dealer/catalog.html",
        "dealer/_products.html",
        products=found,
        wanted=wanted,
        supply={item.id: judge_supply(stock[item.id], item.minimum_quantity) for item in found.items},
        smallest={item.id: nearest_quantity(1, item.minimum_quantity, item.pack_size) for item in found.items},
        in_cart={line.sku: line.quantity for line in cart.lines},
        categories=await catalog.list_categories(session),
    )
