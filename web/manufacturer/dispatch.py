"""The dispatch board: shipments by state, and handing them over to the carrier."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel, Field, StringConstraints

from models.payloads.shipping import ShipmentStatus
from models.repositories import shipping
from models.repositories.inbox import allowed_actions
from models.rules.access import Action
from models.rules.inbox import RefusalCode
from models.tables.processes import Task
from web.deps import CurrentUser, GatewayDep, PageDep, SessionDep, permit
from web.i18n import gettext
from web.manufacturer.deps import AnyShipment
from web.order_page import tasks_for
from web.outcomes import TaskRefused
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter()

FORM = "pick_and_hand_over"
COLUMNS = (ShipmentStatus.CREATED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELIVERED, ShipmentStatus.CONFIRMED)
SHOWN = 8

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class HandOverForm(BaseModel):
    carrier: Annotated[Text, Field(max_length=40)]
    waybill: Annotated[Text, Field(max_length=80)]
    note: str = Field("", max_length=2000)


@router.get("/dispatch", name="manufacturer.dispatch", dependencies=[Depends(permit(Action.VIEW_DISPATCH_BOARD))])
async def show_board(page: PageDep, session: SessionDep) -> Response:
    columns = {
        status: (await shipping.list_shipments(session, statuses=[status], limit=SHOWN)).items for status in COLUMNS
    }
    counts = await shipping.board_counts(session)
    return render(page, "manufacturer/dispatch.html", "manufacturer/_board.html", columns=columns, counts=counts)


async def hand_over_task(viewer: CurrentUser, shipment: AnyShipment, session: SessionDep) -> Task | None:
    """Find the open task in which this person hands this shipment over."""
    tasks = await tasks_for(session, shipment.order_number, viewer.actor, FORM)
    return next((task for task in tasks if task.input.get("shipment_number") in (None, shipment.number)), None)


HandOverTask = Annotated[Task | None, Depends(hand_over_task)]


@router.get("/shipments/{number}", name="manufacturer.shipment", dependencies=[Depends(permit(Action.VIEW_SHIPMENTS))])
async def show_shipment(page: PageDep, shipment: AnyShipment, task: HandOverTask, session: SessionDep) -> Response:
    carriers = await shipping.list_carriers(session)
    return render(
        page,
        "manufacturer/shipment.html",
        "manufacturer/_shipment.html",
        shipment=shipment,
        task=task,
        carriers=carriers,
    )


@router.post("/shipments/{number}/hand-over", name="manufacturer.shipment.hand_over")
async def hand_over(
    page: PageDep,
    viewer: CurrentUser,
    shipment: AnyShipment,
    task: HandOverTask,
    gateway: GatewayDep,
    form: Annotated[HandOverForm, Form()],
) -> Response:
    if task is None:
        raise TaskRefused(RefusalCode.TASK_CLOSED)
    data = {"carrier": form.carrier, "waybill": form.waybill}
    await gateway.act_on_task(task.id or 0, allowed_actions(task)[0], viewer.actor, form.note, data)
    toast = Toast(gettext("%(number)s is handed over to the carrier.", number=shipment.number))
    return redirect(page, f"/manufacturer/shipments/{shipment.number}", toast)
