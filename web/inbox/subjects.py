"""What a task is about: the order, shipment or statement that stands beside the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.access import Actor, UserView
from models.payloads.settlement import StatementView
from models.payloads.shipping import ShipmentView
from models.repositories import access, orders, settlement, shipping
from models.tables.processes import Task
from models.tables.shipping import Carrier
from web.order_page import OrderPage, gather

HAND_OVER = "pick_and_hand_over"
REFUSALS = ("problem", "shortage")
"""Variables in which a template keeps why the step after the last answer refused it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whatever of these the task names and the reader may see."""

    shown: OrderPage | None = None
    shipment: ShipmentView | None = None
    statement: StatementView | None = None
    carriers: Sequence[Carrier] = ()
    people: dict[str, UserView] = field(default_factory=dict)
    problem: str = ""
    """Why the process asks again."""


async def subject_of(session: AsyncSession, task: Task, actor: Actor) -> Subject:
    """Read what the task's input names, with the reader's own rights."""
    number = _named(task, "order_number")
    order = await orders.find_order(session, number, actor.dealer) if number else None
    shipment, statement = _named(task, "shipment_number"), _named(task, "statement_number")
    logins = {task.claimed_by, task.done_by} - {None}
    return Subject(
        shown=await gather(session, order, actor) if order else None,
        shipment=await shipping.find_shipment(session, shipment, actor.dealer) if shipment else None,
        statement=await settlement.find_statement(session, statement, actor.dealer) if statement else None,
        carriers=await shipping.list_carriers(session) if task.form == HAND_OVER else (),
        people=await access.find_names(session, [str(login) for login in logins]),
        problem=next((text for name in REFUSALS if (text := _named(task, name))), ""),
    )


def _named(task: Task, name: str) -> str:
    value = task.input.get(name)
    return value if isinstance(value, str) else ""
