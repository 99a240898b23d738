"""One answer for each Idempotency-Key, whoever sends it how often."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import update
from sqlmodel import col

from models.clock import utc_now
from models.repositories import access, requests
from models.tables.access import IdempotentRequest
from tests.web.api.api_client import Api, refused, told
from tests.web.api.test_orders import BUYER, OTHER_BUYER, lines
from web.api import idempotency
from web.api.v1 import AREAS
from web.deps import open_writer


async def count_orders(api: Api) -> int:
    return len(told(await api.get("/orders", BUYER, params={"limit": 200}), 200)["items"])


async def test_the_same_request_gets_the_same_answer_and_makes_one_order(api: Api) -> None:
    body = {"lines": await lines(api)}
    before = await count_orders(api)
    first = await api.post("/orders", BUYER, body, key="k-1")
    again = await api.post("/orders", BUYER, body, key="k-1")
    assert told(first, 201) == told(again, 201)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert await count_orders(api) == before + 1


async def test_a_key_is_not_taken_for_another_request(api: Api) -> None:
    body = {"lines": await lines(api)}
    told(await api.post("/orders", BUYER, body, key="k-1"), 201)
    refused(await api.post("/orders", BUYER, {**body, "note": "x"}, key="k-1"), 422, "idempotency_key_reused")
    refused(await api.post("/orders?x=1", BUYER, body, key="k-1"), 422, "idempotency_key_reused")


async def test_keys_of_different_people_do_not_meet(api: Api) -> None:
    body = {"lines": await lines(api)}
    own = told(await api.post("/orders", BUYER, body, key="k-1"), 201)
    other = told(await api.post("/orders", OTHER_BUYER, body, key="k-1"), 201)
    assert own["number"] != other["number"]


async def test_requests_at_the_same_moment_make_one_order(api: Api) -> None:
    body = {"lines": await lines(api)}
    before = await count_orders(api)
    answers = await asyncio.gather(*(api.post("/orders", BUYER, body, key="k-1") for _ in range(6)))
    assert len({told(answer, 201)["number"] for answer in answers}) == 1
    assert await count_orders(api) == before + 1


async def test_a_refusal_is_not_remembered(api: Api) -> None:
    bad = {"lines": [{"sku": "NO-SUCH", "quantity": 1}]}
    for _ in range(2):
        refused(await api.post("/orders", BUYER, bad, key="k-1"), 422, "lines_invalid")
    told(await api.post("/orders", BUYER, {"lines": await lines(api)}, key="k-1"), 201)


async def test_what_a_dead_process_left_behind_is_taken_over_after_a_while(api: Api) -> None:
    """The order was made and the process died before it could answer: the repetition finds that very order."""
    body = {"lines": await lines(api)}
    made = told(await api.post("/orders", BUYER, body, key="k-1"), 201)
    long_ago = utc_now() - requests.ABANDONED_AFTER - timedelta(seconds=1)
    async with api.database.writing() as session:
        unanswered = update(IdempotentRequest).where(col(IdempotentRequest.key) == "k-1")
        await session.execute(unanswered.values(status=None, body={}, created_at=long_ago))
    assert told(await api.post("/orders", BUYER, body, key="k-1"), 201)["number"] == made["number"]


async def test_while_the_first_is_under_way_the_second_is_told_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "PATIENCE_S", 0.1)
    body = b'{"reason": "x"}'
    digest = hashlib.sha256(b"POST /api/v1/orders/X/cancel?\n" + body).hexdigest()
    async with api.database.writing() as session:
        user = await access.find_user(session, BUYER)
        assert user is not None
        await requests.claim_request(session, user.id, "k-1", digest)
    response = await api.ask(
        "POST", "/orders/X/cancel", BUYER, {"Idempotency-Key": "k-1", "Content-Type": "application/json"}, content=body
    )
    refused(response, 409, "request_in_progress")


def test_no_post_keeps_a_transaction_open_while_its_answer_is_kept() -> None:
    for area in AREAS:
        for route in area.router.routes:
            if isinstance(route, APIRoute) and "POST" in (route.methods or ()):
                calls = {dependency.call for dependency in route.dependant.dependencies}
                assert open_writer not in calls, route.path


async def test_a_remark_with_a_key_is_written_once(api: Api) -> None:
    number = told(await api.post("/orders", BUYER, {"lines": await lines(api)}), 201)["number"]
    for _ in range(2):
        told(await api.post(f"/orders/{number}/comments", BUYER, {"text": "Hello"}, key="c-1"), 201)
    seen = told(await api.get(f"/orders/{number}", BUYER), 200)["timeline"]
    assert [entry["text"] for entry in seen if entry["kind"] == "comment"] == ["Hello"]


async def test_keys_that_cannot_be_kept_are_refused(api: Api) -> None:
    body = {"lines": await lines(api)}
    for key in (" ", "x" * 201):
        refused(await api.post("/orders", BUYER, body, key=key), 400, "idempotency_key_invalid")
