"""The whole replay: master data, every order, every settlement, the audit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from temporalio.client import Client

from deploy.replay import audit
from deploy.replay.history import HistoryCost, measure_history
from deploy.replay.master_data import find_strangers, import_master_data
from deploy.replay.northwind import Northwind, Order
from deploy.replay.order_story import DONE, OrderStory
from deploy.replay.people import ApiRefused, People
from deploy.replay.settlement_story import SettlementStory
from deploy.replay.tasks import Stuck
from models.clock import business_date, utc_now
from models.db import Database
from models.repositories import access

ItemT = TypeVar("ItemT")


class HomeInUse(Exception):
    """The home holds the data of something else; the message names some of it."""


class Progress(Protocol):
    """Where the replay shows how far it is."""

    def begin(self, title: str, total: int) -> None: ...

    def advance(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What to replay and how."""

    directory: Path
    northwind: Northwind
    concurrency: int
    settles: bool


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    played: int = 0
    """Orders that this run brought to their end; the others had come there before."""
    seconds: float = 0.0
    """For the orders alone."""
    wall_seconds: float = 0.0
    """For orders, settlements and audit."""
    checks: Sequence[audit.Check] = ()
    failures: list[str] = field(default_factory=list)
    history: HistoryCost = field(default_factory=lambda: HistoryCost(0, 0, 0))

    @property
    def is_right(self) -> bool:
        return not self.failures and all(check.is_right for check in self.checks)


async def import_into(database: Database, northwind: Northwind, password: str) -> None:
    """Write the master data. Raises HomeInUse when the home is neither fresh nor of an earlier replay."""
    password_hash = await asyncio.to_thread(access.hash_password, password)
    async with database.writing() as session:
        strangers = await find_strangers(session, northwind)
        if strangers:
            raise HomeInUse(", ".join(strangers[:3]))
        await import_master_data(session, northwind, password_hash)


class Replay:
    """Drives a running platform through its public API; database and Temporal are only read, for the audit."""

    def __init__(self, plan: Plan, people: People, database: Database, temporal: Client, progress: Progress) -> None:
        self._plan = plan
        self._people = people
        self._database = database
        self._temporal = temporal
        self._progress = progress
        self._outcome = Outcome()

    async def run(self) -> Outcome:
        """Play what is not played yet, then check everything."""
        begun = time.monotonic()
        await self._play_orders()
        if self._plan.settles:
            await self._settle()
        await self._check()
        self._outcome.wall_seconds = time.monotonic() - begun
        return self._outcome

    async def _play_orders(self) -> None:
        story = OrderStory(self._people, self._plan.northwind)
        known = await audit.known_orders(self._people)
        done = {reference for reference, item in known.items() if item["status"] == DONE}
        numbers = {reference: str(item["number"]) for reference, item in known.items()}
        waiting = [order for order in self._plan.northwind.orders if order.reference not in done]

        async def play(order: Order) -> None:
            await story.play(order, numbers.get(order.reference))
            self._outcome.played += 1

        begun = time.monotonic()
        await self._each("Orders", waiting, play)
        self._outcome.seconds = time.monotonic() - begun

    async def _settle(self) -> None:
        """Settle each dealer from its first order's day in the files up to today, when the goods were received."""
        known = await audit.known_orders(self._people)
        wanted: dict[str, dict[str, date]] = {}
        for order in self._plan.northwind.orders:
            item = known.get(order.reference)
            if item is not None and item["status"] == DONE:
                wanted.setdefault(order.customer_id, {})[str(item["number"])] = order.ordered_on
        story = SettlementStory(self._people, business_date(utc_now()))

        async def play(customer_id: str) -> None:
            await story.play(customer_id, wanted[customer_id])

        await self._each("Settlements", wanted, play)

    async def _check(self) -> None:
        plan, outcome = self._plan, self._outcome
        self._progress.begin("Audit", 0)
        books = await audit.read_books(self._people, plan.northwind, plan.concurrency)
        checks = [
            *audit.check_orders(books, plan.northwind, plan.directory),
            audit.check_left_out(books, plan.northwind.left_out),
        ]
        if plan.settles:
            checks += audit.check_statements(books, plan.northwind, plan.directory)
        async with self._database.reading() as session:
            checks += [await audit.check_ledger(session), await audit.check_stock(session, plan.northwind)]
        outcome.checks = checks
        outcome.history = await measure_history(self._temporal, [order["number"] for order in books.orders.values()])

    async def _each(self, title: str, items: Iterable[ItemT], play: Callable[[ItemT], Awaitable[None]]) -> None:
        """Play so many at a time as the plan allows; one that fails is named and harms no other."""
        waiting = list(items)
        self._progress.begin(title, len(waiting))
        todo = iter(waiting)

        async def work() -> None:
            for item in todo:
                try:
                    await play(item)
                except (ApiRefused, Stuck) as error:
                    self._outcome.failures.append(str(error))
                self._progress.advance()

        async with asyncio.TaskGroup() as group:
            for _ in range(self._plan.concurrency):
                group.create_task(work())
