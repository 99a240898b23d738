"""Where a dealer's day begins: what needs attention, what is under way, what to order again."""

from __future__ import annotations

from fastapi import APIRouter, Response

from models.payloads.orders import OrderStatus
from models.repositories import dealers, inbox, orders, payments
from models.rules.orders import FINAL
from models.tables.processes import Task
from web.dealer.deps import DealerCode
from web.deps import CurrentUser, PageDep, SessionDep
from web.render import render

router = APIRouter()

UNDER_WAY = frozenset(OrderStatus) - FINAL
SHOWN = 5


def address_of(task: Task) -> str:
    """Find the screen on which a task is done: the document itself where it has a form for it, else the inbox."""
    if task.form == "confirm_receipt" and "shipment_number" in task.input:
        return f"/dealer/shipments/{task.input['shipment_number']}/receipt"
    if task.form == "statement_confirm":
        return f"/dealer/statements/{task.business_key}"
    if task.form == "order_revision":
        return f"/dealer/orders/{task.business_key}/edit"
    return f"/inbox/{task.id}"


@router.get("", name="dealer.dashboard")
async def show_dashboard(page: PageDep, viewer: CurrentUser, dealer: DealerCode, session: SessionDep) -> Response:
    tasks = await inbox.list_tasks(session, viewer.actor, limit=SHOWN)
    return render(
        page,
        "dealer/dashboard.html",
        "dealer/_dashboard.html",
        company=await dealers.find_dealer(session, dealer),
        tasks=[(task, address_of(task)) for task in tasks.items],
        orders=await orders.list_orders(session, dealer, UNDER_WAY, limit=SHOWN),
        done=await orders.list_orders(session, dealer, [OrderStatus.COMPLETED], limit=3),
        counts=await orders.count_orders(session, dealer),
        balance_fen=await payments.dealer_balance(session, dealer),
        cart=await orders.cart_lines(session, viewer.user.id),
    )
