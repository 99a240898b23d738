"""How much workflow history the orders cost, as Temporal itself counts it."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from temporalio.client import Client

from models.process_client import WORKFLOW


@dataclass(frozen=True, slots=True)
class HistoryCost:
    """Events of an order and of everything that it called. Empty when Temporal no longer keeps any of them."""

    orders: int
    median: int
    largest: int


async def measure_history(client: Client, order_numbers: Collection[str]) -> HistoryCost:
    """Add up the events of each order's instances; an id is `ORDER` or `ORDER.element.visit`."""
    wanted = set(order_numbers)
    events: Counter[str] = Counter()
    async for execution in client.list_workflows(f"WorkflowType = '{WORKFLOW}'"):
        root = execution.id.split(".", 1)[0]
        if root in wanted:
            described = await client.get_workflow_handle(execution.id, run_id=execution.run_id).describe()
            events[root] += described.history_length
    if not events:
        return HistoryCost(0, 0, 0)
    return HistoryCost(len(events), round(statistics.median(events.values())), max(events.values()))
