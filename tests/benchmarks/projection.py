"""The rows that every measured process leaves behind: one effect for each step, and what an inbox and a list need.

All three processes write through these functions, so that they differ in how they reach the database, not in what
they write there.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables.access import AuditEntry
from models.tables.processes import JournalLine, MessageWait, ProcessInstance, Task, TaskCandidate


def _now() -> datetime:
    return datetime.now(UTC)


async def record_effect(session: AsyncSession, instance_id: str, step: int) -> None:
    await session.execute(
        insert(AuditEntry).values(
            at=_now(), actor="system", action="bench", subject=instance_id, reason="", detail={"step": step}
        )
    )


async def record_start(session: AsyncSession, instance_id: str) -> bool:
    """Write the instance's row; False when a repetition finds it there."""
    row = ProcessInstance(
        id=instance_id,
        business_key=instance_id,
        root_id=instance_id,
        template_key="by_hand",
        template_hash="",
        process_id="by_hand",
        status="running",
        sequence=1,
        started_at=_now(),
    )
    fresh = (
        insert_in_sqlite(ProcessInstance)
        .values(row.model_dump())
        .on_conflict_do_nothing()
        .returning(col(ProcessInstance.id))
    )
    return (await session.execute(fresh)).first() is not None


async def claim_sequence(session: AsyncSession, instance_id: str, sequence: int) -> bool:
    """Take the next turn of an instance; False when a repetition finds it taken."""
    taken = (
        update(ProcessInstance)
        .where(col(ProcessInstance.id) == instance_id, col(ProcessInstance.sequence) == sequence - 1)
        .values(sequence=sequence)
    )
    return (await session.execute(taken.returning(col(ProcessInstance.id)))).first() is not None


async def record_status(session: AsyncSession, instance_id: str, status: str) -> None:
    await session.execute(
        update(ProcessInstance).where(col(ProcessInstance.id) == instance_id).values(status=status, ended_at=_now())
    )


async def record_journal(session: AsyncSession, instance_id: str, sequence: int, elements: list[str]) -> bool:
    """Note what was completed; False when a repetition finds it noted."""
    lines = [
        {
            "instance_id": instance_id,
            "sequence": sequence,
            "line_no": number,
            "at": _now(),
            "actor": "system",
            "kind": "completed",
            "element_id": element,
            "activation": f"{element}#1",
            "detail": {},
        }
        for number, element in enumerate(elements)
    ]
    if not lines:
        return True
    fresh = insert_in_sqlite(JournalLine).values(lines).on_conflict_do_nothing().returning(col(JournalLine.id))
    return (await session.execute(fresh)).first() is not None


async def record_task_opened(session: AsyncSession, instance_id: str, task: int) -> None:
    """Open a task for ops, once."""
    row = Task(
        instance_id=instance_id,
        root_id=instance_id,
        business_key=instance_id,
        template_key="by_hand",
        template_hash="",
        element_id=f"task{task}",
        activation=f"task{task}#1",
        name_zh="任务",
        name_en="Task",
        status="open",
        actions={"allowed": ["complete"]},
        created_at=_now(),
    )
    fresh = (
        insert_in_sqlite(Task).values(row.model_dump(exclude={"id"})).on_conflict_do_nothing().returning(col(Task.id))
    )
    task_id = (await session.execute(fresh)).scalar_one_or_none()
    if task_id is not None:
        await session.execute(insert(TaskCandidate).values(task_id=task_id, principal="role:ops"))


async def record_task_closed(session: AsyncSession, instance_id: str, task: int, actor: str) -> None:
    closed = (
        update(Task)
        .where(col(Task.instance_id) == instance_id, col(Task.element_id) == f"task{task}")
        .values(status="done", done_by=actor, action="complete", closed_at=_now())
        .returning(col(Task.id))
    )
    task_id = (await session.execute(closed)).scalar_one()
    await session.execute(delete(TaskCandidate).where(col(TaskCandidate.task_id) == task_id))


async def record_wait(session: AsyncSession, instance_id: str) -> None:
    await session.execute(
        insert(MessageWait).values(
            instance_id=instance_id,
            subscription="message#1",
            element_id="message",
            name="bench.ready",
            key=instance_id,
            created_at=_now(),
        )
    )


async def forget_wait(session: AsyncSession, instance_id: str) -> None:
    await session.execute(delete(MessageWait).where(col(MessageWait.instance_id) == instance_id))
