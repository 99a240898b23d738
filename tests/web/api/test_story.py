"""An order from draft to payment through the API alone, with a worker on a real server."""

from __future__ import annotations

import asyncio
from typing import Any

from models.clock import business_date, utc_now
from tests.fixtures.waiting import eventually
from tests.web.api.api_client import Api, refused, told
from tests.web.api.test_orders import BUYER, OTHER_BUYER, lines

OWNER = "dealer-a-owner"


async def submitted(api: Api, **more: Any) -> dict[str, Any]:
    body = {"lines": await lines(api), "submit": True, **more}
    order: dict[str, Any] = told(await api.post("/orders", BUYER, body), 201)
    return order


async def open_task(api: Api, login: str, business_key: str, form: str) -> dict[str, Any]:
    """Wait until this person's inbox has the task."""

    async def look() -> dict[str, Any] | None:
        params = {"status": "open", "business_key": business_key}
        items = told(await api.get("/tasks", login, params=params), 200)["items"]
        return next((dict(task) for task in items if task["form"] == form), None)

    found = await eventually(look, says=f"{form} of {business_key} for {login}", every_s=0.01)
    assert found is not None
    return found


async def act(api: Api, login: str, number: str, form: str, action: str, **rest: Any) -> Any:
    task = await open_task(api, login, number, form)
    assert action in task["actions"]
    return told(await api.post(f"/tasks/{task['id']}/actions", login, {"action": action, **rest}), 200)


async def order_in(api: Api, number: str, status: str) -> dict[str, Any]:
    """Wait until the order is in this state."""

    async def look() -> dict[str, Any] | None:
        order: dict[str, Any] = told(await api.get(f"/orders/{number}", "sales"), 200)
        return order if order["status"] == status else None

    found = await eventually(look, says=f"{number} {status}", every_s=0.01)
    assert found is not None
    return found


async def delivered_and_confirmed(api: Api) -> dict[str, Any]:
    number = (await submitted(api))["number"]
    await act(api, "sales", number, "order_approval", "approve")
    await act(api, "warehouse", number, "pick_and_hand_over", "hand_over", data={"carrier": "SUDA", "waybill": "W1"})
    shipment = (await order_in(api, number, "shipped"))["shipments"][0]
    message = {"name": "shipment.delivered", "key": shipment["number"], "payload": {}}
    told(await api.post("/messages", "logistics", message), 202)
    await order_in(api, number, "delivered")
    await act(api, BUYER, number, "confirm_receipt", "confirm")
    return await order_in(api, number, "completed")


async def test_an_order_travels_from_draft_to_payment(live: Api) -> None:
    order = await delivered_and_confirmed(live)
    assert [line["received_quantity"] for line in order["lines"]] == [line["quantity"] for line in order["lines"]]
    shipment = told(await live.get(f"/shipments/{order['shipments'][0]['number']}", BUYER), 200)
    assert (shipment["status"], shipment["carrier"], shipment["waybill"]) == ("confirmed", "SUDA", "W1")
    refused(await live.get(f"/shipments/{shipment['number']}", OTHER_BUYER), 404, "not_found")

    today = business_date(utc_now()).isoformat()
    period = {"dealer": order["dealer"], "from": today, "to": today}
    statement = told(await live.post("/statements", "finance", period), 201)
    assert told(await live.post("/statements", "finance", period), 201)["number"] == statement["number"]
    assert order["number"] in {line["order_number"] for line in statement["lines"]}
    number = statement["number"]
    refused(await live.get(f"/statements/{number}", OTHER_BUYER), 404, "statement_not_found")
    await act(live, "finance", number, "statement_check", "approve")
    await act(live, OWNER, number, "statement_confirm", "confirm")
    await act(live, "finance", number, "statement_sign_off", "sign_off")
    due = told(await live.get(f"/statements/{number}", "finance"), 200)["open_fen"]
    assert due == statement["total_fen"]
    await act(live, "finance", number, "record_payment", "record", data={"amount_fen": due, "reference": "BANK-1"})
    closed = told(await live.get(f"/statements/{number}", OWNER), 200)
    assert (closed["status"], closed["settled_fen"]) == ("closed", statement["total_fen"])


async def test_a_submission_shows_at_once_and_is_one_order_however_often_it_is_sent(live: Api) -> None:
    body = {"lines": await lines(live), "submit": True}
    answers = await asyncio.gather(*(live.post("/orders", BUYER, body, key="once") for _ in range(4)))
    assert {told(answer, 201)["status"] for answer in answers} == {"submitted"}
    number = answers[0].json()["number"]
    assert {answer.json()["number"] for answer in answers} == {number}
    assert told(await live.get(f"/orders/{number}", BUYER), 200)["status"] == "submitted"
    refused(await live.post(f"/orders/{number}/submit", BUYER), 409, "illegal_transition")


async def test_a_returned_order_is_changed_and_submitted_again(live: Api) -> None:
    number = (await submitted(live))["number"]
    task = await open_task(live, "sales", number, "order_approval")
    actions = f"/tasks/{task['id']}/actions"
    refused(await live.post(actions, "sales", {"action": "return"}), 422, "comment_required")
    told(await live.post(actions, "sales", {"action": "return", "comment": "Less, please"}), 200)
    assert told(await live.get(f"/orders/{number}", BUYER), 200)["status"] == "returned"
    body = {"lines": await lines(live, 1)}
    total = told(await live.put(f"/orders/{number}/lines", BUYER, body), 200)["total_fen"]
    again = told(await live.post(f"/orders/{number}/submit", BUYER), 200)
    assert (again["status"], again["total_fen"]) == ("submitted", total)


async def test_a_submitted_order_is_withdrawn(live: Api) -> None:
    number = (await submitted(live))["number"]
    answer = told(await live.post(f"/orders/{number}/withdraw", BUYER, {"reason": "Wrong size"}), 200)
    assert answer["status"] == "withdrawn"
    detail = told(await live.get(f"/orders/{number}", BUYER), 200)
    assert "Wrong size" in {entry["text"] for entry in detail["timeline"]}


async def test_the_manufacturer_cancels_what_is_under_way(live: Api) -> None:
    number = (await submitted(live))["number"]
    await act(live, "sales", number, "order_approval", "approve")
    await open_task(live, "warehouse", number, "pick_and_hand_over")
    refused(await live.post(f"/orders/{number}/cancel", BUYER, {"reason": "x"}), 409, "illegal_transition")
    cancelled = told(await live.post(f"/orders/{number}/cancel", "sales", {"reason": "No stock left"}), 200)
    assert cancelled["status"] == "cancelled"
    assert told(await live.get(f"/instances/{number}", "ops"), 200)["status"] == "cancelled"


async def test_of_two_who_click_at_once_one_wins_and_the_other_is_told_who(live: Api) -> None:
    number = (await submitted(live))["number"]
    task = await open_task(live, "sales", number, "order_approval")
    path = f"/tasks/{task['id']}/actions"
    told(await live.post(path, "sales", {"action": "approve"}), 200)
    told(await live.post(path, "sales", {"action": "approve"}), 200)
    problem = refused(await live.post(path, "sales", {"action": "reject", "comment": "no"}), 409, "task_closed")
    assert "sales" in problem["detail"]


async def test_a_task_says_what_each_reader_may_do_with_it(live: Api) -> None:
    number = (await submitted(live))["number"]
    task = await open_task(live, "sales", number, "order_approval")
    path = f"/tasks/{task['id']}"
    assert told(await live.get(path, "sales"), 200)["actions"] == ["approve", "reject", "return", "claim"]
    refused(await live.get(path, OTHER_BUYER), 404, "task_not_found")
    refused(await live.post(f"{path}/actions", OTHER_BUYER, {"action": "approve"}), 404, "task_not_found")
    assert told(await live.get(path, "ops"), 200)["actions"] == []
    refused(await live.post(f"{path}/actions", "ops", {"action": "approve"}), 403, "not_a_candidate")
    told(await live.post(f"{path}/actions", "sales", {"action": "claim"}), 200)
    assert told(await live.get(path, "sales"), 200)["actions"] == ["approve", "reject", "return", "release"]
    refused(await live.post(f"{path}/actions", "sales", {"action": "dance"}), 422, "action_not_offered")
