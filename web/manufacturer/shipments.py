"""All shipments: by state, late ones, found by number, waybill or dealer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from models.repositories import shipping
from models.rules.access import Action
from web.deps import PageDep, SessionDep, permit
from web.queries import ShipmentQuery
from web.render import render

router = APIRouter(prefix="/shipments", dependencies=[Depends(permit(Action.VIEW_SHIPMENTS))])

PAGE_SIZE = 25


@router.get("", name="manufacturer.shipments")
async def list_shipments(page: PageDep, session: SessionDep, wanted: Annotated[ShipmentQuery, Query()]) -> Response:
    found = await shipping.list_shipments(
        session, None, wanted.statuses, wanted.q, wanted.late, wanted.after, PAGE_SIZE
    )
    counts = await shipping.board_counts(session)
    return render(
        page,
        "manufacturer/shipments.html",
        "manufacturer/_shipments.html",
        shipments=found,
        wanted=wanted,
        counts=counts,
    )
