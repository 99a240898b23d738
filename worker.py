"""Run process instances: Temporal's worker with the interpreter workflow, its local activity and the steps.

Started by `./dev up`, or in production as `python worker.py` with `TEMPORAL_*` and `DEALERFLOW_*` set. At SIGTERM what
is under way is finished.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.processes import ProcessActivities, publish_shipped_templates, remote_activities
from activities.registry import Step, facts_for_parser, load_steps
from activities.upkeep import Upkeep
from models.db import Database
from models.process_client import ProcessClient
from models.repositories import templates
from models.settings import Settings
from models.temporal import connect, register_search_attributes
from workflows import definitions
from workflows.bpmn.definition import Definition
from workflows.bpmn.parser import parse
from workflows.definitions import Definitions
from workflows.process_instance import ProcessInstance

PASSED_THROUGH = (
    "models",
    "workflows.bpmn",
    "workflows.definitions",
    "cel_expr_python",
    "lxml",
    "pydantic",
    "pydantic_core",
)
"""Modules that the sandbox shares with the worker: pure ones, and the cache of definitions."""

SQLITE_WAKEUPS = 8
SERVER_WAKEUPS = 16
"""How many wake-ups run at once: fewer than there are connections; with SQLite's one writer enough to queue."""
WORKFLOW_TASKS = 64
REMOTE_STEPS = 100
CACHED_WORKFLOWS = 2000
UPKEEP_EVERY = timedelta(seconds=5)
GRACE = timedelta(seconds=15)

_log = logging.getLogger(__name__)


class WorkerApp:
    """Everything that one worker process holds."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        client: Client,
        steps: Mapping[str, Step],
        upkeep_every: timedelta = UPKEEP_EVERY,
    ) -> None:
        self._database = database
        self._upkeep_every = upkeep_every
        self.definitions = Definitions(definition_loader(database, steps))
        self._processes = ProcessClient(client, settings.task_queue)
        name = f"{socket.gethostname()}:{os.getpid()}"
        self.upkeep = Upkeep(database, self._processes, name, settings.build_id, settings.history_limit)
        self.activities = ProcessActivities(
            database, self.definitions.get, steps, self._processes, timedelta(days=settings.message_retention_days)
        )
        self._worker = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=[ProcessInstance],
            activities=[self.activities.carry_out, *remote_activities(steps)],
            workflow_runner=workflow_runner(is_sandboxed=settings.sandboxed_workflows),
            max_cached_workflows=CACHED_WORKFLOWS,
            max_concurrent_workflow_tasks=WORKFLOW_TASKS,
            max_concurrent_local_activities=SQLITE_WAKEUPS if database.is_sqlite else SERVER_WAKEUPS,
            max_concurrent_activities=REMOTE_STEPS,
            graceful_shutdown_timeout=GRACE,
            deployment_config=deployment_config(settings),
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work until the block is left, then finish what is under way."""
        definitions.use(self.definitions)
        await self._preload()
        await self.upkeep.sign_on()
        async with self._worker:
            upkeep = asyncio.create_task(self.upkeep.run(self._upkeep_every))
            try:
                yield
            finally:
                upkeep.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await upkeep
                await self.upkeep.sign_off()

    async def _preload(self) -> None:
        """Compile what new instances will run before the first of them waits for it."""
        async with self._database.reading() as session:
            published = await templates.list_published(session)
        for template in published:
            self.definitions.get(template.hash)


def definition_loader(database: Database, steps: Mapping[str, Step]) -> definitions.Loader:
    known = facts_for_parser(steps)

    def load(version_hash: str) -> Definition:
        parsed = parse(templates.read_xml(database.url, version_hash).encode(), known)
        if parsed.definition is None:
            raise LookupError(f"template version {version_hash} does not parse any more")
        return parsed.definition

    return load


def workflow_runner(*, is_sandboxed: bool) -> WorkflowRunner:
    """The suite runs workflows in the SDK's sandbox; production saves its cost and relies on the replay tests."""
    if not is_sandboxed:
        return UnsandboxedWorkflowRunner()
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def deployment_config(settings: Settings) -> WorkerDeploymentConfig | None:
    """With a deployment's name Temporal routes by build id; instances move to a newer build at their next wake-up."""
    if not settings.worker_deployment:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.worker_deployment, settings.build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Connect, publish what is shipped, and work until `stop` is set."""
    database = Database(settings.effective_database_url)
    try:
        client = await connect(settings)
        await register_search_attributes(client)
        steps = load_steps()
        changed: Sequence[str] = await publish_shipped_templates(database, steps=steps)
        for key in changed:
            _log.info("published template %s", key)
        async with WorkerApp(settings, database, client, steps).running():
            _log.info("worker is ready on task queue %s", settings.task_queue)
            await stop.wait()
            _log.info("worker is shutting down")
    finally:
        await database.close()


async def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    await run(Settings(), stop)


if __name__ == "__main__":
    asyncio.run(main())
