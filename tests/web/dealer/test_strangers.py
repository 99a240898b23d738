"""Every dealer screen, asked for by another dealer: it does not exist."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.repositories import orders, settlement, shipping
from models.tables.settlement import Statement
from models.tables.shipping import Shipment
from tests.web.site import HTMX, Site
from tests.web.stories import drafted

SCREENS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "/dealer/orders/{draft}", {}),
    ("GET", "/dealer/orders/{draft}/edit", {}),
    ("GET", "/dealer/orders/{draft}/edit/products", {}),
    ("GET", "/dealer/orders/{draft}/edit/line?sku=CL-4001", {}),
    ("POST", "/dealer/orders/{draft}/edit", {"revision": "0", "sku": "CL-4001", "quantity": "9"}),
    ("POST", "/dealer/orders/{draft}/submit", {}),
    ("POST", "/dealer/orders/{draft}/withdraw", {"reason": "mine now"}),
    ("POST", "/dealer/orders/{draft}/cancel", {"reason": "mine now"}),
    ("POST", "/dealer/orders/{draft}/comments", {"text": "hello"}),
    ("POST", "/dealer/orders/{draft}/reorder", {}),
    ("GET", "/dealer/shipments/{shipment}/receipt", {}),
    ("POST", "/dealer/shipments/{shipment}/receipt", {"line_no": "1", "received": "1", "damaged": "0"}),
    ("GET", "/dealer/statements/{statement}", {}),
    ("POST", "/dealer/statements/{statement}/answer", {"action": "confirm"}),
)


async def documents_of_a(site: Site) -> dict[str, str]:
    """Numbers of documents of dealer A."""
    draft = await drafted(site)
    async with site.database.reading() as session:
        shipments = await shipping.list_shipments(session, "D001")
        statements = await settlement.list_statements(session, "D001")
    return {"draft": draft, "shipment": shipments.items[0].number, "statement": statements.items[0].number}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
async def test_dealer_b_gets_404_from_every_screen_of_dealer_a(site: Site, headers: dict[str, str]) -> None:
    numbers = await documents_of_a(site)
    stranger = await site.visit("dealer-b-owner")
    answers = {}
    for method, template, form in SCREENS:
        address = template.format(**numbers)
        sent = form if method == "POST" else None
        answer = await stranger.request(method, address, headers=headers, data=sent)
        answers[f"{method} {template}"] = answer.status_code
        assert "Qingchuan" not in answer.text
    assert answers == dict.fromkeys(answers, 404)


async def test_nothing_of_dealer_a_was_changed_by_trying(site: Site) -> None:
    numbers = await documents_of_a(site)
    stranger = await site.visit("dealer-b-buyer")
    for method, template, form in SCREENS:
        if method == "POST":
            await stranger.post(template.format(**numbers), data=form)
    async with site.database.reading() as session:
        order = await orders.find_order(session, numbers["draft"])
        assert order is not None
        assert (order.status, order.revision, len(await orders.timeline(session, order.id, True))) == ("draft", 0, 1)


async def test_the_owner_gets_every_screen_that_a_stranger_does_not(site: Site) -> None:
    numbers = await documents_of_a(site)
    owner = await site.visit("dealer-a-owner")
    for method, template, _form in SCREENS:
        if method == "GET":
            assert (await owner.get(template.format(**numbers))).status_code == 200, template


async def test_lists_never_show_what_belongs_to_another(site: Site) -> None:
    stranger = await site.visit("dealer-b-buyer")
    async with site.database.reading() as session:
        foreign = (await orders.list_orders(session, "D001")).items
        statements = (await session.scalars(select(col(Statement.number)).where(col(Statement.dealer_id) == 1))).all()
        shipments = (await session.scalars(select(col(Shipment.number)).where(col(Shipment.dealer_id) == 1))).all()
    pages = [(await stranger.get(address)).text for address in ("/dealer", "/dealer/orders", "/dealer/statements")]
    secrets = [*(order.number for order in foreign), *statements, *shipments]
    assert [secret for secret in secrets if any(secret in page for page in pages)] == []
