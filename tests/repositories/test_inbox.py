"""Lists of tasks: complete, without doubles, in order, for the right people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.clock import utc_now
from models.payloads.access import Actor, Role
from models.repositories import inbox
from models.repositories.inbox import Closing, NewTask, Scope
from models.tables.processes import Task, TaskStatus

SALES = Actor("sales", (Role.SALES_MANAGER, Role.FINANCE))
FINANCE = Actor("finance", (Role.FINANCE,))
BUYER_A = Actor("dealer-a-buyer", (Role.DEALER_BUYER,), "A")
BUYER_B = Actor("dealer-b-buyer", (Role.DEALER_BUYER,), "B")
OPS = Actor("ops", (Role.OPS,))


def new_task(number: int, *candidates: str, dealer: str | None = None) -> NewTask:
    values: dict[str, Any] = {
        "instance_id": f"SO-{number}",
        "root_id": f"SO-{number}",
        "business_key": f"SO-{number}",
        "template_key": "order",
        "template_hash": "",
        "element_id": "approve",
        "activation": "approve#1",
        "name_zh": "审批",
        "name_en": "Approve",
        "form": None,
        "actions": {"allowed": ["approve"]},
        "input": {},
        "dealer_code": dealer,
        "status": TaskStatus.OPEN,
        "comment": "",
        "data": {},
        "created_at": utc_now(),
        "due_at": None,
    }
    return NewTask(values, candidates)


async def add(session: AsyncSession, *tasks: NewTask) -> list[int]:
    return await inbox.open_tasks(session, tasks)


async def ids_of(session: AsyncSession, actor: Actor, **asked: Any) -> list[int | None]:
    return [task.id for task in (await inbox.list_tasks(session, actor, **asked)).items]


async def all_pages(session: AsyncSession, actor: Actor, limit: int, **asked: Any) -> Sequence[int | None]:
    found: list[int | None] = []
    after: str | None = None
    while True:
        page = await inbox.list_tasks(session, actor, after=after, limit=limit, **asked)
        found += [task.id for task in page.items]
        after = page.next_cursor
        if after is None:
            return found


async def test_ids_come_back_in_the_order_of_the_tasks(session: AsyncSession) -> None:
    ids = await add(session, *(new_task(number, "role:finance") for number in range(30)))
    tasks = [await session.get_one(Task, task_id) for task_id in ids]
    assert [task.business_key for task in tasks] == [f"SO-{number}" for number in range(30)]


async def test_a_task_of_two_roles_is_listed_and_counted_once(session: AsyncSession) -> None:
    (both,) = await add(session, new_task(1, "role:finance", "role:sales_manager", "user:sales"))
    assert await ids_of(session, SALES) == [both]
    assert await inbox.count_open(session, SALES) == 1


async def test_mine_and_my_groups_are_told_apart(session: AsyncSession) -> None:
    named, group = await add(session, new_task(1, "user:finance"), new_task(2, "role:finance"))
    assert await ids_of(session, FINANCE, scope=Scope.MINE) == [named]
    assert await ids_of(session, FINANCE, scope=Scope.GROUP) == [group]
    assert await ids_of(session, FINANCE) == [named, group]


async def test_a_claimed_task_moves_from_the_group_to_its_claimer(session: AsyncSession) -> None:
    (task_id,) = await add(session, new_task(1, "role:finance"))
    assert await inbox.claim_task(session, task_id, "finance") == "approve#1"
    assert await inbox.claim_task(session, task_id, "sales") is None
    assert await ids_of(session, FINANCE, scope=Scope.MINE) == [task_id]
    assert await ids_of(session, FINANCE, scope=Scope.GROUP) == []
    assert await ids_of(session, SALES) == []
    assert await inbox.release_task(session, task_id, "finance") == "approve#1"
    assert await ids_of(session, SALES) == [task_id]


async def test_a_dealers_tasks_are_its_own(session: AsyncSession) -> None:
    (task_id,) = await add(session, new_task(1, "role:dealer_buyer@A", dealer="A"))
    assert await ids_of(session, BUYER_A) == [task_id]
    assert await ids_of(session, BUYER_B) == []
    assert await inbox.find_task(session, task_id, BUYER_B) is None
    assert await inbox.find_task(session, task_id, BUYER_A) is not None
    assert await inbox.find_task(session, task_id, OPS) is not None
    assert await inbox.find_task(session, task_id, FINANCE) is None


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
async def test_pages_continue_without_gaps_or_doubles(session: AsyncSession, limit: int) -> None:
    candidates = (("role:finance",), ("role:sales_manager", "role:finance"), ("user:sales",), ("role:ops",))
    ids = await add(session, *(new_task(number, *candidates[number % 4]) for number in range(20)))
    await inbox.claim_task(session, ids[0], "sales")
    expected = [task_id for number, task_id in enumerate(ids) if number % 4 != 3]
    assert list(await all_pages(session, SALES, limit)) == expected


async def test_done_tasks_are_listed_latest_first(session: AsyncSession) -> None:
    ids = await add(session, *(new_task(number, "role:finance") for number in range(5)))
    for task_id in ids:
        assert await inbox.close_task(session, Closing(task_id, "finance", "approve", "fine", {"a": 1}), utc_now())
    assert list(await all_pages(session, FINANCE, 2, scope=Scope.DONE)) == ids[::-1]
    assert list(await all_pages(session, FINANCE, 2, status="done")) == ids[::-1]
    assert await inbox.count_open(session, FINANCE) == 0
    assert not await inbox.close_task(session, Closing(ids[0], "sales", "approve"), utc_now())


async def test_a_claimed_task_is_closed_by_its_claimer_only(session: AsyncSession) -> None:
    (task_id,) = await add(session, new_task(1, "role:finance"))
    await inbox.claim_task(session, task_id, "finance")
    assert not await inbox.close_task(session, Closing(task_id, "sales", "approve"), utc_now())
    assert await inbox.close_task(session, Closing(task_id, "finance", "approve"), utc_now())


async def test_the_next_task_is_the_one_behind_else_the_first(session: AsyncSession) -> None:
    first, second = await add(session, new_task(1, "role:finance"), new_task(2, "role:finance"))
    found = [await inbox.next_task(session, FINANCE, after) for after in (None, first, second)]
    assert [task.id for task in found if task] == [first, second, first]
    assert await inbox.next_task(session, BUYER_A) is None


async def test_a_withdrawn_task_leaves_the_lists(session: AsyncSession) -> None:
    (task_id,) = await add(session, new_task(1, "role:finance"))
    await inbox.withdraw_tasks(session, "SO-1", utc_now(), "approve#1")
    assert await ids_of(session, FINANCE) == []
    task = await session.get_one(Task, task_id, populate_existing=True)
    assert task.status == TaskStatus.WITHDRAWN
