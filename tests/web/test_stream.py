"""Live updates: who hears of what, and that nothing gets lost on the way."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from models.payloads.access import Actor, Role
from models.repositories import orders
from models.rules.inbox import TaskFacts
from tests.web.conftest import served
from tests.web.site import Site
from tests.web.stories import drafted, submitted, task_of
from web.broadcast import RESYNC, Broadcast, Tail
from web.measures import Measures
from web.notices import OPS, Notice, concerns

BUYER_A = Actor("dealer-a-buyer", (Role.DEALER_BUYER,), "D001")
BUYER_B = Actor("dealer-b-buyer", (Role.DEALER_BUYER,), "D002")
STORE_A = Actor("dealer-a-store", (Role.STORE,), "D001", "D001-S01")
SALES = Actor("sales", (Role.SALES_MANAGER,))
OPERATOR = Actor("ops", (Role.OPS,))
EVERYBODY = (BUYER_A, BUYER_B, STORE_A, SALES, OPERATOR)

AUDIENCES = [
    (Notice("order:SO-1", dealer="D001"), {BUYER_A, SALES, OPERATOR}),
    (Notice("order:SO-1"), {SALES, OPERATOR}),
    (Notice("instance:SO-1", OPS), {OPERATOR}),
    (Notice("inbox", task=TaskFacts((), ("role:sales_manager",))), {SALES}),
    (Notice("inbox", task=TaskFacts((), ("role:dealer_buyer@D001",))), {BUYER_A}),
    (Notice("inbox", task=TaskFacts((), ("role:finance",), closed_by="sales", closed_with="approve")), {SALES}),
]


@pytest.mark.parametrize(("notice", "audience"), AUDIENCES)
def test_only_those_whom_it_concerns_hear_of_it(notice: Notice, audience: set[Actor]) -> None:
    assert {actor for actor in EVERYBODY if concerns(notice, actor)} == audience


async def heard(broadcast: Broadcast, actor: Actor, since: float = 0) -> set[str]:
    listener = broadcast.join(actor, since)
    events = await listener.take(0.01)
    broadcast.leave(listener)
    return set(events)


async def test_a_comment_is_heard_by_the_dealer_unless_it_is_internal(site: Site) -> None:
    number = await drafted(site)
    broadcast = Broadcast(site.database, Measures())
    await broadcast.begin()
    buyer, sales = broadcast.join(BUYER_A, 0), broadcast.join(SALES, 0)
    stranger = broadcast.join(BUYER_B, 0)
    for is_internal, expected in ((True, []), (False, [f"order:{number}", "orders"])):
        async with site.database.writing() as session:
            await orders.add_comment(session, number, "sales", "A remark", is_internal)
        await broadcast.look()
        assert await sales.take(0.01) == [f"order:{number}", "orders"]
        assert await buyer.take(0.01) == expected
    assert await stranger.take(0.01) == []


async def test_what_happened_since_the_page_was_made_is_told_at_once(site: Site) -> None:
    number = await drafted(site)
    broadcast = Broadcast(site.database, Measures())
    await broadcast.begin()
    made_at = time.time()
    async with site.database.writing() as session:
        await orders.add_comment(session, number, "sales", "A remark")
    await broadcast.look()
    assert await heard(broadcast, SALES, made_at) == {f"order:{number}", "orders"}
    assert await heard(broadcast, SALES, time.time() + 60) == set()


async def test_a_page_that_was_away_for_too_long_is_told_to_ask_for_everything(site: Site) -> None:
    broadcast = Broadcast(site.database, Measures())
    await broadcast.begin()
    assert await heard(broadcast, SALES, time.time() - 3600) == {RESYNC}


async def test_a_closed_stream_ends(site: Site) -> None:
    broadcast = Broadcast(site.database, Measures())
    listener = broadcast.join(SALES, 0)
    broadcast.close()
    assert await listener.take(5) == []
    assert listener.is_closed


class Line:
    def __init__(self, number: int) -> None:
        self.id = number


def test_a_line_that_is_committed_late_is_not_missed() -> None:
    tail = Tail(settling_s=60)
    assert [line.id for line in tail.fresh([Line(1), Line(3)])] == [1, 3]
    assert tail.mark == 0
    assert [line.id for line in tail.fresh([Line(1), Line(2), Line(3)])] == [2]


def test_where_lines_are_committed_in_order_the_mark_moves_at_once() -> None:
    tail = Tail(settling_s=0)
    tail.fresh([Line(4), Line(7)])
    assert tail.mark == 7


async def test_a_change_is_heard_over_the_wire_within_two_seconds(live_site: Site) -> None:
    name, value = await live_site.session_cookie("sales")
    async with (
        served(live_site.app) as address,
        httpx.AsyncClient(cookies={name: value}, timeout=20) as client,
        client.stream("GET", f"{address}/events", params={"since": time.time()}) as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        await anext(lines)
        number = await submitted(live_site)
        await task_of(live_site, number, "sales", "order_approval")
        began, told = time.monotonic(), set[str]()
        async with asyncio.timeout(5):
            while not {"event: inbox", f"event: order:{number}"} <= told:
                told.add(await anext(lines))
        assert time.monotonic() - began < 2


async def test_the_stream_needs_a_session(site: Site) -> None:
    assert (await site.stranger().get("/events")).status_code == 303
