"""People act: one wins, the others are told who did."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from models.payloads.access import Actor
from models.tables.processes import Task, TaskCandidate
from tests.workflows.cast import DEALER_A_BUYER, DEALER_B_BUYER, FINANCE, OPS, SALES, SECOND_OPS
from tests.workflows.stage import Stage
from web.gateway import TaskReceipt, TaskRefused


@pytest.fixture
async def check(stage: Stage) -> int:
    """An open task for ops."""
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    await stage.act(stage.number, "approve", SALES, "approve")
    return await stage.task(stage.number, "check")


async def test_of_two_people_at_the_same_instant_one_wins(stage: Stage, check: int) -> None:
    clicks = [stage.gateway.act_on_task(check, "complete", actor) for actor in (OPS, SECOND_OPS)]
    answers = await asyncio.gather(*clicks, return_exceptions=True)
    receipts = [answer for answer in answers if isinstance(answer, TaskReceipt)]
    refusals = [answer for answer in answers if isinstance(answer, TaskRefused)]
    assert len(receipts) == len(refusals) == 1
    winner = (OPS, SECOND_OPS)[answers.index(receipts[0])]
    assert refusals[0].code == "task_closed"
    assert refusals[0].params == {"by": winner.login, "action": "complete"}
    assert (await stage.marks()).count(f"{stage.number}/note3#1") == 1


async def test_the_same_click_sent_twice_is_one_and_both_get_the_receipt(stage: Stage, check: int) -> None:
    first, second = await asyncio.gather(*(stage.gateway.act_on_task(check, "complete", OPS) for _ in range(2)))
    third = await stage.gateway.act_on_task(check, "complete", OPS)
    assert first == second == third
    assert first.business_key == stage.number


async def test_a_late_click_is_told_who_was_faster(stage: Stage, check: int) -> None:
    await stage.gateway.act_on_task(check, "complete", OPS)
    with pytest.raises(TaskRefused) as caught:
        await stage.gateway.act_on_task(check, "complete", SECOND_OPS)
    assert (caught.value.code, caught.value.params) == ("task_closed", {"by": "ops", "action": "complete"})


@pytest.mark.parametrize(
    ("actor", "action", "comment", "code"),
    [
        (FINANCE, "approve", "", "not_a_candidate"),
        (OPS, "approve", "", "not_a_candidate"),
        (DEALER_A_BUYER, "approve", "", "task_not_found"),
        (DEALER_B_BUYER, "claim", "", "task_not_found"),
        (SALES, "complete", "", "action_not_offered"),
        (SALES, "reject", " ", "comment_required"),
        (SALES, "return", "", "comment_required"),
    ],
)
async def test_what_is_not_legal_is_refused(stage: Stage, actor: Actor, action: str, comment: str, code: str) -> None:
    await stage.gateway.start_instance("story", stage.number, {}, SALES)
    task_id = await stage.task(stage.number, "approve")
    with pytest.raises(TaskRefused) as caught:
        await stage.gateway.act_on_task(task_id, action, actor, comment)
    assert caught.value.code == code


async def test_a_task_that_is_not_there_is_not_found(stage: Stage) -> None:
    with pytest.raises(TaskRefused) as caught:
        await stage.gateway.act_on_task(999_999, "complete", OPS)
    assert caught.value.code == "task_not_found"


async def test_a_claimed_task_is_its_claimers_until_released(stage: Stage, check: int) -> None:
    await stage.gateway.act_on_task(check, "claim", OPS)
    for action in ("complete", "claim", "release"):
        with pytest.raises(TaskRefused) as caught:
            await stage.gateway.act_on_task(check, action, SECOND_OPS)
        assert (caught.value.code, caught.value.params) == ("claimed_by_other", {"by": "ops"})
    await stage.gateway.act_on_task(check, "release", OPS)
    await stage.gateway.act_on_task(check, "claim", SECOND_OPS)
    await stage.gateway.act_on_task(check, "complete", SECOND_OPS)
    kinds = [line.kind for line in await stage.journal(stage.number) if line.kind.startswith("task_")]
    assert kinds == ["task_done", "task_claimed", "task_released", "task_claimed", "task_done"]


async def test_of_two_claims_at_the_same_instant_one_wins(stage: Stage, check: int) -> None:
    claims = [stage.gateway.act_on_task(check, "claim", actor) for actor in (OPS, SECOND_OPS)]
    answers = await asyncio.gather(*claims, return_exceptions=True)
    refusals = [answer for answer in answers if isinstance(answer, TaskRefused)]
    assert [refusal.code for refusal in refusals] == ["claimed_by_other"]


async def test_a_done_task_keeps_what_was_said_and_leaves_every_list(stage: Stage, check: int) -> None:
    await stage.gateway.act_on_task(check, "complete", OPS, "looks right", {"boxes": 3})
    async with stage.database.reading() as session:
        task = await session.get_one(Task, check)
        candidates = (await session.execute(select(TaskCandidate).where(TaskCandidate.task_id == check))).all()  # type: ignore[arg-type]
    assert (task.status, task.done_by, task.comment, task.data) == ("done", "ops", "looks right", {"boxes": 3})
    assert not candidates
    assert (await stage.view(stage.number)).instance.variables["boxes"] == 3


async def test_a_task_of_an_ended_instance_is_closed(stage: Stage, check: int) -> None:
    await stage.gateway.cancel_instance(stage.number, "ordered by mistake", SALES)
    with pytest.raises(TaskRefused) as caught:
        await stage.gateway.act_on_task(check, "complete", OPS)
    assert caught.value.code == "task_closed"
    assert caught.value.params["action"] == "withdrawn"


async def test_candidates_come_from_relations_dealers_and_names_and_ops_stand_in(stage: Stage) -> None:
    starter = replace(SALES, login="sales")
    await stage.gateway.start_instance("assigned", f"{stage.number}-A", {}, starter, dealer_code="A")
    await stage.gateway.start_instance("assigned", f"{stage.number}-B", {}, starter, dealer_code="B")
    tasks = {
        (number, task.element_id): task
        for number in (f"{stage.number}-A", f"{stage.number}-B")
        for task in (await stage.view(number)).open_tasks
    }
    found = {key: task.candidates["principals"] for key, task in tasks.items()}
    assert found[f"{stage.number}-A", "by_relation"] == ["user:sales"]
    assert found[f"{stage.number}-B", "by_relation"] == ["role:sales_manager"]
    assert found[f"{stage.number}-A", "by_dealer"] == ["role:dealer_buyer@A", "role:dealer_owner@A"]
    assert found[f"{stage.number}-A", "by_name"] == ["user:finance"]
    assert found[f"{stage.number}-A", "by_nobody"] == ["role:ops"]
    due = tasks[f"{stage.number}-A", "by_name"]
    assert due.due_at is not None
    assert (due.due_at - due.created_at).total_seconds() == 48 * 3600
    missing = [line for line in await stage.journal(f"{stage.number}-A") if line.kind == "candidates_missing"]
    assert [line.element_id for line in missing] == ["by_nobody"]
