"""The API over the demo company: real SQLite, no server. Who needs running processes asks for `live`."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
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
from tests.web.api.api_client import Api
from web.app import create_app
from web.gateway import Gateway
from web.sign_in import Throttle
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


@pytest.fixture(scope="session")
async def app(demo_file: Path) -> FastAPI:
    """The application. Its routes take half a second to work out: once is enough."""
    settings = Settings(home=demo_file.parent)
    database = Database(f"sqlite+aiosqlite:///{demo_file}")
    return create_app(settings, database, Gateway(settings, database, await connect(settings, lazy=True)))


@pytest.fixture
async def api(app: FastAPI, demo: Database, tmp_path: Path) -> AsyncIterator[Api]:
    """The API without Temporal: what needs a process answers 503."""
    settings = Settings(home=tmp_path)
    put_on(app, demo, Gateway(settings, demo, await connect(settings, lazy=True)))
    async with Api(app, demo) as api:
        yield api


@pytest.fixture
async def live(app: FastAPI, demo: Database, tmp_path: Path, temporal: WorkflowEnvironment) -> AsyncIterator[Api]:
    """The API with a worker on a real Temporal server."""
    number = next(_queues)
    await number_orders_from(demo, 500_000 + 1_000 * number)
    settings = Settings(home=tmp_path, task_queue=f"api-{number}")
    worker = WorkerApp(settings, demo, temporal.client, load_steps())
    gateway = Gateway(settings, demo, temporal.client)
    put_on(app, demo, gateway)
    async with worker.running(), Api(app, demo) as api:
        yield api


def put_on(app: FastAPI, database: Database, gateway: Gateway) -> None:
    """Let the application stand on this test's own ground."""
    app.state.database, app.state.gateway, app.state.throttle = database, gateway, Throttle()


async def number_orders_from(database: Database, last: int) -> None:
    """The tests share a Temporal server, on which a document's number names one workflow for ever."""
    async with database.writing() as session:
        await session.execute(update(NumberSeries).values(last=last))
        for prefix in ("SO", "ST"):
            values = {"series": f"{prefix}-{business_date(utc_now()).year}", "last": last}
            await insert_or_skip(session, NumberSeries, values, ("series",))
