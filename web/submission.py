"""How people move an order on: submit, withdraw, cancel. The same for the screens and the API.

Each returns when the order shows what was done, so that the next screen is never stale; where the process does not get
that far in time it raises EngineUnavailable, and doing it again does it once.
"""

from __future__ import annotations

from collections.abc import Callable

from models.db import Database
from models.payloads.access import Actor
from models.payloads.orders import OrderStatus, OrderView
from models.repositories import inbox, orders
from models.rules.inbox import is_candidate
from models.rules.orders import OrderRefused, RefusalCode
from models.tables.processes import TaskStatus
from web.gateway import Gateway
from web.outcomes import EngineUnavailable
from web.settling import settle

TEMPLATE = "order_to_cash"
REVISION_FORM = "order_revision"
RESUBMIT = "resubmit"
WITHDRAW_MESSAGE = "order.withdraw"
SHOWN_WITHIN_S = 8.0


async def submit_order(database: Database, gateway: Gateway, number: str, actor: Actor, comment: str = "") -> OrderView:
    """Submit a draft, or a returned order again. Raises OrderRefused, TaskRefused, EngineUnavailable."""
    async with database.reading() as session:
        order = await orders.find_order(session, number, actor.dealer)
    if order is None:
        raise OrderRefused(RefusalCode.ORDER_NOT_FOUND, {"order_number": number})
    if order.status is OrderStatus.RETURNED:
        return await _resubmit(database, gateway, order, actor, comment)
    async with database.writing() as session:
        order = await orders.check_submission(session, number, actor.dealer)
    variables = {
        "order_number": number,
        "dealer": order.dealer.code,
        "total_fen": order.total_fen,
        "submitted_by": actor.login,
    }
    await gateway.start_instance(TEMPLATE, number, variables, actor, order.dealer.code)
    return await _shown(database, number, lambda status: status is not OrderStatus.DRAFT)


async def withdraw_order(
    database: Database, gateway: Gateway, number: str, actor: Actor, reason: str = ""
) -> OrderView:
    """Take a submitted order back before it is approved. Raises OrderRefused, EngineUnavailable."""
    if reason:
        async with database.writing() as session:
            await orders.add_comment(session, number, actor.login, reason, request_id="withdraw")
    payload = {"withdrawn_by": actor.login, "comment": reason}
    await gateway.send_message(WITHDRAW_MESSAGE, number, payload, f"withdraw/{number}", actor.login)
    pending = (OrderStatus.SUBMITTED, OrderStatus.RETURNED)
    order = await _shown(database, number, lambda status: status not in pending)
    if order.status is not OrderStatus.WITHDRAWN:
        raise _illegal(order, OrderStatus.WITHDRAWN)
    return order


async def cancel_order(database: Database, gateway: Gateway, order: OrderView, actor: Actor, reason: str) -> OrderView:
    """Discard a draft, or end the order's process and undo what it did. Raises OrderRefused, EngineUnavailable."""
    if order.status is OrderStatus.DRAFT:
        async with database.writing() as session:
            return await orders.cancel_draft(session, order.number, actor.login, actor.dealer, reason)
    await gateway.cancel_instance(order.number, reason, actor)
    cancelled = await _shown(database, order.number, lambda status: status is OrderStatus.CANCELLED)
    async with database.writing() as session:
        # What is undone is undone by the system; the history also tells who asked for it and why.
        await orders.add_comment(session, order.number, actor.login, reason, request_id="cancel")
    return cancelled


async def _resubmit(database: Database, gateway: Gateway, order: OrderView, actor: Actor, comment: str) -> OrderView:
    """Finish the revision that the order waits for."""
    async with database.reading() as session:
        open_tasks = await inbox.list_of_instance(session, order.number, TaskStatus.OPEN)
    for task in open_tasks:
        if task.form == REVISION_FORM and is_candidate(inbox.facts_of(task).candidates, actor):
            await gateway.act_on_task(task.id or 0, RESUBMIT, actor, comment)
            return await _shown(database, order.number, lambda status: status is not OrderStatus.RETURNED)
    raise _illegal(order, OrderStatus.SUBMITTED)


async def _shown(database: Database, number: str, is_done: Callable[[OrderStatus], bool]) -> OrderView:
    """Wait until the order shows it. Raises EngineUnavailable."""
    seen: list[OrderView] = []

    async def shows() -> bool:
        async with database.reading() as session:
            order = await orders.find_order(session, number)
        if order is not None and is_done(order.status):
            seen.append(order)
        return bool(seen)

    await settle(shows, SHOWN_WITHIN_S)
    if not seen:
        raise EngineUnavailable(f"order {number} has not moved on yet")
    return seen[-1]


def _illegal(order: OrderView, to: OrderStatus) -> OrderRefused:
    params: dict[str, str | int] = {"order_number": order.number, "status": order.status, "to": to}
    return OrderRefused(RefusalCode.ILLEGAL_TRANSITION, params)
