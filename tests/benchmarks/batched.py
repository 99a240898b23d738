"""The process by hand, as somebody would write it who counts transactions: one local activity for each wake-up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from models.db import Database
    from tests.benchmarks import projection
    from tests.benchmarks.payloads import Batch

TIMEOUT = timedelta(seconds=30)
MESSAGE_CAME = 4
"""The wake-up that the message causes."""


class BatchedActivities:
    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="batched.write")
    async def write(self, batch: Batch) -> None:
        """Write what one wake-up changes, once: the sequence tells a repetition that it was written before."""
        async with self._database.writing() as session:
            if await self._is_new(session, batch):
                await _write(session, batch)

    async def _is_new(self, session: AsyncSession, batch: Batch) -> bool:
        if batch.sequence == 1:
            return await projection.record_start(session, batch.instance_id)
        return await projection.claim_sequence(session, batch.instance_id, batch.sequence)


async def _write(session: AsyncSession, batch: Batch) -> None:
    elements = [f"step{number}" for number in batch.steps]
    if batch.close_task is not None:
        await projection.record_task_closed(session, batch.instance_id, batch.close_task, batch.actor)
        elements.insert(0, f"task{batch.close_task}")
    for number in batch.steps:
        await projection.record_effect(session, batch.instance_id, number)
    if batch.await_message:
        await projection.record_wait(session, batch.instance_id)
    if batch.sequence == MESSAGE_CAME:
        await projection.forget_wait(session, batch.instance_id)
    if batch.open_task is not None:
        await projection.record_task_opened(session, batch.instance_id, batch.open_task)
    if batch.status is not None:
        await projection.record_status(session, batch.instance_id, batch.status)
    await projection.record_journal(session, batch.instance_id, batch.sequence, elements)


@workflow.defn
class BatchedOrder:
    def __init__(self) -> None:
        self._closed: list[int] = []
        self._written = 0
        self._ready = False

    @workflow.run
    async def run(self) -> str:
        instance_id = workflow.info().workflow_id
        await self._write(Batch(instance_id, 1, steps=(1,), open_task=1))
        await workflow.wait_condition(lambda: 1 in self._closed)
        await self._write(Batch(instance_id, 2, close_task=1, actor="ops", steps=(2,), open_task=2))
        await workflow.wait_condition(lambda: 2 in self._closed)
        await self._write(Batch(instance_id, 3, close_task=2, actor="ops", steps=(3,), await_message=True))
        await workflow.wait_condition(lambda: self._ready)
        await self._write(Batch(instance_id, 4, open_task=3))
        await workflow.wait_condition(lambda: 3 in self._closed)
        await self._write(Batch(instance_id, 5, close_task=3, actor="ops", steps=(4,), status="completed"))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "completed"

    async def _write(self, batch: Batch) -> None:
        await workflow.execute_local_activity_method(BatchedActivities.write, batch, start_to_close_timeout=TIMEOUT)
        self._written = batch.sequence

    @workflow.update
    async def complete_task(self, number: int) -> int:
        """Answer when the wake-up that closes the task is written, as a person's next screen needs it."""
        wakeup = {1: 2, 2: 3, 3: 5}[number]
        self._closed.append(number)
        await workflow.wait_condition(lambda: self._written >= wakeup)
        return number

    @workflow.signal
    def message(self) -> None:
        self._ready = True
