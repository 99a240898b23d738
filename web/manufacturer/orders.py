"""All dealers' orders: filtered by state and dealer, found by text."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from models.payloads.orders import OrderStatus
from models.repositories import dealers, orders
from models.rules.access import Action
from web.deps import PageDep, SessionDep, permit
from web.queries import OrderQuery
from web.render import render

router = APIRouter(prefix="/orders", dependencies=[Depends(permit(Action.ORDER_VIEW))])

PAGE_SIZE = 25
EVERY_DEALER = 200


@router.get("", name="manufacturer.orders")
async def list_orders(page: PageDep, session: SessionDep, wanted: Annotated[OrderQuery, Query()]) -> Response:
    return render(
        page,
        "manufacturer/orders.html",
        "manufacturer/_orders.html",
        orders=await orders.list_orders(session, wanted.dealer, wanted.statuses, wanted.q, wanted.after, PAGE_SIZE),
        counts={} if page.wants_part else await orders.count_orders(session, wanted.dealer),
        dealers=(await dealers.list_dealers(session, limit=EVERY_DEALER)).items,
        statuses=tuple(OrderStatus),
        wanted=wanted,
    )
