"""Acting on tasks through the inbox, with a worker on a real server."""

from __future__ import annotations

import asyncio

from models.payloads.orders import OrderStatus
from models.repositories import orders
from tests.web.site import HTMX, Site
from tests.web.stories import LARGE, acted, handed_over, submitted, task_of


async def test_after_approving_the_next_task_is_shown_with_the_list_and_what_happened(live_site: Site) -> None:
    first, second = await submitted(live_site), await submitted(live_site)
    task = await task_of(live_site, first, "sales", "order_approval")
    following = await task_of(live_site, second, "sales", "order_approval")
    sales = await live_site.visit("sales")
    answer = await sales.post(f"/inbox/{task.id}/act", data={"action": "approve"}, headers=HTMX)
    assert answer.status_code == 200
    assert f'data-task="{following.id}"' in answer.text
    assert f"{first}: approved." in answer.text
    assert answer.headers["hx-push-url"] == f"/inbox/{following.id}"
    listed = answer.text.split('hx-target="#task-list"')[1]
    assert f'href="/inbox/{task.id}"' not in listed


async def test_without_scripts_the_browser_is_led_to_the_next_task(live_site: Site) -> None:
    number = await submitted(live_site)
    task = await task_of(live_site, number, "sales", "order_approval")
    sales = await live_site.visit("sales")
    answer = await sales.post(f"/inbox/{task.id}/act?tab=mine", data={"action": "approve"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?tab=mine")
    assert f"{number}: approved." in (await sales.get("/inbox")).text


async def test_a_rejection_without_a_reason_is_asked_for_it_and_keeps_what_was_typed(live_site: Site) -> None:
    number = await submitted(live_site)
    task = await task_of(live_site, number, "sales", "order_approval")
    sales = await live_site.visit("sales")
    answer = await sales.post(f"/inbox/{task.id}/act", data={"action": "reject", "comment": " "}, headers=HTMX)
    assert answer.status_code == 422
    assert "Please say why" in answer.text
    answer = await sales.post(f"/inbox/{task.id}/act", data={"action": "reject", "comment": "No budget"}, headers=HTMX)
    assert answer.status_code == 200
    async with live_site.database.reading() as session:
        order = await orders.find_order(session, number)
    assert order is not None
    assert order.status is OrderStatus.REJECTED


async def test_of_two_who_click_at_once_one_wins_and_the_other_is_told_who(live_site: Site) -> None:
    number = await submitted(live_site)
    await handed_over(live_site, number)
    task = await task_of(live_site, number, "dealer-a-buyer", "confirm_receipt")
    buyer, owner = await live_site.visit("dealer-a-buyer"), await live_site.visit("dealer-a-owner")
    form = {"action": "confirm", "line_no": "1", "received": "2", "damaged": "0"}
    answers = await asyncio.gather(
        *(person.post(f"/inbox/{task.id}/act", data=form, headers=HTMX) for person in (buyer, owner))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    winner = "Dealer A Owner" if late is answers[0] else "Dealer A Buyer"
    assert f"{winner} was faster: this task is already confirmed." in late.text


async def test_a_claimed_task_leaves_the_lists_of_the_others(live_site: Site) -> None:
    number = await submitted(live_site, LARGE)
    await acted(live_site, number, "sales", "order_approval", "approve")
    task = await task_of(live_site, number, "finance", "order_approval")
    finance = await live_site.visit("finance")
    answer = await finance.post(f"/inbox/{task.id}/act", data={"action": "claim"}, headers=HTMX)
    assert "You have claimed this task" in answer.text
    assert f'href="/inbox/{task.id}?tab=mine"' in (await finance.get("/inbox?tab=mine")).text
    assert f'href="/inbox/{task.id}?tab=group"' not in (await finance.get("/inbox?tab=group")).text
    answer = await finance.post(f"/inbox/{task.id}/act", data={"action": "release"}, headers=HTMX)
    assert f'href="/inbox/{task.id}?tab=group"' in (await finance.get("/inbox?tab=group")).text


async def test_a_hand_over_without_a_waybill_names_the_field(live_site: Site) -> None:
    number = await submitted(live_site)
    await acted(live_site, number, "sales", "order_approval", "approve")
    task = await task_of(live_site, number, "warehouse", "pick_and_hand_over")
    warehouse = await live_site.visit("warehouse")
    form = {"action": "hand_over", "carrier": "SUDA", "waybill": ""}
    answer = await warehouse.post(f"/inbox/{task.id}/act", data=form, headers=HTMX)
    assert answer.status_code == 422
    assert "Please fill in: Waybill." in answer.text
    assert '<option value="SUDA" selected>' in answer.text


async def test_a_task_done_by_somebody_else_says_so_while_it_is_open_on_the_screen(live_site: Site) -> None:
    number = await submitted(live_site)
    task = await task_of(live_site, number, "sales", "order_approval")
    sales = await live_site.visit("sales")
    before = await sales.get(f"/inbox/{task.id}/state", headers=HTMX)
    assert 'id="task-state"' in before.text
    assert "<hx-partial" not in before.text
    await acted(live_site, number, "sales", "order_approval", "approve")
    after = await sales.get(f"/inbox/{task.id}/state", headers=HTMX)
    assert '<hx-partial hx-target="#task-detail"' in after.text
    assert "Sales Manager: approved" in after.text


async def test_another_dealers_task_does_not_exist(live_site: Site) -> None:
    number = await submitted(live_site)
    await handed_over(live_site, number)
    task = await task_of(live_site, number, "dealer-a-buyer", "confirm_receipt")
    stranger = await live_site.visit("dealer-b-buyer")
    for path in (f"/inbox/{task.id}", f"/inbox/{task.id}/state"):
        assert (await stranger.get(path)).status_code == 404
    form = {"action": "confirm"}
    assert (await stranger.post(f"/inbox/{task.id}/act", data=form)).status_code == 404
    assert number not in (await stranger.get("/inbox")).text


async def test_every_form_of_the_shipped_processes_shows_its_document(live_site: Site) -> None:
    number = await submitted(live_site)
    await handed_over(live_site, number)
    receipt = await task_of(live_site, number, "dealer-a-buyer", "confirm_receipt")
    shown = await (await live_site.visit("dealer-a-buyer")).get(f"/inbox/{receipt.id}")
    assert 'name="received"' in shown.text
    lines = {"lines": [{"line_no": 1, "received": 1, "damaged": 1}]}
    await acted(live_site, number, "dealer-a-buyer", "confirm_receipt", "confirm", data=lines)
    claim = await task_of(live_site, number, "sales", "claim_decision")
    shown = await (await live_site.visit("sales")).get(f"/inbox/{claim.id}")
    assert "Delivery claim" in shown.text
    assert "Credit the dealer" in shown.text
