"""Processes that are killed without warning while people work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from deploy.dev.children import Child
from deploy.dev.home import occupied, remember_ports
from deploy.dev.ports import LOCAL, find_free_port
from deploy.dev.stack import Addresses, Stack
from deploy.replay.northwind import Northwind
from deploy.replay.run import import_into
from models.db import Database
from models.migrations.run import upgrade
from models.settings import Settings
from tests.fixtures.waiting import eventually

PASSWORD = "demo"
ROUNDS = 3
"""How often each of the three is killed at most."""
LONGEST_CALM_S = 2.5


@dataclass
class Running:
    """A whole system of its own in a folder of its own."""

    stack: Stack
    database: Database
    reports: list[str] = field(default_factory=list)


@asynccontextmanager
async def running_system(folder: Path, northwind: Northwind) -> AsyncIterator[Running]:
    """Start Temporal, worker and web as real processes over imported master data, supervised as `./dev up` does."""
    url = Settings(home=folder).effective_database_url
    with occupied(folder) as home:
        ports = remember_ports(home, LOCAL)
        stack = Stack(home, Addresses(LOCAL, find_free_port(LOCAL), ports["temporal"], ports["temporal_ui"]))
        await asyncio.to_thread(upgrade, url)
        database = Database(url)
        running = Running(stack, database)
        try:
            await import_into(database, northwind, PASSWORD)
            await stack.start_temporal()
            await stack.start_rest()
            stack.supervise(running.reports.append)
            yield running
        finally:
            await stack.stop()
            await database.close()


async def until_healthy(stack: Stack) -> None:
    """Wait until every part is up again."""

    async def is_healthy() -> bool:
        return await stack.health() == "healthy"

    await eventually(is_healthy, within_s=90, says="not everything came up again")


class Chaos:
    """Kill one part after the other at random moments, each time once everything is healthy again."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self._stack = stack
        self._random = Random(seed)
        self.killed: list[str] = []

    async def run(self) -> None:
        victims = [self._stack.temporal, self._stack.worker, self._stack.web]
        for _ in range(ROUNDS):
            self._random.shuffle(victims)
            for victim in victims:
                await self._calm()
                await self._kill(victim)

    async def _calm(self) -> None:
        """Wait until everything is up, then for a moment that nobody can foresee."""
        await until_healthy(self._stack)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), self._random.uniform(0.3, LONGEST_CALM_S))

    async def _kill(self, victim: Child) -> None:
        process = victim.process
        victim.kill()
        if process is not None:
            await process.wait()
        self.killed.append(victim.name)


@asynccontextmanager
async def killing(chaos: Chaos) -> AsyncIterator[None]:
    """Let chaos reign for as long as the block runs."""
    reign = asyncio.create_task(chaos.run())
    try:
        yield
    finally:
        reign.cancel()
        with suppress(asyncio.CancelledError):
            await reign
