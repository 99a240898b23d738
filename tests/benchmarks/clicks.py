"""What one click costs, against the least that Temporal can do."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from tests.benchmarks.processes import BY_HAND_QUEUE, OPS, Bench, median_ms
from tests.benchmarks.textbook import BareUpdate

CLICKS = 60


@dataclass(frozen=True, slots=True)
class ClickCosts:
    """Medians in milliseconds, one click after the other."""

    bare_ms: float
    approve_ms: float


async def measure_clicks(bench: Bench) -> ClickCosts:
    """Take turns of ten, so that a slow moment of the machine hits each of them."""
    bare = await bench.client.start_workflow(BareUpdate.run, id="bare", task_queue=BY_HAND_QUEUE)
    await bare.execute_update(BareUpdate.touch, 0)
    names = [f"click-{number}" for number in range(CLICKS)]
    for name in names:
        await bench.gateway.start_instance("interpreted", name, {}, OPS)
    tasks = iter([await bench.open_task(name) for name in names])

    async def touch() -> None:
        await bare.execute_update(BareUpdate.touch, 1)

    async def approve() -> None:
        await bench.gateway.act_on_task(next(tasks), "complete", OPS)

    rounds = [[await median_ms(action, CLICKS // 6) for action in (touch, approve)] for _ in range(6)]
    await bare.signal(BareUpdate.finish)
    return ClickCosts(*(statistics.median(column) for column in zip(*rounds, strict=True)))
