"""Product information for a store: what its dealer can supply."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from models.repositories import catalog, dealers
from models.rules.access import Action
from web.deps import CurrentUser, PageDep, SessionDep, permit
from web.queries import ProductQuery
from web.render import render

router = APIRouter(dependencies=[Depends(permit(Action.VIEW_CATALOG))])

PAGE_SIZE = 24


@router.get("/products", name="store.products")
async def list_products(
    page: PageDep, viewer: CurrentUser, session: SessionDep, wanted: Annotated[ProductQuery, Query()]
) -> Response:
    return render(
        page,
        "store/products.html",
        "store/_products.html",
        products=await catalog.search_products(session, wanted.q, wanted.category, wanted.after, PAGE_SIZE),
        categories=await catalog.list_categories(session),
        store=await dealers.find_store(session, viewer.actor.store or ""),
        wanted=wanted,
    )
