"""Who may go where: each role against each route of the portals."""

from __future__ import annotations

import pytest
from fastapi.routing import iter_route_contexts

from tests.web.site import Site

STAFF = frozenset({"sales", "credit", "finance", "warehouse", "logistics", "ops"})
DEALERS = frozenset({"dealer-a-buyer", "dealer-a-owner", "dealer-b-buyer", "dealer-b-owner"})
STORE = frozenset({"dealer-a-store"})
CAST = STAFF | DEALERS | STORE
SETTLING = frozenset({"sales", "credit", "finance", "ops"})
STOCK = frozenset({"sales", "warehouse", "logistics", "ops"})
KEEPERS = frozenset({"sales", "ops"})

ALLOWED = {
    "GET /dealer": DEALERS,
    "GET /dealer/catalog": DEALERS,
    "GET /dealer/cart": DEALERS,
    "GET /dealer/cart/count": DEALERS,
    "POST /dealer/cart/lines": DEALERS,
    "POST /dealer/cart/lines/{sku}": DEALERS,
    "POST /dealer/cart/order": DEALERS,
    "GET /dealer/orders": DEALERS,
    "GET /dealer/orders/{number}": DEALERS,
    "POST /dealer/orders/{number}/submit": DEALERS,
    "POST /dealer/orders/{number}/withdraw": DEALERS,
    "POST /dealer/orders/{number}/cancel": DEALERS,
    "POST /dealer/orders/{number}/comments": DEALERS,
    "POST /dealer/orders/{number}/reorder": DEALERS,
    "GET /dealer/orders/{number}/edit": DEALERS,
    "POST /dealer/orders/{number}/edit": DEALERS,
    "GET /dealer/orders/{number}/edit/products": DEALERS,
    "GET /dealer/orders/{number}/edit/line": DEALERS,
    "GET /dealer/shipments/{number}/receipt": DEALERS,
    "POST /dealer/shipments/{number}/receipt": DEALERS,
    "GET /dealer/statements": DEALERS,
    "GET /dealer/statements/{number}": DEALERS,
    "POST /dealer/statements/{number}/answer": DEALERS,
    "GET /manufacturer": STAFF,
    "GET /manufacturer/orders": STAFF,
    "GET /manufacturer/orders/{number}": STAFF,
    "POST /manufacturer/orders/{number}/comments": STAFF,
    "POST /manufacturer/orders/{number}/cancel": KEEPERS,
    "GET /manufacturer/orders/{number}/terms": frozenset({"sales"}),
    "POST /manufacturer/orders/{number}/terms": frozenset({"sales"}),
    "GET /manufacturer/dispatch": STAFF,
    "GET /manufacturer/shipments": STAFF,
    "GET /manufacturer/shipments/{number}": STAFF,
    "POST /manufacturer/shipments/{number}/hand-over": STAFF,
    "GET /manufacturer/statements": SETTLING,
    "POST /manufacturer/statements": frozenset({"finance"}),
    "GET /manufacturer/statements/{number}": SETTLING,
    "POST /manufacturer/statements/{number}/tasks/{task_id}": SETTLING,
    "GET /manufacturer/dealers": STAFF,
    "POST /manufacturer/dealers": KEEPERS,
    "GET /manufacturer/dealers/new": KEEPERS,
    "GET /manufacturer/dealers/{code}": STAFF,
    "GET /manufacturer/dealers/{code}/edit": KEEPERS,
    "POST /manufacturer/dealers/{code}/edit": KEEPERS,
    "POST /manufacturer/dealers/{code}/suspend": KEEPERS | {"credit"},
    "POST /manufacturer/dealers/{code}/reactivate": KEEPERS | {"credit"},
    "GET /manufacturer/products": STAFF,
    "GET /manufacturer/stock": STOCK,
    "GET /store/products": STORE,
}
"""Whom each route lets in. Tasks are judged further by who is a candidate, documents by whose they are."""


def test_every_route_of_the_portals_is_in_the_table(site: Site) -> None:
    portals = ("/dealer", "/manufacturer", "/store")
    routes = {
        f"{method} {route.path}"
        for route in iter_route_contexts(site.app.routes)
        if route.path and route.path.startswith(portals)
        for method in set(route.methods or ()) - {"HEAD"}
    }
    assert routes == set(ALLOWED)


@pytest.mark.parametrize("login", sorted(CAST))
async def test_each_role_enters_what_is_its_own_and_nothing_else(site: Site, login: str) -> None:
    visitor = await site.visit(login)
    answers = {}
    for route in ALLOWED:
        method, path = route.split()
        address = path.format(number="NO-SUCH", sku="NO-SUCH", code="NO-SUCH", task_id="1")
        answers[route] = (await visitor.request(method, address)).status_code != 403
    assert answers == {route: login in allowed for route, allowed in ALLOWED.items()}


async def test_a_stranger_is_asked_to_sign_in_everywhere(site: Site) -> None:
    stranger = site.stranger()
    for route in ALLOWED:
        method, path = route.split()
        answer = await stranger.request(method, path.format(number="1", sku="1", code="1", task_id="1"))
        assert answer.headers["location"].startswith("/login"), route
