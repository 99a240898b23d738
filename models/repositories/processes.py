"""Instances, their journal and their incidents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.repositories.pages import DEFAULT_LIMIT, BadCursor, Page, bounded, decode_cursor, id_of_cursor, page_of
from models.repositories.upserts import insert_or_skip, insert_or_update, table_of
from models.tables.columns import UtcDateTime
from models.tables.processes import (
    Incident,
    IncidentStatus,
    InstanceStatus,
    JournalKind,
    JournalLine,
    ProcessInstance,
    Task,
    TaskStatus,
    WorkerHeartbeat,
)

COMPLETED = "completed"

_INSTANCES = table_of(ProcessInstance)
# Every wake-up runs these: built once, since building and naming a statement costs more than running it.
_RECORD = update(_INSTANCES).where(
    _INSTANCES.c.id == bindparam("instance"), _INSTANCES.c.sequence == bindparam("before")
)
_ADD_LINES = insert(table_of(JournalLine))
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class InstanceView:
    """An instance with what screens and the API show of it."""

    instance: ProcessInstance
    completed: tuple[str, ...]
    """Ids of completed elements, in the order in which they completed."""
    open_tasks: tuple[Task, ...]
    incidents: tuple[Incident, ...]
    children: tuple[ProcessInstance, ...]

    @property
    def active(self) -> Mapping[str, int]:
        """Element id -> number of tokens there."""
        return {element: int(str(count)) for element, count in self.instance.active.items()}


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    status: str | None = None
    template_key: str | None = None
    dealer_code: str | None = None
    text: str = ""
    roots_only: bool = True


@dataclass(frozen=True, slots=True)
class VisitedPath:
    """What an instance has passed, for the diagram: elements and flows with how often, and where it is now."""

    completed: Mapping[str, int]
    flows: Mapping[str, int]
    active: Mapping[str, int]


async def find_instance(session: AsyncSession, instance_id: str) -> InstanceView | None:
    instance = await session.get(ProcessInstance, instance_id)
    if instance is None:
        return None
    return InstanceView(
        instance=instance,
        completed=await _completed_elements(session, instance_id),
        open_tasks=await _open_tasks(session, instance_id),
        incidents=tuple(await incidents_of(session, instance_id)),
        children=tuple(await children_of(session, instance_id)),
    )


async def find_row(session: AsyncSession, instance_id: str) -> ProcessInstance | None:
    """Find just the instance's own row."""
    return await session.get(ProcessInstance, instance_id)


async def list_instances(
    session: AsyncSession, wanted: InstanceFilter, after: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[ProcessInstance]:
    """List instances, the latest started first. Raises BadCursor."""
    started = (col(ProcessInstance.started_at), col(ProcessInstance.id))
    statement = _filtered(select(ProcessInstance), wanted).order_by(started[0].desc(), started[1].desc())
    if after is not None:
        at, instance_id = decode_cursor(after, str, str)
        statement = statement.where(
            tuple_(*started) < tuple_(literal(_instant(str(at), after), UtcDateTime()), literal(instance_id))
        )
    rows = (await session.execute(statement.limit(bounded(limit) + 1))).scalars().all()
    return page_of(rows, limit, lambda row: row, lambda row: (row.started_at.isoformat(), row.id))


async def journal(session: AsyncSession, instance_id: str) -> Sequence[JournalLine]:
    """Read an instance's journal, oldest line first."""
    statement = (
        select(JournalLine)
        .where(col(JournalLine.instance_id) == instance_id)
        .order_by(col(JournalLine.sequence), col(JournalLine.line_no))
    )
    return (await session.execute(statement)).scalars().all()


async def journal_since(session: AsyncSession, line_id: int, limit: int = 500) -> Sequence[JournalLine]:
    """Read what all instances wrote behind a line, for the live stream."""
    statement = select(JournalLine).where(col(JournalLine.id) > line_id).order_by(col(JournalLine.id)).limit(limit)
    return (await session.execute(statement)).scalars().all()


async def last_line_id(session: AsyncSession) -> int:
    return int((await session.execute(select(func.max(col(JournalLine.id))))).scalar_one() or 0)


async def path(session: AsyncSession, instance_id: str) -> VisitedPath:
    """Sum up where an instance has been."""
    statement = (
        select(col(JournalLine.kind), col(JournalLine.element_id), func.count())
        .where(col(JournalLine.instance_id) == instance_id, col(JournalLine.kind).in_((COMPLETED, "flow_taken")))
        .group_by(col(JournalLine.kind), col(JournalLine.element_id))
    )
    counts = [(kind, element, int(count)) for kind, element, count in await session.execute(statement)]
    row = await session.get(ProcessInstance, instance_id)
    return VisitedPath(
        completed={element: count for kind, element, count in counts if kind == COMPLETED},
        flows={element: count for kind, element, count in counts if kind != COMPLETED},
        active={element: int(str(count)) for element, count in row.active.items()} if row else {},
    )


async def children_of(session: AsyncSession, instance_id: str) -> Sequence[ProcessInstance]:
    statement = (
        select(ProcessInstance)
        .where(col(ProcessInstance.parent_id) == instance_id)
        .order_by(col(ProcessInstance.started_at), col(ProcessInstance.id))
    )
    return (await session.execute(statement)).scalars().all()


async def family_of(session: AsyncSession, root_id: str) -> Sequence[ProcessInstance]:
    """List an outermost instance and everything that it called, directly or not, in order of their start."""
    statement = (
        select(ProcessInstance)
        .where(col(ProcessInstance.root_id) == root_id)
        .order_by(col(ProcessInstance.started_at), col(ProcessInstance.id))
    )
    return (await session.execute(statement)).scalars().all()


async def count_open_incidents(session: AsyncSession, limit: int = 1000) -> int:
    """Count open incidents, up to the limit."""
    found = select(col(Incident.id)).where(col(Incident.status) == IncidentStatus.OPEN).limit(limit).subquery()
    return int((await session.execute(select(func.count()).select_from(found))).scalar_one())


async def incidents_of(session: AsyncSession, instance_id: str, *, open_only: bool = True) -> Sequence[Incident]:
    statement = select(Incident).where(col(Incident.instance_id) == instance_id).order_by(col(Incident.id))
    if open_only:
        statement = statement.where(col(Incident.status) == IncidentStatus.OPEN)
    return (await session.execute(statement)).scalars().all()


async def is_settled(session: AsyncSession, instance_id: str) -> bool:
    """Tell whether an instance and its whole family have come to rest.

    They have not while one that was called has yet to wake up for the first time, or a caller to hear of an end.
    """
    row = await session.get(ProcessInstance, instance_id)
    if row is None:
        return False
    family = {each.id: each for each in await family_of(session, row.root_id)}
    running = {each.id for each in family.values() if each.status == InstanceStatus.RUNNING}
    if any(family[each].sequence == 0 for each in running):
        return False
    ended = [each for each in family.values() if each.id not in running and each.parent_id in running]
    ends = {(each.parent_id, each.parent_activation) for each in ended}
    return not ends or ends <= await _ends_heard_of(session, running)


async def _ends_heard_of(session: AsyncSession, callers: Collection[str]) -> set[tuple[str, str | None]]:
    """List the calls whose end is in the journal of the caller."""
    kinds = (COMPLETED, CANCELLED, JournalKind.INCIDENT)
    heard_of = select(col(JournalLine.instance_id), col(JournalLine.activation)).where(
        col(JournalLine.instance_id).in_(callers), col(JournalLine.kind).in_(kinds)
    )
    return {(instance_id, activation) for instance_id, activation in (await session.execute(heard_of)).all()}


async def list_incidents(
    session: AsyncSession,
    status: str | None = IncidentStatus.OPEN,
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[tuple[Incident, ProcessInstance]]:
    """List incidents with their instances, the latest first. Raises BadCursor."""
    instance_id = col(ProcessInstance.id)
    statement = select(Incident, ProcessInstance).join(ProcessInstance, instance_id == col(Incident.instance_id))
    if status is not None:
        statement = statement.where(col(Incident.status) == status)
    if after is not None:
        statement = statement.where(col(Incident.id) < id_of_cursor(after))
    found = await session.execute(statement.order_by(col(Incident.id).desc()).limit(bounded(limit) + 1))
    rows = [(incident, instance) for incident, instance in found]
    return page_of(rows, limit, lambda row: row, lambda row: (row[0].id or 0,))


async def find_incident(session: AsyncSession, incident_id: int) -> Incident | None:
    return await session.get(Incident, incident_id)


async def raise_incident(
    session: AsyncSession, instance_id: str, activation: str, element_id: str, code: str, message: str, now: datetime
) -> None:
    incident = {
        "instance_id": instance_id,
        "activation": activation,
        "element_id": element_id,
        "code": code[:80],
        "message": message,
        "status": IncidentStatus.OPEN,
        "raised_at": now,
        "resolution": "",
        "resolved_by": "",
    }
    await session.execute(insert(table_of(Incident)).values(**incident))


async def resolve_incidents(
    session: AsyncSession, instance_id: str, resolution: str, actor: str, now: datetime, activation: str | None = None
) -> None:
    """Close the open incident of an activation, or all of an instance that has ended."""
    statement = update(Incident).where(
        col(Incident.instance_id) == instance_id, col(Incident.status) == IncidentStatus.OPEN
    )
    if activation is not None:
        statement = statement.where(col(Incident.activation) == activation)
    await session.execute(
        statement.values(status=IncidentStatus.RESOLVED, resolved_at=now, resolution=resolution, resolved_by=actor)
    )


async def find_answer(session: AsyncSession, instance_id: str, sequence: int) -> dict[str, Any] | None:
    """Find what the latest wake-up answered, if it is this one."""
    statement = select(col(ProcessInstance.answer)).where(
        col(ProcessInstance.id) == instance_id, col(ProcessInstance.sequence) == sequence
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def add_instance(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Insert an instance; False when there is one of this id already."""
    return await insert_or_skip(session, ProcessInstance, values, ("id",))


async def record_wakeup(session: AsyncSession, instance_id: str, sequence: int, values: Mapping[str, Any]) -> bool:
    """Write where an instance stands after a wake-up; False when the wake-up before it is not the latest."""
    keys = {"instance": instance_id, "before": sequence - 1}
    recorded = await session.execute(_RECORD, {**keys, "sequence": sequence, **values})
    return bool(getattr(recorded, "rowcount", 0))


async def add_journal_lines(session: AsyncSession, lines: Sequence[Mapping[str, Any]]) -> None:
    if lines:
        await session.execute(_ADD_LINES, [dict(line) for line in lines])


async def count_attempts(session: AsyncSession, parent_id: str, activation: str) -> int:
    """Count the children that were ever started for an activation: more than one after a retried incident."""
    statement = select(func.count()).where(
        col(ProcessInstance.parent_id) == parent_id, col(ProcessInstance.parent_activation) == activation
    )
    return int((await session.execute(statement)).scalar_one())


async def find_running_child(session: AsyncSession, parent_id: str, activation: str) -> str | None:
    statement = select(col(ProcessInstance.id)).where(
        col(ProcessInstance.parent_id) == parent_id,
        col(ProcessInstance.parent_activation) == activation,
        col(ProcessInstance.status) == InstanceStatus.RUNNING,
    )
    return (await session.execute(statement.limit(1))).scalar_one_or_none()


async def renew_heartbeat(session: AsyncSession, worker: str, build_id: str, now: datetime) -> None:
    await insert_or_update(session, WorkerHeartbeat, {"worker": worker, "build_id": build_id, "at": now}, ("worker",))


async def forget_heartbeat(session: AsyncSession, worker: str) -> None:
    await session.execute(delete(WorkerHeartbeat).where(col(WorkerHeartbeat.worker) == worker))


async def latest_heartbeat(session: AsyncSession) -> datetime | None:
    """Tell when any worker last showed that it lives."""
    statement = select(col(WorkerHeartbeat.at)).order_by(col(WorkerHeartbeat.at).desc()).limit(1)
    return (await session.execute(statement)).scalar_one_or_none()


def _instant(text: str, cursor: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadCursor(cursor) from error
    if at.tzinfo is None:
        raise BadCursor(cursor)
    return at


def _filtered(statement: Select[ProcessInstance], wanted: InstanceFilter) -> Select[ProcessInstance]:
    for column, value in (
        (col(ProcessInstance.status), wanted.status),
        (col(ProcessInstance.template_key), wanted.template_key),
        (col(ProcessInstance.dealer_code), wanted.dealer_code),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.roots_only:
        statement = statement.where(col(ProcessInstance.parent_id).is_(None))
    if wanted.text:
        statement = statement.where(col(ProcessInstance.business_key).startswith(wanted.text, autoescape=True))
    return statement


async def _completed_elements(session: AsyncSession, instance_id: str) -> tuple[str, ...]:
    statement = (
        select(col(JournalLine.element_id))
        .where(col(JournalLine.instance_id) == instance_id, col(JournalLine.kind) == COMPLETED)
        .order_by(col(JournalLine.sequence), col(JournalLine.line_no))
    )
    return tuple((await session.execute(statement)).scalars())


async def _open_tasks(session: AsyncSession, instance_id: str) -> tuple[Task, ...]:
    statement = (
        select(Task)
        .where(col(Task.instance_id) == instance_id, col(Task.status) == TaskStatus.OPEN)
        .order_by(col(Task.id))
    )
    return tuple((await session.execute(statement)).scalars())
