"""The web application over the demo company: real SQLite; a real Temporal server and browser for who asks for them."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import update
from temporalio.testing import WorkflowEnvironment

from activities.processes import publish_shipped_templates
from activities.registry import load_steps
from models.clock import business_date, utc_now
from models.db import Database
from models.repositories.upserts import insert_or_skip
from models.seed.run import seed
from models.settings import Settings
from models.tables.orders import NumberSeries
from models.temporal import connect
from tests.web.site import Site
from web.__main__ import Server
from web.app import create_app
from web.broadcast import Broadcast
from web.gateway import Gateway
from worker import WorkerApp

PASSWORD = "demo"
_queues = itertools.count(1)


@pytest.fixture(scope="session")
async def demo_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo company and the shipped templates. Copy it, never write to it."""
    file = Path(shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("demo") / "demo.db"))
    database = Database(f"sqlite+aiosqlite:///{file}")
    await seed(database, PASSWORD)
    await publish_shipped_templates(database)
    await database.close()
    return file


@pytest.fixture
async def demo(demo_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh copy of the demo company."""
    database = Database(f"sqlite+aiosqlite:///{shutil.copyfile(demo_file, tmp_path / 'demo.db')}")
    yield database
    await database.close()


@pytest.fixture
async def site(demo: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """The application without Temporal: what needs a process says that processes are not answering."""
    settings = Settings(home=tmp_path)
    gateway = Gateway(settings, demo, await connect(settings, lazy=True))
    async with Site(create_app(settings, demo, gateway, PASSWORD), demo) as site:
        yield site


@pytest.fixture
async def live_site(demo: Database, tmp_path: Path, temporal: WorkflowEnvironment) -> AsyncIterator[Site]:
    """The application with a worker on a real Temporal server."""
    number = next(_queues)
    await number_documents_from(demo, 700_000 + 1_000 * number)
    settings = Settings(home=tmp_path, task_queue=f"web-{number}")
    worker = WorkerApp(settings, demo, temporal.client, load_steps())
    gateway = Gateway(settings, demo, temporal.client)
    async with worker.running(), Site(create_app(settings, demo, gateway, PASSWORD), demo) as site:
        yield site


@pytest.fixture
async def address(live_site: Site) -> AsyncIterator[str]:
    """Where a browser finds the application."""
    async with served(live_site.app) as address:
        yield address


class StartedServer(Server):
    """Tell when it listens."""

    def __init__(self, config: uvicorn.Config, broadcast: Broadcast) -> None:
        super().__init__(config, broadcast)
        self.has_started = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.has_started.set()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application on a free port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=2)
        server = StartedServer(config, app.state.broadcast)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await server.has_started.wait()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await task


async def number_documents_from(database: Database, last: int) -> None:
    """Number from there: the tests share a Temporal server, on which a number names one workflow for ever."""
    async with database.writing() as session:
        await session.execute(update(NumberSeries).values(last=last))
        for prefix in ("SO", "ST"):
            values = {"series": f"{prefix}-{business_date(utc_now()).year}", "last": last}
            await insert_or_skip(session, NumberSeries, values, ("series",))
