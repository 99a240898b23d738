"""What a test of the driver stands on: worker, gateway and the questions that tests ask."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import col
from temporalio.client import Client, WorkflowHandle

from models.clock import utc_now
from models.db import Database
from models.payloads.access import Actor
from models.payloads.processes import ItemKind, ProcessDescription, Wakeup, WakeupItem
from models.repositories import processes, templates
from models.repositories.processes import InstanceView
from models.settings import Settings
from models.tables.processes import JournalLine, MessageStart, Task, TaskStatus
from tests.workflows.steps import STEPS
from web.gateway import Gateway, TaskReceipt
from worker import WorkerApp
from workflows.bpmn.trigger_json import trigger_to_json
from workflows.bpmn.triggers import Start

PATIENCE = 20.0
Answer = TypeVar("Answer")


class Stage:
    def __init__(self, client: Client, database: Database, settings: Settings) -> None:
        self.client = client
        self.database = database
        self.settings = settings
        self.number = f"SO-{settings.task_queue}"
        """A business key that no other test on this server has."""
        self.gateway = Gateway(settings, database, client, STEPS)
        self._running = contextlib.AsyncExitStack()
        self.app: WorkerApp | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, client: Client, database: Database, queue: str, **settings: Any) -> AsyncIterator[Stage]:
        stage = cls(client, database, Settings(task_queue=queue, sandboxed_workflows=True, **settings))
        await stage.start_worker()
        try:
            yield stage
        finally:
            await stage.stop_worker()

    async def start_worker(self) -> None:
        """Start a worker that knows nothing yet: no cached workflow, no compiled definition."""
        self.app = WorkerApp(self.settings, self.database, self.client, STEPS, timedelta(seconds=1))
        await self._running.enter_async_context(self.app.running())

    async def stop_worker(self) -> None:
        await self._running.aclose()

    async def restart_worker(self) -> None:
        await self.stop_worker()
        await self.start_worker()

    def handle(self, instance_id: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(instance_id)

    async def first_wakeup(self, template_key: str) -> Wakeup:
        """Build the wake-up that the workflow of this stage's number begins with."""
        async with self.database.reading() as session:
            template = await templates.find_published(session, template_key)
        assert template is not None
        item = WakeupItem(ItemKind.TRIGGER, trigger_to_json(Start()), actor="sales")
        at = utc_now().isoformat()
        return Wakeup(self.number, 1, at, template.key, template.hash, self.number, (item,), started_by="sales")

    async def result(self, instance_id: str) -> str:
        """Wait for the end and tell the outcome."""
        return str((await asyncio.wait_for(self.handle(instance_id).result(), PATIENCE))["outcome"])

    async def describe(self, instance_id: str) -> ProcessDescription:
        description: ProcessDescription = await self.handle(instance_id).query(
            "describe", result_type=ProcessDescription
        )
        return description

    async def view(self, instance_id: str) -> InstanceView:
        async with self.database.reading() as session:
            view = await processes.find_instance(session, instance_id)
        assert view is not None
        return view

    async def journal(self, instance_id: str) -> Sequence[JournalLine]:
        async with self.database.reading() as session:
            return await processes.journal(session, instance_id)

    async def marks(self) -> list[str]:
        """List what the steps left behind."""
        statement = select(col(MessageStart.message)).where(
            col(MessageStart.element_id).in_(("note", "half", "undone"))
        )
        async with self.database.reading() as session:
            return sorted((await session.execute(statement)).scalars())

    async def task(self, instance_id: str, element_id: str) -> int:
        """Find the open task of an element, waiting for the wake-up that opens it."""
        statement = select(col(Task.id)).where(
            col(Task.instance_id) == instance_id,
            col(Task.element_id) == element_id,
            col(Task.status) == TaskStatus.OPEN,
        )

        async def find() -> int | None:
            async with self.database.reading() as session:
                return (await session.execute(statement)).scalar_one_or_none()

        return await eventually(find)

    async def act(
        self, instance_id: str, element_id: str, actor: Actor, action: str = "complete", comment: str = ""
    ) -> TaskReceipt:
        task_id = await self.task(instance_id, element_id)
        return await self.gateway.act_on_task(task_id, action, actor, comment)

    async def history_length(self, instance_id: str) -> int:
        return (await self.handle(instance_id).describe()).history_length


async def eventually(ask: Callable[[], Awaitable[Answer | None]]) -> Answer:
    """Ask until there is an answer."""
    never = asyncio.Event()
    async with asyncio.timeout(PATIENCE):
        while not (answer := await ask()):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(never.wait(), 0.01)
    return answer
