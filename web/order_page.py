"""What the page of an order shows, the same for both sides; only internal remarks and buttons differ."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.access import Actor
from models.payloads.orders import OrderView, TimelineEntry
from models.payloads.shipping import ShipmentView
from models.repositories import inbox, orders, processes, shipping
from models.rules.access import Action, may
from models.rules.inbox import is_candidate
from models.rules.orders import OrderAction, OrderRefused, RefusalCode, allowed_order_actions
from models.tables.processes import Task, TaskStatus


@dataclass(frozen=True, slots=True)
class OrderPage:
    order: OrderView
    actions: frozenset[OrderAction]
    timeline: tuple[TimelineEntry, ...]
    shipments: tuple[ShipmentView, ...]
    tasks: tuple[Task, ...]
    """Open tasks about this order that the reader may do."""
    has_process: bool
    """Whether there is a diagram to show: not for drafts, nor for orders from before this system."""
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    """Names the next remark, so that sending it twice writes it once."""


async def gather(session: AsyncSession, order: OrderView, actor: Actor) -> OrderPage:
    """Read everything that this person may see of an order."""
    return OrderPage(
        order=order,
        actions=allowed_order_actions(order.status, order.dealer.code, actor),
        timeline=await orders.timeline(session, order.id, may(actor, Action.ORDER_VIEW_INTERNAL)),
        shipments=await shipping.shipments_of_order(session, order.number, actor.dealer),
        tasks=await tasks_for(session, order.number, actor),
        has_process=await processes.find_row(session, order.number) is not None,
    )


async def tasks_for(session: AsyncSession, root_id: str, actor: Actor, form: str | None = None) -> tuple[Task, ...]:
    """List the open tasks of a document's process that this person may do, of one form or of all."""
    tasks = await inbox.list_of_instance(session, root_id, TaskStatus.OPEN)
    mine = (task for task in tasks if is_candidate(inbox.facts_of(task).candidates, actor))
    return tuple(task for task in mine if form in (None, task.form))


def insist(order: OrderView, actor: Actor, action: OrderAction) -> OrderView:
    """Let nobody do what the order's state does not allow. Raises OrderRefused."""
    if action not in allowed_order_actions(order.status, order.dealer.code, actor):
        params: dict[str, str | int] = {"order_number": order.number, "status": order.status}
        raise OrderRefused(RefusalCode.ILLEGAL_TRANSITION, params)
    return order
