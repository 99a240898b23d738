"""Requests that nobody in their right mind would send: refused, and never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.api_client import Api, refused, told
from tests.web.api.test_orders import BUYER

JSON = {"Content-Type": "application/json"}
BEYOND_64_BIT = "9223372036854775808"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "json_malformed"),
        (b"\xff\xfe{}", 400, "json_malformed"),
        (b"[" * 200_000, 400, "json_malformed"),
        (b'{"lines":' + b"[" * 40 + b"]" * 40 + b"}", 400, "json_too_deep"),
        (b'{"lines":[{"sku":"A","quantity":' + BEYOND_64_BIT.encode() + b"}]}", 400, "number_out_of_range"),
        (b'{"lines":[{"sku":"A","quantity":1e999}]}', 400, "number_out_of_range"),
        (b'{"lines":[{"sku":"A","quantity":NaN}]}', 400, "number_out_of_range"),
        (b'{"lines":[{"sku":"\\u0000","quantity":1}]}', 400, "text_malformed"),
        (b'{"lines":[{"sku":"\\ud800","quantity":1}]}', 400, "text_malformed"),
        (b'{"note":"' + b"x" * 1_100_000 + b'"}', 413, "body_too_large"),
        (b"", 422, "validation_failed"),
        (b"null", 422, "validation_failed"),
    ],
)
async def test_bodies_that_cannot_be_kept_are_refused(api: Api, content: bytes, status: int, code: str) -> None:
    refused(await api.ask("POST", "/orders", BUYER, JSON, content=content), status, code)


async def test_a_list_of_too_many_lines_is_refused(api: Api) -> None:
    body = {"lines": [{"sku": "A", "quantity": 1}] * 501}
    assert refused(await api.post("/orders", BUYER, body), 422, "validation_failed")["errors"][0]["code"] == "too_long"


@pytest.mark.parametrize(
    "path",
    [
        f"/tasks/{BEYOND_64_BIT}",
        "/tasks/0",
        "/tasks/-1",
        "/tasks/abc",
        "/tasks/1.5",
        f"/tasks/{'9' * 5000}",
        "/orders/%00",
        "/orders/%ff%fe",
        "/orders/%F0%9F%92%A9",
        "/orders/..%2f..%2fetc",
        f"/orders/{'x' * 3000}",
        "/instances/%0a",
        "/shipments/'%20OR%201=1",
        "/statements/%25",
        "/no/such/thing",
        "/orders?limit=0",
        "/orders?limit=999999999999999999999",
        "/orders?limit=abc",
        "/orders?status=dancing",
        "/orders?after=%00",
        "/orders?after=%ff",
        "/products?search=%00",
        "/tasks?status=other",
        f"/tasks?business_key={'x' * 300}",
    ],
)
async def test_addresses_that_make_no_sense_are_refused(api: Api, path: str) -> None:
    response = await api.get(path, "ops")
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"]


@pytest.mark.parametrize("search", ["%", "_", "\\", "'", '"', "%_\\", "王", "a" * 240, "😀", "' OR '1'='1"])
async def test_a_search_is_taken_literally(api: Api, search: str) -> None:
    for path in ("/products", "/orders", "/shipments", "/statements"):
        items = told(await api.get(path, "ops", params={"search": search}), 200)["items"]
        assert items == [] or "王" in search


async def test_methods_that_are_not_offered_are_refused(api: Api) -> None:
    for method, path in (("DELETE", "/orders"), ("PUT", "/products"), ("PATCH", "/orders/X")):
        refused(await api.ask(method, path, "ops"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "data",
    [{"a": {"b": [1, "x", None, True, 1.5]}}, {"工": "作"}, {"x" * 500: 1}, {"deep": [[[[[[[[1]]]]]]]]}],
)
async def test_a_message_carries_any_sound_json(api: Api, data: dict[str, Any]) -> None:
    told(await api.post("/messages", "ops", {"name": "n", "key": "k", "payload": data}), 202)


@pytest.mark.parametrize("day", ["2026-13-01", 20260101, "0000-00-00", "2026-01-01T00:00:00Z", "20260101", None, ""])
async def test_days_are_written_as_days(api: Api, day: Any) -> None:
    body = {"dealer": "D001", "from": day, "to": "2026-12-31"}
    problem = refused(await api.post("/statements", "finance", body), 422, "validation_failed")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/from", "day_text")]


async def test_a_period_must_begin_before_it_ends(api: Api) -> None:
    backwards = {"dealer": "D001", "from": "2026-12-31", "to": "2026-01-01"}
    refused(await api.post("/statements", "finance", backwards), 422, "period_invalid")
    nobody = {"dealer": "NOBODY", "from": "2026-01-01", "to": "2026-12-31"}
    refused(await api.post("/statements", "finance", nobody), 422, "dealer_unknown")
    far = {"dealer": "D001", "from": "0001-01-01", "to": "9999-12-31"}
    assert (await api.post("/statements", "finance", far)).status_code < 500
