"""`/orders`: drafted, submitted, changed, followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from models.payloads.access import Actor
from models.payloads.orders import LineRequest, LineTerms, OrderStatus, OrderView
from models.repositories import orders
from models.repositories.order_views import list_orders as list_orders_of
from models.repositories.order_views import timeline
from models.repositories.shipment_views import shipments_of_order
from models.rules.access import Action, may
from models.rules.orders import OrderAction, OrderRefused, RefusalCode, allowed_order_actions
from web import submission
from web.api.caller import Caller, allow, scope_of
from web.api.idempotency import request_id_of
from web.api.payloads.fields import After, Filter, Limit, Listing, Number
from web.api.payloads.orders import (
    ChangedLines,
    LineSent,
    NegotiatedTerms,
    NewComment,
    NewOrder,
    OrderAnswer,
    OrderDetail,
    OrderItem,
    OrderReason,
    OrderShipment,
    TimelineItem,
)
from web.api.problems import Fault, Problem
from web.api.routing import api_router
from web.deps import DatabaseDep, GatewayDep, SessionDep, WriterDep
from web.page import Viewer

router = api_router("/orders", tags=["orders"], dependencies=[Depends(allow(Action.ORDER_VIEW))])


async def find_order(number: Number, caller: Caller, session: SessionDep) -> OrderView:
    """Find the order among those that the caller may see. Raises OrderRefused."""
    order = await orders.find_order(session, number, scope_of(caller.actor))
    if order is None:
        raise OrderRefused(RefusalCode.ORDER_NOT_FOUND, {"order_number": number})
    return order


FoundOrder = Annotated[OrderView, Depends(find_order)]


def _insist(order: OrderView, caller: Viewer, action: OrderAction, needs: Action) -> None:
    """Let nobody do what the role or the order's state does not allow. Raises Problem, OrderRefused."""
    if not may(caller.actor, needs):
        raise Problem(403, "forbidden")
    if action not in _allowed(order, caller.actor):
        params: dict[str, str | int] = {"order_number": order.number, "status": order.status}
        raise OrderRefused(RefusalCode.ILLEGAL_TRANSITION, params)


@router.get("")
async def list_orders(
    session: SessionDep,
    caller: Caller,
    status: Annotated[list[OrderStatus] | None, Query()] = None,
    search: Filter = None,
    after: After = None,
    limit: Limit = 50,
) -> Listing[OrderItem]:
    """List orders, newest first; a dealer's people see their own."""
    page = await list_orders_of(session, scope_of(caller.actor), status or (), search or "", after, limit)
    return Listing(items=[OrderItem.model_validate(order) for order in page.items], next=page.next_cursor)


@router.post("", status_code=201, dependencies=[Depends(allow(Action.ORDER_CREATE))])
async def create_order(
    body: NewOrder, request: Request, response: Response, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> OrderAnswer:
    """Draft an order at list prices and, with `submit`, submit it: all of it or nothing."""
    dealer, lines = caller.actor.dealer or "", _requests(body.lines)
    details = (caller.actor.login, body.note, body.reference, request_id_of(request), body.submit)
    with _naming_lines(body.lines):
        async with database.writing() as session:
            order = await orders.create_order(session, dealer, lines, *details)
    if body.submit:
        order = await submission.submit_order(database, gateway, order.number, caller.actor)
    response.headers["Location"] = f"/api/v1/orders/{order.number}"
    return OrderAnswer.model_validate(order)


@router.get("/{number}")
async def show_order(order: FoundOrder, caller: Caller, session: SessionDep) -> OrderDetail:
    """Show an order with its lines, timeline and shipments, and what the caller may do with it."""
    sees_internal = may(caller.actor, Action.ORDER_VIEW_INTERNAL)
    shipments = await shipments_of_order(session, order.number, scope_of(caller.actor))
    return OrderDetail(
        **OrderAnswer.model_validate(order).model_dump(),
        timeline=[TimelineItem.model_validate(e) for e in await timeline(session, order.id, sees_internal)],
        shipments=[OrderShipment.model_validate(shipment) for shipment in shipments],
        actions=sorted(_allowed(order, caller.actor)),
    )


@router.post("/{number}/submit")
async def submit_order(order: FoundOrder, caller: Caller, database: DatabaseDep, gateway: GatewayDep) -> OrderAnswer:
    """Submit a draft, or an order that was returned for changes."""
    _insist(order, caller, OrderAction.SUBMIT, Action.ORDER_SUBMIT)
    return OrderAnswer.model_validate(await submission.submit_order(database, gateway, order.number, caller.actor))


@router.post("/{number}/withdraw")
async def withdraw_order(
    body: OrderReason, order: FoundOrder, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> OrderAnswer:
    """Take a submitted order back before it is approved."""
    _insist(order, caller, OrderAction.WITHDRAW, Action.ORDER_WITHDRAW)
    withdrawn = await submission.withdraw_order(database, gateway, order.number, caller.actor, body.reason)
    return OrderAnswer.model_validate(withdrawn)


@router.post("/{number}/cancel")
async def cancel_order(
    body: OrderReason, order: FoundOrder, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> OrderAnswer:
    """Discard a draft, or cancel what is under way and undo what was done for it."""
    _insist(order, caller, OrderAction.CANCEL, Action.ORDER_CANCEL)
    cancelled = await submission.cancel_order(database, gateway, order, caller.actor, body.reason)
    return OrderAnswer.model_validate(cancelled)


@router.put("/{number}/lines")
async def replace_lines(body: ChangedLines, order: FoundOrder, caller: Caller, session: WriterDep) -> OrderAnswer:
    """Give a draft or returned order other lines; what was agreed about a product stays."""
    _insist(order, caller, OrderAction.EDIT, Action.ORDER_EDIT)
    lines, login = _requests(body.lines), caller.actor.login
    with _naming_lines(body.lines):
        changed = await orders.replace_lines(session, order.number, lines, login, scope_of(caller.actor))
    return OrderAnswer.model_validate(changed)


@router.put("/{number}/terms")
async def set_terms(body: NegotiatedTerms, order: FoundOrder, caller: Caller, session: WriterDep) -> OrderAnswer:
    """Agree on price and discount of lines, by a sales manager, before the order is approved."""
    _insist(order, caller, OrderAction.REPRICE, Action.ORDER_REPRICE)
    terms = [LineTerms(line.line_no, line.unit_price_fen, line.discount_bp) for line in body.lines]
    return OrderAnswer.model_validate(await orders.set_terms(session, order.number, terms, caller.actor.login))


@router.post("/{number}/comments", status_code=201)
async def add_comment(
    body: NewComment, request: Request, order: FoundOrder, caller: Caller, database: DatabaseDep
) -> TimelineItem:
    """Write a remark into the order's history."""
    if body.internal and not may(caller.actor, Action.ORDER_VIEW_INTERNAL):
        raise Problem(403, "forbidden")
    login, request_id = caller.actor.login, request_id_of(request)
    async with database.writing() as session:
        await orders.add_comment(session, order.number, login, body.text, body.internal, request_id)
        written = (await timeline(session, order.id, include_internal=body.internal))[-1]
    return TimelineItem.model_validate(written)


def _allowed(order: OrderView, actor: Actor) -> frozenset[OrderAction]:
    """A returned order is submitted again by its revision task; here that is the same as submitting."""
    allowed = allowed_order_actions(order.status, order.dealer.code, actor)
    is_again = order.status is OrderStatus.RETURNED and may(actor, Action.ORDER_SUBMIT)
    return allowed | {OrderAction.SUBMIT} if is_again else allowed


def _requests(lines: Sequence[LineSent]) -> list[LineRequest]:
    return [LineRequest(line.sku, line.quantity) for line in lines]


@contextmanager
def _naming_lines(lines: Sequence[LineSent]) -> Iterator[None]:
    """Point at the lines as they were sent: the rules number them after adding up repeated SKUs."""
    try:
        yield
    except OrderRefused as refused:
        if not refused.problems:
            raise
        by_sku = {str(problem.params.get("sku")): problem for problem in refused.problems}
        faults = [
            Fault(f"/lines/{index}", by_sku[line.sku].code, by_sku[line.sku].params)
            for index, line in enumerate(lines)
            if line.sku in by_sku
        ]
        raise Problem(422, refused.code, refused.params, faults) from refused
