"""A dealer's orders: filtered by state, found by number."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from models.payloads.orders import OrderStatus
from models.repositories import orders
from web.dealer.deps import DealerCode
from web.deps import PageDep, SessionDep
from web.queries import OrderQuery
from web.render import render

router = APIRouter()

PAGE_SIZE = 25


@router.get("/orders", name="dealer.orders")
async def list_orders(
    page: PageDep, dealer: DealerCode, session: SessionDep, wanted: Annotated[OrderQuery, Query()]
) -> Response:
    found = await orders.list_orders(session, dealer, wanted.statuses, wanted.q, wanted.after, PAGE_SIZE)
    counts = {} if page.wants_part else await orders.count_orders(session, dealer)
    return render(
        page,
        "dealer/orders.html",
        "dealer/_orders.html",
        orders=found,
        wanted=wanted,
        counts=counts,
        statuses=tuple(OrderStatus),
    )
