"""What operations see of running instances, and what they may do to them."""

from __future__ import annotations

import pytest

from models.payloads.orders import LineRequest, OrderStatus
from models.repositories import access, orders, processes
from models.tables.processes import Incident
from tests.fixtures.waiting import eventually
from tests.web.site import HTMX, Site
from tests.web.stories import acted, submitted, task_of


async def test_an_instance_is_found_by_its_business_key_and_told_whole(live_site: Site) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    ops = await live_site.visit("ops")
    found = await ops.get(f"/flows/instances?text={number}&status=running")
    assert f'href="/flows/instances/{number}"' in found.text
    assert "Nothing matches" in (await ops.get(f"/flows/instances?text={number}&status=completed")).text
    page = (await ops.get(f"/flows/instances/{number}")).text
    assert "Order to cash" in page
    assert "Now at: Order approval" in page
    assert "Sales manager&#39;s approval" in page
    assert "Dealer A Buyer" in page
    assert '<code>"D001"</code>' in page


async def test_a_called_instance_leads_back_to_its_caller(live_site: Site) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    async with live_site.database.reading() as session:
        (child,) = await processes.children_of(session, number)
    page = (await (await live_site.visit("ops")).get(f"/flows/instances/{child.id}")).text
    assert f'href="/flows/instances/{number}"' in page
    assert "Called by" in page


async def test_cancelling_asks_for_a_reason_and_undoes_the_order(live_site: Site) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    ops = await live_site.visit("ops")
    assert (await ops.post(f"/flows/instances/{number}/cancel", data={"reason": " "})).status_code == 422
    answer = await ops.post(f"/flows/instances/{number}/cancel", data={"reason": "Placed twice"})
    assert answer.headers["location"] == f"/flows/instances/{number}"

    async def cancelled() -> bool:
        async with live_site.database.reading() as session:
            order = await orders.find_order(session, number)
        return order is not None and order.status is OrderStatus.CANCELLED

    await eventually(cancelled)
    async with live_site.database.reading() as session:
        (entry,) = (await access.list_audit(session, number)).items
    assert (entry.actor, entry.action, entry.reason) == ("ops", "instance.cancel", "Placed twice")


async def test_a_variable_is_set_with_a_reason(live_site: Site) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    ops = await live_site.visit("ops")
    form = {"name": "submitted_by", "value": '"somebody"', "reason": "Left the company"}
    await ops.post(f"/flows/instances/{number}/variables", data=form)
    async with live_site.database.reading() as session:
        instance = await processes.find_row(session, number)
    assert instance is not None
    assert instance.variables["submitted_by"] == "somebody"
    answer = await ops.post(f"/flows/instances/{number}/variables", data=form | {"name": "no name"}, headers=HTMX)
    assert answer.status_code == 422


async def test_another_role_operates_nothing(live_site: Site) -> None:
    number = await submitted(live_site)
    sales = await live_site.visit("sales")
    answer = await sales.post(f"/flows/instances/{number}/cancel", data={"reason": "Because"})
    assert answer.status_code == 403


async def raised_incident(site: Site) -> tuple[str, Incident]:
    """Let a step fail for good: its order has vanished."""
    number = await submitted(site)
    task = await task_of(site, number, "sales", "order_approval")
    gateway = site.app.state.gateway
    await gateway.set_variables(task.instance_id, {"order_number": "SO-0"}, "to see", await site.actor("ops"))
    await acted(site, number, "sales", "order_approval", "approve")

    async def look() -> Incident | None:
        async with site.database.reading() as session:
            return next(iter(await processes.incidents_of(session, task.instance_id)), None)

    incident = await eventually(look, says="the incident")
    assert incident is not None
    return number, incident


async def test_an_incident_is_listed_repaired_and_tried_again(live_site: Site) -> None:
    number, incident = await raised_incident(live_site)
    ops = await live_site.visit("ops")
    assert (await ops.get("/flows/incidents/count", headers=HTMX)).text.count("count") == 1
    listed = (await ops.get("/flows/incidents")).text
    assert f"/flows/instances/{incident.instance_id}#incident-{incident.id}" in listed
    page = (await ops.get(f"/flows/instances/{incident.instance_id}")).text
    assert incident.message[:20] in page
    assert (await ops.post(f"/flows/incidents/{incident.id}/retry", data={})).status_code == 422
    form = {"name": "order_number", "value": number, "reason": "It was mistyped"}
    await ops.post(f"/flows/instances/{incident.instance_id}/variables", data=form)
    await ops.post(f"/flows/incidents/{incident.id}/retry", data={"reason": "Repaired"})
    assert (await task_of(live_site, number, "warehouse", "pick_and_hand_over")).root_id == number
    assert "tried again · Process Operations" in (await ops.get("/flows/incidents?status=resolved")).text
    again = await ops.post(f"/flows/incidents/{incident.id}/retry", data={"reason": "Again"}, headers=HTMX)
    assert again.status_code == 409
    assert "no longer open" in again.text


async def test_a_step_is_skipped_with_an_output_that_is_an_object(live_site: Site) -> None:
    _number, incident = await raised_incident(live_site)
    ops = await live_site.visit("ops")
    path = f"/flows/incidents/{incident.id}/skip"
    assert (await ops.post(path, data={"output": "[1]", "reason": "x"})).status_code == 422
    answer = await ops.post(path, data={"output": "{}", "reason": "Done by hand"})
    assert answer.headers["location"] == f"/flows/instances/{incident.instance_id}"


@pytest.mark.parametrize(
    "path", ["/flows/instances/none", "/flows/templates/none", "/flows/templates/dispatch?version=9"]
)
async def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    assert (await (await site.visit("ops")).get(f"/flows/{path}")).status_code == 404


async def test_templates_are_listed_with_their_versions_and_files(site: Site) -> None:
    ops = await site.visit("ops")
    assert "Settlement sign-off" in (await ops.get("/flows/templates")).text
    page = (await ops.get("/flows/templates/dispatch")).text
    assert "version 1" in page
    file = await ops.get("/flows/templates/dispatch/versions/1/file")
    assert file.headers["content-type"] == "application/xml"
    assert file.text.startswith("<?xml")
    assert (await ops.get("/flows/templates/dispatch/versions/7/file")).status_code == 404


async def test_an_empty_list_says_what_will_come(site: Site) -> None:
    ops = await site.visit("ops")
    assert "Nothing has run yet" in (await ops.get("/flows/instances")).text
    assert "No open incidents" in (await ops.get("/flows/incidents")).text


async def test_lists_go_on_behind_the_last_row(live_site: Site) -> None:
    for _ in range(3):
        await submitted(live_site, (LineRequest("CL-4002", 1),))
    async with live_site.database.reading() as session:
        first = await processes.list_instances(session, processes.InstanceFilter(), limit=2)
    ops = await live_site.visit("ops")
    rest = await ops.get(f"/flows/instances?after={first.next_cursor}", headers=HTMX)
    shown = [instance.id for instance in first.items if f'"/flows/instances/{instance.id}"' in rest.text]
    assert shown == []
    assert rest.text.lstrip().startswith("<tr>")
