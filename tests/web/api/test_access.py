"""Tokens, and which role may ask for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from models.payloads.access import DEALER_ROLES, MANUFACTURER_ROLES, Role
from models.repositories import access
from tests.web.api.api_client import Api, refused, told
from tests.web.api.test_orders import BUYER, lines

LOGINS = {
    Role.SALES_MANAGER: "sales",
    Role.CREDIT_CONTROLLER: "credit",
    Role.FINANCE: "finance",
    Role.WAREHOUSE: "warehouse",
    Role.LOGISTICS: "logistics",
    Role.OPS: "ops",
    Role.DEALER_BUYER: "dealer-a-buyer",
    Role.DEALER_OWNER: "dealer-a-owner",
    Role.STORE: "dealer-a-store",
}

EVERYONE = frozenset(Role)
PARTNERS = MANUFACTURER_ROLES | DEALER_ROLES
OPS = frozenset({Role.OPS})
SETTLERS = DEALER_ROLES | {Role.SALES_MANAGER, Role.CREDIT_CONTROLLER, Role.FINANCE, Role.OPS}

MATRIX: list[tuple[str, str, Any, frozenset[Role]]] = [
    ("GET", "/products", None, EVERYONE),
    ("GET", "/orders", None, PARTNERS),
    ("POST", "/orders", {}, DEALER_ROLES),
    ("GET", "/orders/NONE", None, PARTNERS),
    ("GET", "/tasks", None, EVERYONE),
    ("GET", "/tasks/1", None, EVERYONE),
    ("POST", "/tasks/1/actions", {"action": "approve"}, EVERYONE),
    ("GET", "/shipments", None, PARTNERS),
    ("GET", "/shipments/NONE", None, PARTNERS),
    ("GET", "/statements", None, SETTLERS),
    ("GET", "/statements/NONE", None, SETTLERS),
    ("POST", "/statements", {}, frozenset({Role.FINANCE})),
    ("POST", "/messages", {}, frozenset({Role.LOGISTICS, Role.FINANCE, Role.OPS})),
    ("GET", "/templates", None, OPS),
    ("POST", "/templates", None, OPS),
    ("POST", "/templates/none/publish", {}, OPS),
    ("GET", "/instances", None, MANUFACTURER_ROLES),
    ("POST", "/instances", {}, OPS),
    ("GET", "/instances/NONE", None, MANUFACTURER_ROLES),
    ("POST", "/instances/NONE/cancel", {}, OPS),
    ("PATCH", "/instances/NONE/variables", {}, OPS),
    ("GET", "/incidents", None, MANUFACTURER_ROLES),
    ("POST", "/incidents/1/retry", {}, OPS),
    ("POST", "/incidents/1/skip", {}, OPS),
]


@pytest.mark.parametrize(("method", "path", "body", "admitted"), MATRIX, ids=[f"{row[0]} {row[1]}" for row in MATRIX])
async def test_each_role_is_admitted_or_refused_as_the_matrix_says(
    api: Api, method: str, path: str, body: Any, admitted: frozenset[Role]
) -> None:
    refused(await api.ask(method, path, None, json=body), 401, "unauthorized")
    for role, login in LOGINS.items():
        response = await api.ask(method, path, login, json=body)
        assert (response.status_code != 403) == (role in admitted), (role, response.text)
        assert response.status_code < 500


ORDER_MATRIX: list[tuple[str, str, Any, frozenset[Role]]] = [
    ("PUT", "terms", {"lines": [{"line_no": 1, "unit_price_fen": 100}]}, frozenset({Role.SALES_MANAGER})),
    ("PUT", "lines", None, DEALER_ROLES),
    ("POST", "comments", {"text": "Hello"}, PARTNERS),
    ("POST", "submit", {}, DEALER_ROLES),
    ("POST", "withdraw", {"reason": "x"}, DEALER_ROLES),
    ("POST", "cancel", {"reason": "x"}, DEALER_ROLES | {Role.SALES_MANAGER, Role.OPS}),
]


@pytest.mark.parametrize(
    ("method", "action", "body", "admitted"), ORDER_MATRIX, ids=[f"{row[0]} {row[1]}" for row in ORDER_MATRIX]
)
async def test_each_role_may_do_to_an_order_what_the_matrix_says(
    api: Api, method: str, action: str, body: Any, admitted: frozenset[Role]
) -> None:
    ordered = {"lines": await lines(api)}
    number = told(await api.post("/orders", BUYER, ordered), 201)["number"]
    for role, login in LOGINS.items():
        response = await api.ask(method, f"/orders/{number}/{action}", login, json=ordered if body is None else body)
        assert (response.status_code != 403) == (role in admitted), (role, response.text)
        assert response.status_code < 500 or response.json()["code"] == "engine_unavailable"


async def test_a_token_is_given_for_login_and_password(api: Api) -> None:
    credentials = {"login": "sales", "password": "demo"}
    token = told(await api.post("/tokens", None, credentials), 201)["token"]
    response = await api.client.get("/orders", headers={"Authorization": f"bearer {token}"})
    assert response.status_code == 200


@pytest.mark.parametrize("credentials", [{"login": "sales", "password": "no"}, {"login": "nobody", "password": "demo"}])
async def test_a_wrong_password_and_an_unknown_login_look_the_same(api: Api, credentials: Mapping[str, str]) -> None:
    refused(await api.post("/tokens", None, credentials), 401, "login_failed")


async def test_guessing_is_slowed_down(api: Api) -> None:
    for _ in range(5):
        refused(await api.post("/tokens", None, {"login": "sales", "password": "guess"}), 401, "login_failed")
    response = await api.post("/tokens", None, {"login": "sales", "password": "demo"})
    refused(response, 429, "too_many_attempts")
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic c2FsZXM6ZGVtbw==", "Bearer \x7f"])
async def test_what_is_no_valid_token_is_nobody(api: Api, header: str) -> None:
    response = await api.client.get("/orders", headers={"Authorization": header, "Accept-Language": "en"})
    refused(response, 401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_problems_are_told_in_the_readers_language(api: Api) -> None:
    chinese = await api.get("/orders/NONE", "sales", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    english = await api.get("/orders/NONE", "sales", headers={"Accept-Language": "en-GB"})
    assert told(chinese, 404)["code"] == told(english, 404)["code"]
    assert told(english, 404)["detail"] == "There is no order NONE, or it is not yours to see."
    assert told(chinese, 404)["detail"] == "没有订单 NONE，或您无权查看。"


async def test_without_accept_language_the_accounts_own_language_counts(api: Api) -> None:
    async with api.database.writing() as session:
        user = await access.find_user(session, "sales")
        assert user is not None
        await access.set_language(session, user.id, "en")
    token = await api.token("sales")
    response = await api.client.get("/orders/NONE", headers={"Authorization": f"Bearer {token}"})
    assert told(response, 404)["detail"].startswith("There is no order")


async def test_departments_send_only_their_own_messages(api: Api) -> None:
    message = {"name": "payment.received", "key": "S", "payload": {}}
    refused(await api.post("/messages", "logistics", message), 403, "message_not_allowed")
    assert told(await api.post("/messages", "finance", message), 202)["status"] == "buffered"
    assert told(await api.post("/messages", "ops", {"name": "any.thing", "key": "S"}), 202)["status"] == "buffered"
