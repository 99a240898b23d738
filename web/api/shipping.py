"""`/shipments`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from models.payloads.shipping import ShipmentStatus
from models.repositories import shipment_views
from models.rules.access import Action
from web.api.caller import Caller, allow, scope_of
from web.api.payloads.fields import After, Filter, Limit, Listing, Number
from web.api.payloads.shipping import ShipmentDetail, ShipmentItem
from web.api.problems import Problem
from web.api.routing import api_router
from web.deps import SessionDep

router = api_router("/shipments", tags=["shipments"], dependencies=[Depends(allow(Action.VIEW_SHIPMENTS))])


@router.get("")
async def list_shipments(
    session: SessionDep,
    caller: Caller,
    status: Annotated[list[ShipmentStatus] | None, Query()] = None,
    search: Filter = None,
    late: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Listing[ShipmentItem]:
    """List shipments, newest first; a dealer's people see their own."""
    page = await shipment_views.list_shipments(
        session, scope_of(caller.actor), status or (), search or "", late, after, limit
    )
    return Listing(items=[ShipmentItem.model_validate(item) for item in page.items], next=page.next_cursor)


@router.get("/{number}")
async def show_shipment(number: Number, session: SessionDep, caller: Caller) -> ShipmentDetail:
    """Show a shipment with its lines, history and claim."""
    shipment = await shipment_views.find_shipment(session, number, scope_of(caller.actor))
    if shipment is None:
        raise Problem(404, "not_found")
    return ShipmentDetail.model_validate(shipment)
