"""The company at work: a worker with the real steps, the gateway, and people who do their tasks."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from temporalio.client import Client

from activities.processes import publish_shipped_templates
from activities.registry import load_steps
from models.clock import business_date, utc_now
from models.db import Database
from models.payloads.access import Actor
from models.payloads.orders import LineRequest, OrderStatus, OrderView
from models.payloads.settlement import StatementStatus, StatementView
from models.payloads.shipping import ShipmentView
from models.repositories import inbox, inventory, orders, payments, settlement, shipping
from models.settings import Settings
from models.tables.orders import NumberSeries
from models.tables.processes import Task, TaskStatus
from tests.fixtures.company import BUYER_A, DEALER_A, LOGISTICS
from tests.fixtures.waiting import eventually
from tests.scenarios.books import wrong_sums
from web.gateway import Gateway
from web.submission import submit_order
from worker import WorkerApp

CARRIER = {"carrier": "SUDA", "waybill": "SD20260001"}

_houses = itertools.count(1)


class House:
    def __init__(self, client: Client, database: Database, number: int) -> None:
        self.client = client
        self.database = database
        self.settings = Settings(task_queue=f"house-{number}", sandboxed_workflows=True)
        self.gateway = Gateway(self.settings, database, client)

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, client: Client, database: Database) -> AsyncIterator[House]:
        """Begin work in a company that is there already, with a range of numbers of its own: they name workflows."""
        number = next(_houses)
        async with database.writing() as session:
            for prefix in ("SO", "ST"):
                session.add(NumberSeries(series=f"{prefix}-{business_date(utc_now()).year}", last=1_000 * number))
        await publish_shipped_templates(database)
        house = cls(client, database, number)
        app = WorkerApp(house.settings, database, client, load_steps(), timedelta(seconds=1))
        async with app.running():
            yield house

    # what people do

    async def submit(self, lines: Sequence[tuple[str, int]], dealer: str = DEALER_A, actor: Actor = BUYER_A) -> str:
        """Order and submit; returns the order's number."""
        wanted = [LineRequest(sku, quantity) for sku, quantity in lines]
        async with self.database.writing() as session:
            number = (await orders.create_order(session, dealer, wanted, actor.login)).number
        await submit_order(self.database, self.gateway, number, actor)
        return number

    async def act(
        self, document: str, element_id: str, actor: Actor, action: str, comment: str = "", **data: Any
    ) -> None:
        """Do the oldest open task of an element in the process about this document, once it is there."""
        task_id = await eventually(lambda: self._task(document, element_id), says=f"{element_id} of {document}")
        await self.gateway.act_on_task(task_id, action, actor, comment, data)

    async def deliver(self, shipment: str) -> None:
        """The carrier reports a shipment as delivered."""
        await self.gateway.send_message("shipment.delivered", shipment, {}, f"test/{shipment}", LOGISTICS.login)

    # what can be seen

    async def order(self, number: str, status: OrderStatus | None = None) -> OrderView:
        """Look at an order, once it is in this state."""

        async def look() -> OrderView | None:
            async with self.database.reading() as session:
                found = await orders.find_order(session, number)
            return found if status in (None, found and found.status) else None

        found = await eventually(look, says=f"{number} {status}")
        assert found is not None
        return found

    async def shipment(self, order_number: str) -> ShipmentView:
        """Look at an order's latest shipment, once there is one."""

        async def look() -> Sequence[ShipmentView]:
            async with self.database.reading() as session:
                return await shipping.shipments_of_order(session, order_number)

        return (await eventually(look, says=f"shipment of {order_number}"))[-1]

    async def statement(self, number: str, status: StatementStatus | None = None) -> StatementView:
        async def look() -> StatementView | None:
            async with self.database.reading() as session:
                found = await settlement.find_statement(session, number)
            return found if status in (None, found and found.status) else None

        found = await eventually(look, says=f"{number} {status}")
        assert found is not None
        return found

    async def open_tasks(self, document: str) -> list[str]:
        """Name the elements of the open tasks about a document."""
        async with self.database.reading() as session:
            tasks = await inbox.list_of_instance(session, document, TaskStatus.OPEN)
        return sorted(task.element_id for task in tasks)

    async def waits_for(self, document: str, *element_ids: str) -> None:
        """Make sure that these tasks, and no others, come to be open."""

        async def look() -> bool:
            return await self.open_tasks(document) == sorted(element_ids)

        await eventually(look, says=f"{element_ids} of {document}")

    async def history(self, number: str) -> list[str]:
        """List the states an order has been in."""
        async with self.database.reading() as session:
            found = await orders.find_order(session, number)
            assert found is not None
            entries = await orders.timeline(session, found.id)
        return [entry.to_status for entry in entries if entry.to_status]

    async def stock(self, sku: str) -> tuple[int, int]:
        """Tell what is on hand and reserved of a product."""
        async with self.database.reading() as session:
            (level,) = await inventory.stock_levels(session, [sku])
        return level.on_hand, level.reserved

    async def owed(self, dealer: str = DEALER_A) -> int:
        """Tell what a dealer owes; the books must be in order at any time."""
        async with self.database.reading() as session:
            assert await payments.ledger_total(session) == 0
            assert await wrong_sums(session) == []
            return await payments.dealer_balance(session, dealer)

    async def outcome(self, document: str) -> str:
        """Wait until the process about a document has ended."""
        handle = self.client.get_workflow_handle(document)
        return str((await asyncio.wait_for(handle.result(), 30))["outcome"])

    async def _task(self, document: str, element_id: str) -> int:
        statement = select(col(Task.id)).where(
            col(Task.root_id) == document, col(Task.element_id) == element_id, col(Task.status) == TaskStatus.OPEN
        )
        async with self.database.reading() as session:
            return (await session.scalars(statement.order_by(col(Task.id)).limit(1))).one_or_none() or 0
