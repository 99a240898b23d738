"""Confirming what arrived of a shipment, line by line."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel, Field

from models.repositories.inbox import allowed_actions
from models.rules.access import Action
from models.rules.inbox import RefusalCode
from models.tables.processes import Task
from web.dealer.deps import OwnShipment
from web.deps import CurrentUser, GatewayDep, PageDep, SessionDep, permit
from web.i18n import gettext
from web.order_page import tasks_for
from web.outcomes import TaskRefused
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter(prefix="/shipments/{number}/receipt", dependencies=[Depends(permit(Action.ORDER_CONFIRM_RECEIPT))])

FORM = "confirm_receipt"
Count = Annotated[int, Field(ge=0)]


class ReceiptForm(BaseModel):
    """What came and what of it is damaged, for each line in order."""

    line_no: list[int]
    received: list[Count]
    damaged: list[Count]
    note: str = Field("", max_length=2000)

    def lines(self) -> list[dict[str, int]]:
        rows = zip(self.line_no, self.received, self.damaged, strict=True)
        return [{"line_no": line_no, "received": received, "damaged": damaged} for line_no, received, damaged in rows]


async def receipt_task(viewer: CurrentUser, shipment: OwnShipment, session: SessionDep) -> Task | None:
    """Find the open task in which this person confirms this shipment."""
    tasks = await tasks_for(session, shipment.order_number, viewer.actor, FORM)
    return next((task for task in tasks if task.input.get("shipment_number") in (None, shipment.number)), None)


ReceiptTask = Annotated[Task | None, Depends(receipt_task)]


@router.get("", name="dealer.receipt")
async def show_receipt(page: PageDep, shipment: OwnShipment, task: ReceiptTask) -> Response:
    """Ask for the quantities while the task is open; show what was confirmed afterwards."""
    return render(page, "dealer/receipt.html", shipment=shipment, task=task)


@router.post("", name="dealer.receipt.confirm")
async def confirm_receipt(
    page: PageDep,
    viewer: CurrentUser,
    shipment: OwnShipment,
    task: ReceiptTask,
    gateway: GatewayDep,
    form: Annotated[ReceiptForm, Form()],
) -> Response:
    if task is None:
        raise TaskRefused(RefusalCode.TASK_CLOSED)
    action = allowed_actions(task)[0]
    await gateway.act_on_task(task.id or 0, action, viewer.actor, form.note, {"lines": form.lines()})
    toast = Toast(gettext("The receipt of %(number)s is confirmed.", number=shipment.number))
    return redirect(page, f"/dealer/orders/{shipment.order_number}", toast)
