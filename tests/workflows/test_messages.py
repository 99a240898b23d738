"""Messages reach who waits for them: early, late, twice, lost, or never."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from models.clock import utc_now
from models.repositories import messages
from models.repositories.messages import IncomingMessage
from models.tables.processes import Message
from tests.workflows.cast import OPS, SALES
from tests.workflows.stage import Stage, eventually


async def bring_to_wait(stage: Stage, number: str | None = None) -> None:
    number = number or stage.number
    await stage.gateway.start_instance("story", number, {}, SALES)
    await stage.act(number, "approve", SALES, "approve")
    await stage.act(number, "check", OPS)


async def status_of(stage: Stage, message_id: int) -> str:
    async with stage.database.reading() as session:
        return (await session.get_one(Message, message_id)).status


async def change(stage: Stage, message_id: int, **values: Any) -> None:
    async with stage.database.writing() as session:
        await session.execute(update(Message).where(col(Message.id) == message_id).values(**values))


async def test_an_early_message_waits_and_costs_no_event(stage: Stage) -> None:
    receipt = await stage.gateway.send_message("probe.ready", stage.number, {"answer": "early"})
    assert receipt.status == "buffered"
    await bring_to_wait(stage)
    await stage.act(stage.number, "confirm", OPS)
    assert await stage.result(stage.number) == "completed"
    assert (await stage.view(stage.number)).instance.variables["answer"] == "early"
    assert await stage.history_length(stage.number) == 24


async def test_of_several_early_messages_the_oldest_is_taken_and_the_others_stay(stage: Stage) -> None:
    receipts = [
        await stage.gateway.send_message("probe.ready", stage.number, {"answer": word}) for word in ("one", "two")
    ]
    await bring_to_wait(stage)
    assert (await stage.view(stage.number)).instance.variables["answer"] == "one"
    assert [await status_of(stage, receipt.message_id) for receipt in receipts] == ["consumed", "buffered"]


async def test_an_expired_message_is_not_taken(stage: Stage) -> None:
    receipt = await stage.gateway.send_message("probe.ready", stage.number, {})
    await change(stage, receipt.message_id, expires_at=utc_now() - timedelta(seconds=1))
    await bring_to_wait(stage)
    assert (await stage.view(stage.number)).active == {"wait": 1}
    assert stage.app is not None
    await stage.app.upkeep.round()
    assert await status_of(stage, receipt.message_id) == "expired"


async def test_the_same_message_sent_twice_is_delivered_once(stage: Stage) -> None:
    await bring_to_wait(stage)
    first = await stage.gateway.send_message("probe.ready", stage.number, {}, dedup_key="carrier-77")
    second = await stage.gateway.send_message("probe.ready", stage.number, {}, dedup_key="carrier-77")
    assert (first.status, second.status) == ("correlated", "duplicate")
    assert second.instance_id == stage.number


async def test_a_message_for_another_key_is_kept(stage: Stage) -> None:
    await bring_to_wait(stage)
    assert (await stage.gateway.send_message("probe.ready", f"{stage.number}-2", {})).status == "buffered"
    assert (await stage.gateway.send_message("probe.other", stage.number, {})).status == "buffered"


async def test_a_message_whose_signal_was_lost_is_delivered_by_the_upkeep(stage: Stage) -> None:
    await bring_to_wait(stage)
    lost = IncomingMessage("probe.ready", stage.number, {"answer": "lost"}, utc_now() + timedelta(days=1))
    async with stage.database.writing() as session:
        correlated = await messages.accept(session, lost, utc_now())
    assert stage.app is not None
    assert await stage.app.upkeep.redeliver_pending_messages(timedelta(0)) == 1
    await stage.act(stage.number, "confirm", OPS)
    assert await status_of(stage, correlated.message_id) == "consumed"
    assert (await stage.view(stage.number)).instance.variables["answer"] == "lost"


async def test_a_message_delivered_twice_is_taken_once(stage: Stage) -> None:
    await bring_to_wait(stage)
    receipt = await stage.gateway.send_message("probe.ready", stage.number, {})
    await change(stage, receipt.message_id, status="correlated")
    assert stage.app is not None
    await stage.app.upkeep.redeliver_pending_messages(timedelta(0))
    await stage.act(stage.number, "confirm", OPS)
    received = [line for line in await stage.journal(stage.number) if line.kind == "message_received"]
    assert len(received) == 1


async def test_a_message_promised_to_an_instance_that_ended_goes_back(stage: Stage) -> None:
    await bring_to_wait(stage)
    lost = IncomingMessage("probe.ready", stage.number, {}, utc_now() + timedelta(days=1))
    async with stage.database.writing() as session:
        correlated = await messages.accept(session, lost, utc_now())
    await stage.gateway.cancel_instance(stage.number, "no more", OPS)
    await stage.result(stage.number)
    assert stage.app is not None
    await stage.app.upkeep.round()
    assert await status_of(stage, correlated.message_id) == "buffered"


async def test_one_instance_sends_and_another_receives(stage: Stage) -> None:
    receiver = f"{stage.number}-receiver"
    await bring_to_wait(stage, receiver)
    await stage.gateway.start_instance("sender", f"{stage.number}-9", {"answer": "hello", "receiver": receiver}, OPS)
    assert await stage.result(f"{stage.number}-9") == "completed"
    await stage.act(receiver, "confirm", OPS)
    assert (await stage.view(receiver)).instance.variables["answer"] == "hello"
    assert await stage.history_length(f"{stage.number}-9") == 6


async def test_an_instance_may_send_to_itself(stage: Stage) -> None:
    await stage.gateway.start_instance("to_itself", stage.number, {"answer": "echo"}, OPS)
    assert await stage.result(stage.number) == "completed"


async def test_a_message_starts_a_process_once(stage: Stage) -> None:
    first = await stage.gateway.send_message("probe.begin", f"{stage.number}-1", {"answer": "begun"}, source="erp")
    second = await stage.gateway.send_message("probe.begin", f"{stage.number}-1", {})
    assert (first.status, first.instance_id) == ("started", f"{stage.number}-1")
    assert second.status == "buffered"
    assert await stage.result(f"{stage.number}-1") == "completed"
    assert await status_of(stage, first.message_id) == "consumed"
    assert (await stage.view(f"{stage.number}-1")).instance.variables["answer"] == "begun"


async def test_a_start_that_got_lost_is_made_up_for(stage: Stage) -> None:
    lost = IncomingMessage("probe.begin", f"{stage.number}-2", {}, utc_now() + timedelta(days=1))
    async with stage.database.writing() as session:
        await messages.accept(session, lost, utc_now())
    assert stage.app is not None
    await stage.app.upkeep.redeliver_pending_messages(timedelta(0))

    async def has_ended() -> bool:
        async with stage.database.reading() as session:
            return await messages.is_consumed(session, 1)

    assert await eventually(has_ended)
