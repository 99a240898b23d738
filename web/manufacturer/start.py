"""Where the staff's day begins: what needs attention now, by role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Response

from models.payloads.access import Actor, Role
from models.payloads.orders import OrderStatus
from models.payloads.settlement import StatementStatus
from models.payloads.shipping import BoardCounts, ShipmentStatus
from models.repositories import inbox, orders, settlement, shipping
from models.rules.access import Action, may
from web.deps import CurrentUser, PageDep, SessionDep
from web.i18n import mark as _
from web.labels import Tone
from web.render import render

router = APIRouter()

SHOWN = 6
OPEN_STATEMENTS = (StatementStatus.DRAFT, StatementStatus.CONFIRMED, StatementStatus.SIGNED_OFF)

_APPROVERS = frozenset({Role.SALES_MANAGER, Role.CREDIT_CONTROLLER, Role.FINANCE, Role.OPS})
_MOVERS = frozenset({Role.WAREHOUSE, Role.LOGISTICS, Role.OPS})


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that calls for attention, and the list that shows exactly those."""

    title: str
    count: int
    url: str
    roles: frozenset[Role]
    tone: Tone = Tone.WAITING


def figures_for(actor: Actor, counts: Mapping[OrderStatus, int], board: BoardCounts) -> tuple[Figure, ...]:
    """Pick the numbers that this person's roles act on."""
    return tuple(figure for figure in _figures(counts, board) if not figure.roles.isdisjoint(actor.roles))


@router.get("", name="manufacturer.start")
async def show_start(page: PageDep, viewer: CurrentUser, session: SessionDep) -> Response:
    counts, board = await orders.count_orders(session), await shipping.board_counts(session)
    sees_statements = may(viewer.actor, Action.VIEW_STATEMENTS)
    return render(
        page,
        "manufacturer/start.html",
        "manufacturer/_start.html",
        tasks=await inbox.list_tasks(session, viewer.actor, limit=SHOWN),
        figures=figures_for(viewer.actor, counts, board),
        latest=await orders.list_orders(session, limit=SHOWN),
        statements=await settlement.list_statements(session, None, OPEN_STATEMENTS, limit=SHOWN)
        if sees_statements
        else None,
    )


def _figures(counts: Mapping[OrderStatus, int], board: BoardCounts) -> Iterable[Figure]:
    at, orders_at, shipments_at = board.by_status, "/manufacturer/orders?status=", "/manufacturer/shipments?status="
    waiting, returned = OrderStatus.SUBMITTED, OrderStatus.RETURNED
    yield Figure(_("Orders awaiting approval"), counts.get(waiting, 0), orders_at + waiting, _APPROVERS)
    yield Figure(_("Orders returned to dealers"), counts.get(returned, 0), orders_at + returned, _APPROVERS)
    for status, title in (
        (ShipmentStatus.CREATED, _("Shipments to be picked")),
        (ShipmentStatus.IN_TRANSIT, _("Shipments on their way")),
        (ShipmentStatus.DELIVERED, _("Delivered, receipt not confirmed")),
    ):
        yield Figure(title, at[status], shipments_at + status, _MOVERS)
    late = _("Shipments past their promised date")
    yield Figure(late, board.late, "/manufacturer/shipments?late=1", _APPROVERS | _MOVERS, Tone.BAD)
