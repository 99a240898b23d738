"""From what was written to what is told, and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.access import DEALER_ROLES, MANUFACTURER_ROLES, Actor, Role
from models.repositories import changes
from models.repositories.changes import JournalChange, OrderChange, ShipmentChange, TouchedInstance
from models.repositories.inbox import facts_of
from models.rules.inbox import TaskFacts, is_candidate
from models.tables.processes import JournalKind

OPS = frozenset({Role.OPS})
NOBODY: frozenset[Role] = frozenset()
INCIDENT_KINDS = frozenset({JournalKind.INCIDENT, JournalKind.INCIDENT_RESOLVED})
SETTLEMENT = "settlement_sign_off"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something changed. It concerns staff of these roles, the people of one dealer, or whom a task is for."""

    event: str
    staff: frozenset[Role] = MANUFACTURER_ROLES
    dealer: str | None = None
    task: TaskFacts | None = None


def concerns(notice: Notice, actor: Actor) -> bool:
    """Say whether this person may hear of it."""
    if notice.task is not None:
        is_mine = actor.login in (notice.task.claimed_by, notice.task.closed_by)
        return is_mine or is_candidate(notice.task.candidates, actor)
    if actor.dealer is not None:
        return actor.dealer == notice.dealer and not DEALER_ROLES.isdisjoint(actor.roles)
    return not notice.staff.isdisjoint(actor.roles)


async def notices_of(
    session: AsyncSession,
    journal: Sequence[JournalChange],
    orders: Iterable[OrderChange],
    shipments: Iterable[ShipmentChange],
) -> tuple[Notice, ...]:
    """Tell each thing once, however often it was written."""
    told = [*_of_orders(orders), *_of_shipments(shipments)]
    if journal:
        ids = {line.instance_id for line in journal}
        for instance in await changes.touched_instances(session, ids):
            told += _of_instance(instance)
        if any(line.kind in INCIDENT_KINDS for line in journal):
            told.append(Notice("incidents", OPS))
        told += await _of_tasks(session, journal, ids)
    return tuple(told)


def _of_orders(found: Iterable[OrderChange]) -> Iterable[Notice]:
    for change in dict.fromkeys((each.number, None if each.is_internal else each.dealer) for each in found):
        number, dealer = change
        yield Notice(f"order:{number}", dealer=dealer)
        yield Notice("orders", dealer=dealer)


def _of_shipments(found: Iterable[ShipmentChange]) -> Iterable[Notice]:
    for number, dealer in dict.fromkeys((each.order_number, each.dealer) for each in found):
        yield Notice(f"order:{number}", dealer=dealer)
        yield Notice("shipments", dealer=dealer)


def _of_instance(instance: TouchedInstance) -> Iterable[Notice]:
    """A case is named by its outermost instance, which is the number of the order or statement."""
    yield Notice(f"instance:{instance.id}", OPS)
    yield Notice("instances", OPS)
    if instance.template_key == SETTLEMENT:
        yield Notice(f"statement:{instance.root_id}", dealer=instance.dealer)
        yield Notice("statements", dealer=instance.dealer)
    else:
        yield Notice(f"order:{instance.root_id}", dealer=instance.dealer)


async def _of_tasks(session: AsyncSession, journal: Iterable[JournalChange], ids: set[str]) -> list[Notice]:
    touched = {(line.instance_id, line.activation) for line in journal}
    tasks = await changes.touched_tasks(session, ids)
    return [
        Notice("inbox", NOBODY, task=facts_of(task)) for task in tasks if (task.instance_id, task.activation) in touched
    ]
