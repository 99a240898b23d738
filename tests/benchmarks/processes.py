"""Drive the same process three ways on one server: interpreted, by hand with batches, by hand the textbook way."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from models.db import Database
from models.payloads.access import Actor, Role
from models.payloads.processes import ActRequest, InstanceStart, ProcessInput
from models.process_client import ProcessClient
from models.tables.processes import Task, TaskStatus
from tests.benchmarks.batched import BatchedActivities, BatchedOrder
from tests.benchmarks.textbook import BareUpdate, TextbookActivities, TextbookOrder
from tests.fixtures.waiting import eventually
from web.gateway import Gateway

BY_HAND_QUEUE = "by-hand"
PRODUCT_QUEUE = "dealerflow"
IN_FLIGHT = 12
"""Processes driven at the same time: enough to keep two cores busy, few enough not to queue."""
OPS = Actor("ops", (Role.OPS,))

Handle = WorkflowHandle[Any, Any]
Drive = Callable[[str], Awaitable[Handle]]


@dataclass(frozen=True, slots=True)
class Bench:
    """What the measurements share. `gateway` is the product's own."""

    client: Client
    database: Database
    gateway: Gateway
    template_hash: str

    async def drive_by_hand(self, workflow: str, name: str) -> Handle:
        handle = await self.client.start_workflow(workflow, id=name, task_queue=BY_HAND_QUEUE)
        for number in (1, 2):
            await handle.execute_update("complete_task", number)
        await handle.signal("message")
        await handle.execute_update("complete_task", 3)
        await handle.result()
        return handle

    async def drive_textbook(self, name: str) -> Handle:
        return await self.drive_by_hand("TextbookOrder", name)

    async def drive_batched(self, name: str) -> Handle:
        return await self.drive_by_hand("BatchedOrder", name)

    async def drive_interpreted(self, name: str) -> Handle:
        """Go through the same motions as a caller that knows nothing of the workflow but its update and its tasks."""
        handle = await self._start(name)
        for _ in range(2):
            await self._complete_task(handle, name)
        await self.gateway.send_message("bench.ready", name, {})
        await self._complete_task(handle, name)
        await handle.result()
        return handle

    async def drive_interpreted_early(self, name: str) -> Handle:
        """The same with a carrier that is quick: its message is there before the process waits for it."""
        handle = await self._start(name)
        await self.gateway.send_message("bench.ready", name, {})
        for _ in range(3):
            await self._complete_task(handle, name)
        await handle.result()
        return handle

    async def _start(self, name: str) -> Handle:
        request = ProcessInput("interpreted", self.template_hash, name, actor=OPS.login)
        await ProcessClient(self.client, PRODUCT_QUEUE).start(InstanceStart(name, request))
        return self.client.get_workflow_handle(name)

    async def _complete_task(self, handle: Handle, name: str) -> None:
        await handle.execute_update("act", ActRequest(await self.open_task(name), "complete", OPS))

    async def open_task(self, name: str) -> int:
        """Find the open task, waiting for the wake-up that opens it."""
        query = select(col(Task.id)).where(col(Task.instance_id) == name, col(Task.status) == TaskStatus.OPEN)

        async def look() -> int | None:
            async with self.database.reading() as session:
                found: int | None = (await session.execute(query)).scalar_one_or_none()
            return found

        found = await eventually(look, says=f"{name} opens no task", every_s=0.02)
        assert found is not None, "eventually returns what is true"
        return found

    def by_hand_worker(self) -> Worker:
        textbook, batched = TextbookActivities(self.database), BatchedActivities(self.database)
        return Worker(
            self.client,
            task_queue=BY_HAND_QUEUE,
            workflows=[TextbookOrder, BatchedOrder, BareUpdate],
            activities=[
                textbook.do_step,
                textbook.record_status,
                textbook.open_task,
                textbook.close_task,
                batched.write,
            ],
            workflow_runner=UnsandboxedWorkflowRunner(),
        )


async def throughput(drive: Drive, prefix: str, count: int) -> float:
    """Drive `count` processes, `IN_FLIGHT` at a time; return processes per second."""
    names = iter(f"{prefix}-{number}" for number in range(count))

    async def drive_some() -> None:
        for name in names:
            await drive(name)

    began = time.perf_counter()
    await asyncio.gather(*(drive_some() for _ in range(IN_FLIGHT)))
    return count / (time.perf_counter() - began)


async def history_events(handle: Handle) -> int:
    return (await handle.describe()).history_length


async def median_ms(action: Callable[[], Awaitable[object]], count: int) -> float:
    """Repeat an action one after the other; return the median in milliseconds."""
    durations = []
    for _ in range(count):
        began = time.perf_counter()
        await action()
        durations.append((time.perf_counter() - began) * 1000)
    return statistics.median(durations)
