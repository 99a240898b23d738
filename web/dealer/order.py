"""One order: its state, lines and history, and what the dealer may do with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel, Field, StringConstraints

from models.payloads.orders import OrderView
from models.repositories import orders
from models.rules.access import Action
from models.rules.orders import OrderAction
from web import submission
from web.dealer.deps import OwnOrder, own_order_for
from web.deps import CurrentUser, DatabaseDep, GatewayDep, PageDep, SessionDep, WriterDep, permit
from web.i18n import gettext
from web.order_page import gather
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter(prefix="/orders/{number}")

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ReasonForm(BaseModel):
    reason: Reason


class CommentForm(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    request_id: str = Field("", max_length=60)


@router.get("", name="dealer.order")
async def show_order(page: PageDep, viewer: CurrentUser, order: OwnOrder, session: SessionDep) -> Response:
    shown = await gather(session, order, viewer.actor)
    return render(page, "dealer/order.html", "dealer/_order.html", shown=shown, order=order)


@router.post("/submit", name="dealer.order.submit", dependencies=[Depends(permit(Action.ORDER_SUBMIT))])
async def submit_order(
    page: PageDep, viewer: CurrentUser, order: OwnOrder, database: DatabaseDep, gateway: GatewayDep
) -> Response:
    """Submit a draft, or a returned order again."""
    await submission.submit_order(database, gateway, order.number, viewer.actor)
    return redirect(page, address_of(order), Toast(gettext("Order %(number)s is submitted.", number=order.number)))


@router.post("/withdraw", name="dealer.order.withdraw", dependencies=[Depends(permit(Action.ORDER_WITHDRAW))])
async def withdraw_order(
    page: PageDep,
    viewer: CurrentUser,
    order: Annotated[OrderView, Depends(own_order_for(OrderAction.WITHDRAW))],
    database: DatabaseDep,
    gateway: GatewayDep,
    form: Annotated[ReasonForm, Form()],
) -> Response:
    await submission.withdraw_order(database, gateway, order.number, viewer.actor, form.reason)
    return redirect(page, address_of(order), Toast(gettext("Order %(number)s is withdrawn.", number=order.number)))


@router.post("/cancel", name="dealer.order.cancel", dependencies=[Depends(permit(Action.ORDER_CANCEL))])
async def cancel_order(
    page: PageDep,
    viewer: CurrentUser,
    order: Annotated[OrderView, Depends(own_order_for(OrderAction.CANCEL))],
    database: DatabaseDep,
    gateway: GatewayDep,
    form: Annotated[ReasonForm, Form()],
) -> Response:
    await submission.cancel_order(database, gateway, order, viewer.actor, form.reason)
    return redirect(page, address_of(order), Toast(gettext("Order %(number)s is cancelled.", number=order.number)))


@router.post("/comments", name="dealer.order.comment", dependencies=[Depends(permit(Action.ORDER_COMMENT))])
async def add_comment(
    page: PageDep, viewer: CurrentUser, order: OwnOrder, session: WriterDep, form: Annotated[CommentForm, Form()]
) -> Response:
    await orders.add_comment(session, order.number, viewer.actor.login, form.text, request_id=form.request_id or None)
    if not page.wants_part:
        return redirect(page, f"{address_of(order)}#history")
    return render(page, "orders/_history.html", shown=await gather(session, order, viewer.actor), base="/dealer")


@router.post("/reorder", name="dealer.order.reorder", dependencies=[Depends(permit(Action.ORDER_REORDER))])
async def reorder(page: PageDep, viewer: CurrentUser, order: OwnOrder, session: WriterDep) -> Response:
    """Put what was ordered then into the cart, on top of what is there."""
    cart = {line.sku: line.quantity for line in (await orders.cart_lines(session, viewer.user.id)).lines}
    for line in order.lines:
        await orders.put_cart_line(session, viewer.user.id, line.sku, cart.get(line.sku, 0) + line.quantity)
    return redirect(
        page, "/dealer/cart", Toast(gettext("The lines of %(number)s are in your cart.", number=order.number))
    )


def address_of(order: OrderView) -> str:
    return f"/dealer/orders/{order.number}"
