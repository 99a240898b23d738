"""A wake-up is one transaction and done once, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col
from temporalio.client import Client

from activities.processes import ProcessActivities
from models.clock import utc_now
from models.db import Database
from models.payloads.processes import ItemKind, Wakeup, WakeupItem
from models.process_client import ProcessClient
from models.repositories import messages, templates
from models.repositories.messages import IncomingMessage
from models.tables.processes import JournalLine, MessageStart, MessageWait, ProcessInstance, Task, TaskCandidate
from tests.workflows.conftest import prepare
from tests.workflows.steps import STEPS
from worker import definition_loader
from workflows.bpmn.engine import advance, initial_state
from workflows.bpmn.state import State
from workflows.bpmn.trigger_json import trigger_from_json, trigger_to_json
from workflows.bpmn.triggers import MessageReceived, Start, TaskCompleted, Trigger
from workflows.definitions import Definitions


class Bench:
    """Drives an instance the way the workflow does, without Temporal."""

    def __init__(self, database: Database, activities: ProcessActivities, definitions: Definitions) -> None:
        self.database = database
        self.activities = activities
        self.definitions = definitions
        self.state: State | None = None
        self.sequence = 0
        self.last: Wakeup | None = None
        self.template = ("", "")

    async def begin(self, key: str, **variables: Any) -> Any:
        async with self.database.reading() as session:
            found = await templates.find_published(session, key)
        assert found is not None
        self.template = (found.key, found.hash)
        return await self.wake(WakeupItem(ItemKind.TRIGGER, trigger_to_json(Start(variables)), actor="ops"))

    async def wake(self, *items: WakeupItem) -> Any:
        self.sequence += 1
        key, version_hash = self.template
        state = self.state.to_json() if self.state else None
        self.last = Wakeup("SO-1", self.sequence, utc_now().isoformat(), key, version_hash, "SO-1", items, state=state)
        outcome = await self.activities.record(self.last)
        self.follow(items, outcome)
        return outcome.answer

    def follow(self, items: tuple[WakeupItem, ...], outcome: Any) -> None:
        definition = self.definitions.get(self.template[1])
        for index, item in enumerate(items):
            if index in outcome.answer.dropped or item.trigger is None:
                continue
            derived = outcome.answer.derived[index] if index < len(outcome.answer.derived) else ()
            for trigger in (item.trigger, *derived):
                self.state = advance(
                    definition, self.state or initial_state(definition, business_key="SO-1"), trigger_from_json(trigger)
                ).state

    async def count(self, table: type[SQLModel]) -> int:
        async with self.database.reading() as session:
            return int((await session.execute(select(func.count()).select_from(table))).scalar_one())


@pytest.fixture
async def bench(database: Database) -> Bench:
    await prepare(database)
    definitions = Definitions(definition_loader(database, STEPS))
    client = ProcessClient(await Client.connect("127.0.0.1:9", lazy=True), "nowhere")
    activities = ProcessActivities(database, definitions.get, STEPS, client, timedelta(days=30))
    return Bench(database, activities, definitions)


def done(task_id: int, trigger: Trigger, actor: str = "ops") -> WakeupItem:
    return WakeupItem(ItemKind.TRIGGER, trigger_to_json(trigger), actor=actor, task_id=task_id)


async def test_a_repeated_wake_up_gives_the_same_answer_and_changes_nothing(bench: Bench) -> None:
    first = await bench.begin("story")
    counts = [await bench.count(table) for table in (JournalLine, Task, MessageStart)]
    assert bench.last is not None
    again = await bench.activities.record(bench.last)
    assert again.answer == first
    assert [await bench.count(table) for table in (JournalLine, Task, MessageStart)] == counts


async def test_the_first_wake_up_leaves_row_journal_task_and_candidates(bench: Bench) -> None:
    answer = await bench.begin("story", dealer="A")
    (task,) = answer.opened
    assert task.candidates == ("role:sales_manager",)
    assert task.actions == ("approve", "reject", "return")
    async with bench.database.reading() as session:
        instance = await session.get_one(ProcessInstance, "SO-1")
        row = await session.get_one(Task, task.task_id)
        candidates = (await session.execute(select(col(TaskCandidate.principal)))).scalars().all()
    assert (instance.status, instance.sequence, instance.active) == ("running", 1, {"approve": 1})
    assert instance.variables["last_note"] == "note1#1"
    assert (row.name_zh, row.name_en, row.status) == ("任务", "Task", "open")
    assert list(candidates) == ["role:sales_manager"]


async def test_two_actions_in_one_wake_up_on_one_task_count_once(bench: Bench) -> None:
    answer = await bench.begin("story")
    task = answer.opened[0]
    trigger = TaskCompleted(task.activation, "approve", {}, "ops")
    second = await bench.wake(done(task.task_id, trigger), done(task.task_id, trigger, "ops-two"))
    assert second.dropped == (1,)
    async with bench.database.reading() as session:
        assert (await session.get_one(Task, task.task_id)).done_by == "ops"


async def test_a_wake_up_waits_for_a_message_and_takes_one_that_came_early(bench: Bench) -> None:
    await _to_the_message(bench)
    assert await bench.count(MessageWait) == 1


async def test_an_early_message_is_fed_straight_into_the_engine(bench: Bench) -> None:
    message = IncomingMessage("probe.ready", "SO-1", {"answer": "early"}, utc_now() + timedelta(days=1))
    async with bench.database.writing() as session:
        await messages.accept(session, message, utc_now())
    answer = await _to_the_message(bench)
    assert await bench.count(MessageWait) == 0
    assert "MessageReceived" in {trigger["type"] for trigger in answer.derived[0]}


async def test_a_message_that_was_not_promised_is_dropped(bench: Bench) -> None:
    await _to_the_message(bench)
    assert bench.state is not None
    (subscription,) = bench.state.waits
    trigger = trigger_to_json(MessageReceived(subscription, {}))
    forged = WakeupItem(ItemKind.TRIGGER, trigger, message_id=77, subscription=subscription)
    assert (await bench.wake(forged)).dropped == (0,)


async def test_a_message_for_which_nobody_waits_any_more_is_kept_for_the_next(bench: Bench) -> None:
    await _to_the_message(bench)
    message = IncomingMessage("probe.ready", "SO-1", {}, utc_now() + timedelta(days=1))
    async with bench.database.writing() as session:
        correlated = await messages.accept(session, message, utc_now())
    trigger = trigger_to_json(MessageReceived("gone#9", {}))
    late = WakeupItem(ItemKind.TRIGGER, trigger, message_id=correlated.message_id, subscription="gone#9")
    assert (await bench.wake(late)).dropped == (0,)
    async with bench.database.reading() as session:
        assert not await messages.is_consumed(session, correlated.message_id)


async def test_a_failing_wake_up_leaves_nothing(bench: Bench) -> None:
    await bench.begin("story")
    assert bench.last is not None
    lines = await bench.count(JournalLine)
    broken = WakeupItem(ItemKind.TRIGGER, {"type": "NoSuchTrigger"})
    with pytest.raises(KeyError):
        await bench.activities.record(replace(bench.last, sequence=2, items=(broken,)))
    assert await bench.count(JournalLine) == lines


async def _to_the_message(bench: Bench) -> Any:
    answer = await bench.begin("story")
    for action in ("approve", "complete"):
        task = answer.opened[0]
        answer = await bench.wake(done(task.task_id, TaskCompleted(task.activation, action, {}, "ops")))
    return answer
