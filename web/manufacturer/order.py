"""One order as the manufacturer sees it: with internal remarks, and the terms before approval."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel, Field, StringConstraints

from models.payloads.orders import OrderView
from models.repositories import orders
from models.rules.access import Action
from models.rules.orders import OrderAction
from web import submission
from web.deps import CurrentUser, DatabaseDep, GatewayDep, PageDep, SessionDep, WriterDep, permit
from web.i18n import gettext
from web.manufacturer.deps import AnyOrder, any_order_for
from web.order_page import gather
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter(prefix="/orders/{number}", dependencies=[Depends(permit(Action.ORDER_VIEW))])


class ReasonForm(BaseModel):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class CommentForm(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    is_internal: bool = False
    request_id: str = Field("", max_length=60)


@router.get("", name="manufacturer.order")
async def show_order(page: PageDep, viewer: CurrentUser, order: AnyOrder, session: SessionDep) -> Response:
    shown = await gather(session, order, viewer.actor)
    return render(page, "manufacturer/order.html", "manufacturer/_order.html", shown=shown, order=order)


@router.post("/comments", name="manufacturer.order.comment", dependencies=[Depends(permit(Action.ORDER_COMMENT))])
async def add_comment(
    page: PageDep, viewer: CurrentUser, order: AnyOrder, session: WriterDep, form: Annotated[CommentForm, Form()]
) -> Response:
    login, request_id = viewer.actor.login, form.request_id or None
    await orders.add_comment(session, order.number, login, form.text, form.is_internal, request_id)
    if not page.wants_part:
        return redirect(page, f"{address_of(order)}#history")
    return render(page, "orders/_history.html", shown=await gather(session, order, viewer.actor), base="/manufacturer")


@router.post("/cancel", name="manufacturer.order.cancel", dependencies=[Depends(permit(Action.ORDER_CANCEL))])
async def cancel_order(
    page: PageDep,
    viewer: CurrentUser,
    order: Annotated[OrderView, Depends(any_order_for(OrderAction.CANCEL))],
    database: DatabaseDep,
    gateway: GatewayDep,
    form: Annotated[ReasonForm, Form()],
) -> Response:
    """End the order and undo what was done for it."""
    await submission.cancel_order(database, gateway, order, viewer.actor, form.reason)
    return redirect(page, address_of(order), Toast(gettext("Order %(number)s is cancelled.", number=order.number)))


def address_of(order: OrderView) -> str:
    return f"/manufacturer/orders/{order.number}"
