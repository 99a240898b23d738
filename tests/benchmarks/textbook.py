"""The process by hand, the textbook way: every step and every write of the projection is an activity of its own.

Activities may be repeated, so each of them first writes what tells it that it was done before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from models.db import Database
    from tests.benchmarks import projection
    from tests.benchmarks.payloads import StatusRecord, TaskRecord, Work

TIMEOUT = timedelta(seconds=30)
Record = TypeVar("Record")


class TextbookActivities:
    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="textbook.do_step")
    async def do_step(self, work: Work) -> None:
        async with self._database.writing() as session:
            if await projection.record_journal(session, work.instance_id, 100 + work.step, [f"step{work.step}"]):
                await projection.record_effect(session, work.instance_id, work.step)

    @activity.defn(name="textbook.record_status")
    async def record_status(self, record: StatusRecord) -> None:
        async with self._database.writing() as session:
            if record.status == "running":
                await projection.record_start(session, record.instance_id)
            else:
                await projection.record_status(session, record.instance_id, record.status)

    @activity.defn(name="textbook.open_task")
    async def open_task(self, record: TaskRecord) -> None:
        async with self._database.writing() as session:
            await projection.record_task_opened(session, record.instance_id, record.task)

    @activity.defn(name="textbook.close_task")
    async def close_task(self, record: TaskRecord) -> None:
        async with self._database.writing() as session:
            if await projection.record_journal(session, record.instance_id, record.task, [f"task{record.task}"]):
                await projection.record_task_closed(session, record.instance_id, record.task, record.actor)


@workflow.defn
class TextbookOrder:
    def __init__(self) -> None:
        self._open = 0
        self._ready = False

    @workflow.run
    async def run(self) -> str:
        instance_id = workflow.info().workflow_id
        await self._do(TextbookActivities.record_status, StatusRecord(instance_id, "running"))
        for number in (1, 2, 3):
            await self._do(TextbookActivities.do_step, Work(instance_id, number))
            if number == 3:
                await workflow.wait_condition(lambda: self._ready)
            await self._do(TextbookActivities.open_task, TaskRecord(instance_id, number))
            self._open = number
            await workflow.wait_condition(lambda: self._open == 0)
        await self._do(TextbookActivities.do_step, Work(instance_id, 4))
        await self._do(TextbookActivities.record_status, StatusRecord(instance_id, "completed"))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return "completed"

    async def _do(self, method: Callable[[TextbookActivities, Record], Awaitable[None]], record: Record) -> None:
        await workflow.execute_activity_method(method, record, start_to_close_timeout=TIMEOUT)

    @workflow.update
    async def complete_task(self, number: int) -> int:
        await workflow.wait_condition(lambda: self._open == number)
        record = TaskRecord(workflow.info().workflow_id, number, "ops")
        await self._do(TextbookActivities.close_task, record)
        self._open = 0
        return number

    @workflow.signal
    def message(self) -> None:
        self._ready = True


@workflow.defn
class BareUpdate:
    """The least that a click can cost on this server: an update that does nothing."""

    def __init__(self) -> None:
        self._done = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._done)
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def touch(self, value: int) -> int:
        return value

    @workflow.signal
    def finish(self) -> None:
        self._done = True
