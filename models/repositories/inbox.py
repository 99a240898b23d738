"""Tasks: who may do them, lists that stay fast at a million of them, and the changes that a wake-up makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Subquery, bindparam, delete, false, func, insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.payloads.access import Actor
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, id_of_cursor, page_of
from models.repositories.upserts import table_of
from models.rules.inbox import TaskFacts, may_see, principals
from models.tables.processes import Task, TaskCandidate, TaskStatus

COUNT_LIMIT = 1000
"""Counts stop here, so that a badge costs the same however long the list is; screens show `999+`."""

NOBODY = "nobody"

_TASKS, _CANDIDATES = table_of(Task), table_of(TaskCandidate)
# Every wake-up runs these: built once, since building and naming a statement costs more than running it.
_OPEN = insert(_TASKS).returning(_TASKS.c.id, sort_by_parameter_order=True)
_ADD_CANDIDATES = insert(_CANDIDATES)
_CLOSE = update(_TASKS).where(
    _TASKS.c.id == bindparam("task"),
    _TASKS.c.status == TaskStatus.OPEN,
    func.coalesce(_TASKS.c.claimed_by, bindparam("by")) == bindparam("by"),
)
_FORGET_CANDIDATES = delete(_CANDIDATES).where(_CANDIDATES.c.task_id == bindparam("task"))


class Scope(StrEnum):
    MINE = "mine"
    """Claimed by me, or given to me by name."""
    GROUP = "group"
    """Open to one of my roles and claimed by nobody."""
    ALL = "all"
    """Both of these."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be opened and its candidates."""

    values: Mapping[str, Any]
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """How a person finished a task."""

    task_id: int
    actor: str
    action: str
    comment: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def facts_of(task: Task) -> TaskFacts:
    """Gather what `models.rules.inbox` judges by."""
    is_open = task.status == TaskStatus.OPEN
    return TaskFacts(
        actions=allowed_actions(task),
        candidates=_words(task.candidates.get("principals")),
        form=task.form,
        claimed_by=task.claimed_by,
        dealer=task.dealer_code,
        closed_by=None if is_open else task.done_by,
        closed_with=None if is_open else task.action or task.status,
    )


def allowed_actions(task: Task) -> tuple[str, ...]:
    return _words(task.actions.get("allowed"))


async def find_task(session: AsyncSession, task_id: int, actor: Actor) -> Task | None:
    """Find a task that this person may see; to anyone else it does not exist."""
    task = await session.get(Task, task_id)
    return task if task is not None and may_see(facts_of(task), actor) else None


async def list_tasks(
    session: AsyncSession,
    actor: Actor,
    status: str = TaskStatus.OPEN,
    scope: str = Scope.ALL,
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Task]:
    """List a person's tasks: open ones oldest first, done ones latest first. Raises BadCursor."""
    behind = id_of_cursor(after) if after else None
    is_done = TaskStatus.DONE in (status, scope)
    statement = select(Task)
    if is_done:
        statement = statement.where(col(Task.id).in_(_done_ids(actor, behind, bounded(limit) + 1)))
    else:
        ids = _open_ids(actor, Scope(scope), behind, bounded(limit) + 1)
        statement = statement.where(col(Task.id).in_(select(ids.c.task_id)))
    statement = statement.order_by(col(Task.id).desc() if is_done else col(Task.id))
    rows = (await session.execute(statement)).scalars().all()
    return page_of(rows, limit, lambda task: task, lambda task: (task.id or 0,))


async def count_open(session: AsyncSession, actor: Actor, scope: Scope = Scope.ALL) -> int:
    """Count a person's open tasks, up to COUNT_LIMIT."""
    ids = _open_ids(actor, scope, None, COUNT_LIMIT)
    return int((await session.execute(select(func.count()).select_from(ids))).scalar_one())


async def next_task(session: AsyncSession, actor: Actor, after_task_id: int | None = None) -> Task | None:
    """Find the task to show after one was done: the next in the list, else the first."""
    for behind in (after_task_id, None):
        ids = _open_ids(actor, Scope.ALL, behind, 1)
        statement = select(Task).where(col(Task.id).in_(select(ids.c.task_id)))
        task = (await session.execute(statement)).scalar_one_or_none()
        if task is not None:
            return task
    return None


async def list_of_instance(session: AsyncSession, root_id: str, status: TaskStatus | None = None) -> Sequence[Task]:
    """List the tasks of an instance and of everything it called, in order of appearance."""
    statement = select(Task).where(col(Task.root_id) == root_id).order_by(col(Task.id))
    if status is not None:
        statement = statement.where(col(Task.status) == status)
    return (await session.execute(statement)).scalars().all()


async def open_tasks(session: AsyncSession, tasks: Sequence[NewTask]) -> list[int]:
    """Insert tasks with their candidates; returns their ids in the same order."""
    if not tasks:
        return []
    rows = [{**task.values, "candidates": {"principals": list(task.candidates)}} for task in tasks]
    ids = list((await session.execute(_OPEN, rows)).scalars())
    candidates = [
        {"task_id": task_id, "principal": principal, "claimed": False}
        for task_id, task in zip(ids, tasks, strict=True)
        for principal in task.candidates
    ]
    await session.execute(_ADD_CANDIDATES, candidates)
    return ids


async def close_task(session: AsyncSession, closing: Closing, now: datetime) -> bool:
    """Close an open task unless somebody else has claimed it; False when it was too late."""
    values = {
        "task": closing.task_id,
        "by": closing.actor,
        "status": TaskStatus.DONE,
        "done_by": closing.actor,
        "action": closing.action,
        "comment": closing.comment,
        "data": dict(closing.data),
        "closed_at": now,
    }
    closed = await session.execute(_CLOSE, values)
    if not getattr(closed, "rowcount", 0):
        return False
    await session.execute(_FORGET_CANDIDATES, {"task": closing.task_id})
    return True


async def withdraw_tasks(session: AsyncSession, instance_id: str, now: datetime, activation: str | None = None) -> None:
    """Take back a task that nobody will finish any more, or all open ones of an instance."""
    statement = select(col(Task.id)).where(col(Task.instance_id) == instance_id, col(Task.status) == TaskStatus.OPEN)
    if activation is not None:
        statement = statement.where(col(Task.activation) == activation)
    ids = [task_id for task_id in (await session.execute(statement)).scalars() if task_id is not None]
    if ids:
        await session.execute(
            update(Task).where(col(Task.id).in_(ids)).values(status=TaskStatus.WITHDRAWN, closed_at=now)
        )
        await session.execute(delete(TaskCandidate).where(col(TaskCandidate.task_id).in_(ids)))


async def claim_task(session: AsyncSession, task_id: int, actor: str) -> str | None:
    """Reserve an open task for one person; returns its activation, None when it is closed or another's."""
    return await _set_claim(session, task_id, actor, is_claimed=True)


async def release_task(session: AsyncSession, task_id: int, actor: str) -> str | None:
    """Give a claimed task back to its group; returns its activation, None when it is closed or another's."""
    return await _set_claim(session, task_id, actor, is_claimed=False)


def _open_ids(actor: Actor, scope: Scope, after: int | None, limit: int) -> Subquery:
    """Find the first open tasks of a person.

    Each principal's part walks its own index in order and stops at the limit: how long the list is does not matter.
    """
    named, *roles = principals(actor)
    parts: list[Subquery] = []
    if scope is not Scope.GROUP:
        parts += [_claimed_part(actor, after, limit), _candidate_part(named, after, limit)]
    if scope is not Scope.MINE:
        parts += [_candidate_part(role, after, limit) for role in roles or (NOBODY,)]
    merged = union_all(*(select(part.c.task_id) for part in parts)).subquery()
    return select(merged.c.task_id).distinct().order_by(merged.c.task_id).limit(limit).subquery()


def _candidate_part(principal: str, after: int | None, limit: int) -> Subquery:
    statement = select(col(TaskCandidate.task_id)).where(
        col(TaskCandidate.principal) == principal, col(TaskCandidate.claimed) == false()
    )
    if after is not None:
        statement = statement.where(col(TaskCandidate.task_id) > after)
    return statement.order_by(col(TaskCandidate.task_id)).limit(limit).subquery()


def _claimed_part(actor: Actor, after: int | None, limit: int) -> Subquery:
    statement = select(table_of(Task).c.id.label("task_id")).where(
        col(Task.status) == TaskStatus.OPEN, col(Task.claimed_by) == actor.login
    )
    if after is not None:
        statement = statement.where(col(Task.id) > after)
    return statement.order_by(col(Task.id)).limit(limit).subquery()


def _done_ids(actor: Actor, before: int | None, limit: int) -> Select[int | None]:
    statement = select(col(Task.id)).where(col(Task.done_by) == actor.login)
    if before is not None:
        statement = statement.where(col(Task.id) < before)
    found = statement.order_by(col(Task.id).desc()).limit(limit).subquery()
    return select(found.c.id)


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


async def _set_claim(session: AsyncSession, task_id: int, actor: str, *, is_claimed: bool) -> str | None:
    statement = (
        update(Task)
        .where(
            col(Task.id) == task_id,
            col(Task.status) == TaskStatus.OPEN,
            func.coalesce(col(Task.claimed_by), actor) == actor,
        )
        .values(claimed_by=actor if is_claimed else None)
        .returning(col(Task.activation))
    )
    activation = (await session.execute(statement)).scalar_one_or_none()
    flags = update(TaskCandidate).where(col(TaskCandidate.task_id) == task_id).values(claimed=is_claimed)
    if activation is not None:
        await session.execute(flags)
    return activation
