"""How the people of the replay speak to the API: again when it is busy, not again when it says no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from deploy.replay import people
from deploy.replay.people import ApiRefused, Person
from deploy.replay.tasks import Reply, do_open_tasks

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "LONGEST_PAUSE_S", 0.0)


def person(answer: Answer) -> Person:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://test")
    return Person(client, "sales", "token")


def in_turn(*responses: httpx.Response) -> tuple[Answer, list[httpx.Request]]:
    """Answer with one after the other, and note what was asked."""
    left, asked = list(responses), list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return left.pop(0)

    return answer, asked


async def test_a_busy_platform_is_asked_again_under_the_same_key() -> None:
    busy = httpx.Response(503, json={"code": "engine_unavailable"})
    waits = httpx.Response(409, json={"code": "request_in_progress"})
    answer, asked = in_turn(busy, waits, httpx.Response(201, json={"number": "SO-1"}))
    assert await person(answer).post("/orders", {}, "once") == {"number": "SO-1"}
    assert [request.headers["idempotency-key"] for request in asked] == ["once"] * 3


async def test_a_refusal_is_told_with_its_reasons() -> None:
    errors = [{"pointer": "/lines/0", "detail": "There is no product X."}]
    problem = {"code": "lines_invalid", "detail": "Some lines cannot be ordered.", "errors": errors}
    answer, _ = in_turn(httpx.Response(422, json=problem))
    with pytest.raises(ApiRefused) as refused:
        await person(answer).post("/orders", {}, "once")
    assert str(refused.value) == "POST /orders: 422 Some lines cannot be ordered. (There is no product X.)"


async def test_who_cannot_be_reached_is_given_up_in_the_end() -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(ApiRefused, match="GET /orders: 0 refused"):
        await person(unreachable).get("/orders")


async def test_a_list_is_read_to_its_end() -> None:
    first = httpx.Response(200, json={"items": [{"n": 1}, {"n": 2}], "next": "abc"})
    answer, asked = in_turn(first, httpx.Response(200, json={"items": [{"n": 3}], "next": None}))
    assert [item["n"] async for item in person(answer).everything("/orders", status="draft")] == [1, 2, 3]
    assert asked[1].url.params["after"] == "abc"


def inbox(*forms: str) -> httpx.Response:
    items: list[dict[str, Any]] = [
        {"id": number, "form": form, "actions": ["claim", "confirm"]} for number, form in enumerate(forms, start=1)
    ]
    return httpx.Response(200, json={"items": items, "next": None})


async def test_only_expected_tasks_are_done_and_a_claim_is_no_decision() -> None:
    answer, asked = in_turn(inbox("confirm_receipt", "claim_decision"), httpx.Response(200, json={}))
    assert await do_open_tasks(person(answer), "SO-1", {"confirm_receipt": Reply("")})
    assert [request.url.path for request in asked] == ["/tasks", "/tasks/1/actions"]
    assert b'"confirm"' in asked[1].content


async def test_a_task_that_somebody_finished_meanwhile_is_no_failure() -> None:
    closed = httpx.Response(409, json={"code": "task_closed", "detail": "done"})
    answer, _ = in_turn(inbox("confirm_receipt"), closed)
    assert await do_open_tasks(person(answer), "SO-1", {"confirm_receipt": Reply("")})
