"""Forty orders while worker, web and Temporal are killed at random moments: nothing is lost, nothing happens twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import Client

from deploy.replay.northwind import Northwind, read_northwind
from deploy.replay.people import ApiRefused, People
from deploy.replay.run import Outcome, Plan, Replay
from models.temporal import data_converter
from tests.scenarios.books import loose_ends, repeated_effects, wrong_sums
from tests.scenarios.chaos import PASSWORD, Chaos, Running, killing, running_system, until_healthy

pytestmark = [pytest.mark.scenario, pytest.mark.timeout(420)]

ORDERS = 40
CONCURRENCY = 4
PATIENCE = 6
"""How often people come back to what they gave up because nobody answered."""


class Silent:
    """Nobody watches the progress."""

    def begin(self, title: str, total: int) -> None: ...

    def advance(self) -> None: ...


async def play(running: Running, plan: Plan) -> Outcome:
    temporal = await Client.connect(running.stack.addresses.temporal, data_converter=data_converter(), lazy=True)
    async with People(running.stack.addresses.web, PASSWORD, CONCURRENCY + 4) as people:
        return await Replay(plan, people, running.database, temporal, Silent()).run()


async def play_to_the_end(running: Running, plan: Plan) -> Outcome:
    """People who were told that nothing answers come back later; what they sent before is not sent twice."""
    for _ in range(PATIENCE):
        try:
            outcome = await play(running, plan)
        except (ApiRefused, RuntimeError) as error:  # the audit may meet a server that is being started again
            running.reports.append(repr(error))
            continue
        if not outcome.failures:
            return outcome
        running.reports.extend(outcome.failures)
    raise AssertionError(running.reports)


async def test_every_order_ends_once_however_often_the_parts_are_killed(northwind_dir: Path, tmp_path: Path) -> None:
    northwind: Northwind = read_northwind(northwind_dir, ORDERS)
    plan = Plan(northwind_dir, northwind, CONCURRENCY, settles=True)
    async with running_system(tmp_path / "home", northwind) as running:
        chaos = Chaos(running.stack, seed=20261123)
        async with killing(chaos):
            await play_to_the_end(running, plan)
        await until_healthy(running.stack)
        outcome = await play_to_the_end(running, plan)

        assert set(chaos.killed) == {"temporal", "worker", "web"}, chaos.killed
        assert not outcome.failures, outcome.failures + running.reports
        assert [check for check in outcome.checks if not check.is_right] == []
        async with running.database.reading() as session:
            assert await repeated_effects(session) == []
            assert await loose_ends(session) == []
            assert await wrong_sums(session) == []
