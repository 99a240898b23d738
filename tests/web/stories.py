"""Moving orders on in web tests, up to where a screen is to be looked at."""

from __future__ import annotations

from models.payloads.orders import LineRequest
from models.repositories import inbox, orders
from models.tables.processes import Task
from tests.fixtures.waiting import eventually
from tests.web.site import Site
from web.submission import submit_order

SMALL = (LineRequest("CL-4001", 2),)
LARGE = (LineRequest("CL-4010", 60),)
"""Above the amount from which on credit controller and finance approve too."""


async def drafted(site: Site, lines: tuple[LineRequest, ...] = SMALL, buyer: str = "dealer-a-buyer") -> str:
    actor = await site.actor(buyer)
    assert actor.dealer is not None
    async with site.database.writing() as session:
        return (await orders.create_order(session, actor.dealer, lines, actor.login)).number


async def submitted(site: Site, lines: tuple[LineRequest, ...] = SMALL, buyer: str = "dealer-a-buyer") -> str:
    """Submit an order; returns its number."""
    number = await drafted(site, lines, buyer)
    await submit_order(site.database, site.app.state.gateway, number, await site.actor(buyer))
    return number


async def task_of(site: Site, number: str, login: str, form: str) -> Task:
    """Wait until this person's inbox has the task."""
    actor = await site.actor(login)

    async def look() -> Task | None:
        async with site.database.reading() as session:
            page = await inbox.list_tasks(session, actor)
        return next((task for task in page.items if (task.root_id, task.form) == (number, form)), None)

    task = await eventually(look, says=f"{form} of {number} for {login}")
    assert task is not None
    return task


async def acted(site: Site, number: str, login: str, form: str, action: str, **more: object) -> None:
    """Do somebody's task."""
    task = await task_of(site, number, login, form)
    comment, data = str(more.get("comment", "")), more.get("data")
    actor = await site.actor(login)
    await site.app.state.gateway.act_on_task(task.id, action, actor, comment, data)


async def handed_over(site: Site, number: str) -> None:
    """Let an approved order leave the warehouse."""
    data = {"carrier": "SUDA", "waybill": f"W-{number}"}
    await acted(site, number, "sales", "order_approval", "approve")
    await acted(site, number, "warehouse", "pick_and_hand_over", "hand_over", data=data)
