"""What happens when nobody does anything for days, on a server whose clock runs ahead."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from models.db import Database
from models.payloads.processes import ProcessInput
from models.payloads.shipping import ShipmentStatus
from models.repositories import templates
from tests.fixtures.company import BUYER_A, DEALER_A
from tests.fixtures.deliveries import TOTAL_FEN, shipped_order
from tests.scenarios.house import House


@pytest.fixture
async def fast_house(time_skipping: WorkflowEnvironment, company_database: Database) -> AsyncIterator[House]:
    async with House.open(time_skipping.client, company_database) as house:
        yield house


async def begin(house: House) -> tuple[str, str, WorkflowHandle[Any, Any]]:
    """Ship an order and wait for its receipt; returns order and shipment number and the handle that lets time run.

    It is started without search attributes, which this server does not keep.
    """
    async with house.database.writing() as session:
        number, shipment = await shipped_order(session)
        template = await templates.find_published(session, "delivery_confirmation")
    assert template is not None
    variables = {"order_number": number, "dealer": DEALER_A, "shipment_number": shipment}
    request = ProcessInput(
        template.key, template.hash, number, variables=variables, actor=BUYER_A.login, dealer_code=DEALER_A
    )
    queue = house.settings.task_queue
    handle = await house.client.start_workflow("ProcessInstance", request, id=number, task_queue=queue)
    await house.waits_for(number, "confirm_receipt")
    return number, shipment, handle


async def test_a_silent_dealer_is_reminded_and_after_a_week_everything_counts_as_received(fast_house: House) -> None:
    number, shipment, handle = await begin(fast_house)
    await fast_house.deliver(shipment)
    assert (await handle.result())["outcome"] == "completed"
    found = await fast_house.shipment(number)
    assert (found.status, found.confirmed_by) == (ShipmentStatus.CONFIRMED, "system")
    assert [line.received for line in found.lines] == [line.quantity for line in found.lines]
    assert found.delivered_at is not None
    assert found.confirmed_at is not None
    assert (found.confirmed_at - found.delivered_at).days == 7
    (reminder,) = (event for event in found.events if event.text == "reminder")
    assert (reminder.at - found.delivered_at).days == 3
    assert await fast_house.owed() == TOTAL_FEN
    await fast_house.waits_for(number)


async def test_a_receipt_in_time_stops_the_clock(fast_house: House) -> None:
    number, shipment, _ = await begin(fast_house)
    await fast_house.deliver(shipment)
    await fast_house.act(number, "confirm_receipt", BUYER_A, "confirm")
    assert await fast_house.outcome(number) == "completed"
    found = await fast_house.shipment(number)
    assert found.confirmed_by == BUYER_A.login
    assert not any(event.text == "reminder" for event in found.events)
