"""Orders through the API: drafted, changed, priced, found by their own dealer only."""

from __future__ import annotations

from typing import Any

import pytest

from models.repositories import access, dealers
from tests.web.api.api_client import Api, refused, told

BUYER, OTHER_BUYER = "dealer-a-buyer", "dealer-b-buyer"


async def skus(api: Api, count: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = told(await api.get("/products", BUYER, params={"limit": count}), 200)["items"]
    return items


async def lines(api: Api, count: int = 2) -> list[dict[str, Any]]:
    """Order the smallest quantity of some products."""
    return [{"sku": product["sku"], "quantity": _smallest(product)} for product in await skus(api, count)]


def _smallest(product: dict[str, Any]) -> int:
    pack = int(product["pack_size"])
    return -(-int(product["minimum_quantity"]) // pack) * pack


async def draft(api: Api, as_: str = BUYER, **more: Any) -> dict[str, Any]:
    order: dict[str, Any] = told(await api.post("/orders", as_, {"lines": await lines(api), **more}), 201)
    return order


async def test_a_draft_is_made_at_list_prices(api: Api) -> None:
    products = await skus(api, 2)
    order = await draft(api, reference="PO-77", note="Before noon")
    assert order["status"] == "draft"
    assert order["total_fen"] == sum(_smallest(p) * p["list_price_fen"] for p in products)
    detail = told(await api.get(f"/orders/{order['number']}", BUYER), 200)
    assert [line["sku"] for line in detail["lines"]] == [product["sku"] for product in products]
    assert (detail["reference"], detail["note"]) == ("PO-77", "Before noon")
    assert "submit" in detail["actions"]
    assert detail["timeline"][0]["to_status"] == "draft"


async def test_every_bad_line_is_named_where_it_stands(api: Api) -> None:
    good = await lines(api, 1)
    body = {"lines": [*good, {"sku": "NO-SUCH", "quantity": 1}, *good, {"sku": good[0]["sku"] + "X", "quantity": 0}]}
    problem = refused(await api.post("/orders", BUYER, body), 422, "lines_invalid")
    assert [(e["pointer"], e["code"]) for e in problem["errors"]] == [
        ("/lines/1", "unknown_sku"),
        ("/lines/3", "unknown_sku"),
    ]
    assert "NO-SUCH" in problem["errors"][0]["detail"]


async def test_quantities_that_cannot_be_ordered_are_named(api: Api) -> None:
    sku = (await skus(api, 1))[0]["sku"]
    for quantity in (0, -3, 10_000_000, 9_223_372_036_854_775_807):
        body = {"lines": [{"sku": sku, "quantity": quantity}]}
        problem = refused(await api.post("/orders", BUYER, body), 422, "lines_invalid")
        assert problem["errors"][0]["code"] == "quantity_out_of_range"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/lines", "missing"),
        ({"lines": []}, "/lines", "too_short"),
        ({"lines": {}}, "/lines", "list_type"),
        ({"lines": [{"sku": "A", "quantity": "3"}]}, "/lines/0/quantity", "int_type"),
        ({"lines": [{"sku": "A", "quantity": 1.5}]}, "/lines/0/quantity", "int_type"),
        ({"lines": [{"sku": "A", "quantity": True}]}, "/lines/0/quantity", "int_type"),
        ({"lines": [{"sku": 5, "quantity": 1}]}, "/lines/0/sku", "string_type"),
        ({"lines": [{"sku": "A", "quantity": 1}], "submitt": True}, "/submitt", "extra_forbidden"),
        ({"lines": [{"sku": "A", "quantity": 1}], "submit": "yes"}, "/submit", "bool_type"),
        ([], "", "dict_type"),
        ("text", "", "dict_type"),
    ],
)
async def test_bodies_of_the_wrong_shape_are_named_by_field(api: Api, body: Any, pointer: str, code: str) -> None:
    problem = refused(await api.post("/orders", BUYER, body), 422, "validation_failed")
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in problem["errors"]]


async def test_another_dealer_finds_nothing(api: Api) -> None:
    number = (await draft(api))["number"]
    body = {"lines": await lines(api)}
    for response in (
        await api.get(f"/orders/{number}", OTHER_BUYER),
        await api.put(f"/orders/{number}/lines", OTHER_BUYER, body),
        await api.post(f"/orders/{number}/submit", OTHER_BUYER),
        await api.post(f"/orders/{number}/cancel", OTHER_BUYER, {"reason": "x"}),
        await api.post(f"/orders/{number}/withdraw", OTHER_BUYER, {"reason": "x"}),
        await api.post(f"/orders/{number}/comments", OTHER_BUYER, {"text": "x"}),
    ):
        refused(response, 404, "order_not_found")
    listed = told(await api.get("/orders", OTHER_BUYER, params={"limit": 200}), 200)["items"]
    assert number not in {item["number"] for item in listed}
    assert {item["dealer"] for item in listed} <= {listed[0]["dealer"]}


async def test_lines_are_changed_and_agreed_terms_stay(api: Api) -> None:
    order = await draft(api)
    number, sku = order["number"], order["lines"][0]["sku"]
    terms = {"lines": [{"line_no": 1, "unit_price_fen": 1000, "discount_bp": 1500}]}
    priced = told(await api.put(f"/orders/{number}/terms", "sales", terms), 200)
    quantity = priced["lines"][0]["quantity"]
    assert priced["lines"][0]["amount_fen"] == (1000 * quantity * 8500 + 5000) // 10000
    body = {"lines": [{"sku": sku, "quantity": quantity * 2}]}
    changed = told(await api.put(f"/orders/{number}/lines", BUYER, body), 200)
    assert [(line["unit_price_fen"], line["discount_bp"]) for line in changed["lines"]] == [(1000, 1500)]
    assert changed["total_fen"] == changed["lines"][0]["amount_fen"]


async def test_terms_are_the_sales_managers_to_agree_on(api: Api) -> None:
    number = (await draft(api))["number"]
    terms = {"lines": [{"line_no": 1, "unit_price_fen": 1}]}
    refused(await api.put(f"/orders/{number}/terms", BUYER, terms), 403, "forbidden")
    refused(await api.put(f"/orders/{number}/terms", "finance", terms), 403, "forbidden")
    unknown = {"lines": [{"line_no": 99, "unit_price_fen": 1}]}
    refused(await api.put(f"/orders/{number}/terms", "sales", unknown), 422, "unknown_line")


async def test_internal_remarks_are_kept_from_the_dealer(api: Api) -> None:
    number = (await draft(api))["number"]
    told(await api.post(f"/orders/{number}/comments", "sales", {"text": "Watch them", "internal": True}), 201)
    told(await api.post(f"/orders/{number}/comments", "sales", {"text": "Thank you"}), 201)
    refused(await api.post(f"/orders/{number}/comments", BUYER, {"text": "x", "internal": True}), 403, "forbidden")
    seen = told(await api.get(f"/orders/{number}", BUYER), 200)["timeline"]
    assert [entry["text"] for entry in seen if entry["kind"] == "comment"] == ["Thank you"]
    inside = told(await api.get(f"/orders/{number}", "sales"), 200)["timeline"]
    assert [entry["text"] for entry in inside if entry["kind"] == "comment"] == ["Watch them", "Thank you"]


async def test_a_draft_is_discarded(api: Api) -> None:
    number = (await draft(api))["number"]
    assert told(await api.post(f"/orders/{number}/cancel", BUYER, {"reason": "typo"}), 200)["status"] == "cancelled"
    refused(await api.post(f"/orders/{number}/submit", BUYER), 409, "illegal_transition")


async def test_orders_are_listed_in_parts_without_gaps_or_repetitions(api: Api) -> None:
    made = {(await draft(api))["number"] for _ in range(5)}
    found: list[str] = []
    after: str | None = None
    while True:
        params = {"limit": 2, **({"after": after} if after else {})}
        part = told(await api.get("/orders", BUYER, params=params), 200)
        found += [item["number"] for item in part["items"]]
        after = part["next"]
        if after is None:
            break
    assert len(found) == len(set(found))
    assert made <= set(found)


async def test_a_list_cannot_be_continued_from_nonsense(api: Api) -> None:
    for cursor in ("nonsense", "WzFd.", "W10", "WyJhIl0", "WzFlOTldCg", "WzkyMjMzNzIwMzY4NTQ3NzU4MDhd"):
        for path in ("/orders", "/products", "/tasks", "/shipments", "/instances", "/incidents", "/statements"):
            response = await api.get(path, "ops", params={"after": cursor})
            assert response.status_code in (200, 422), (path, cursor, response.text)


async def test_without_a_running_engine_a_submission_says_so_and_can_be_sent_again(api: Api) -> None:
    body = {"lines": await lines(api), "submit": True}
    for _ in range(2):
        refused(await api.post("/orders", BUYER, body, key="once"), 503, "engine_unavailable")
    items = told(await api.get("/orders", BUYER, params={"status": "draft", "limit": 1}), 200)["items"]
    assert len(items) == 1


async def test_a_suspended_dealer_is_told_why_and_nothing_is_kept(api: Api) -> None:
    async with api.database.writing() as session:
        buyer = await access.find_user(session, BUYER)
        assert buyer is not None
        await dealers.suspend_dealer(session, buyer.dealer or "", "Overdue since May", "credit")
    body = {"lines": await lines(api), "submit": True}
    problem = refused(await api.post("/orders", BUYER, body), 409, "dealer_suspended")
    assert "Overdue since May" in problem["detail"]
