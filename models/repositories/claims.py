"""Claims: opened by a receipt that differs, decided once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.clock import business_date
from models.payloads.dealers import DealerName
from models.payloads.shipping import ClaimLine, ClaimStatus, ClaimView
from models.repositories.numbers import next_number
from models.repositories.pages import DEFAULT_LIMIT, Page, bounded, id_of_cursor, page_of
from models.tables.dealers import Dealer
from models.tables.orders import SalesOrder
from models.tables.shipping import Claim, Shipment

NUMBER_PREFIX = "CL"

ClaimRow = Row[Claim, Shipment, SalesOrder, Dealer]
Claims = Select[Claim, Shipment, SalesOrder, Dealer]


class ClaimNotFound(LookupError):
    """No such claim."""


async def open_claim(
    session: AsyncSession, shipment_id: int, lines: Sequence[ClaimLine], key: str, at: datetime
) -> Claim:
    """Open a claim for what is missing or damaged: one for each key."""
    existing = (await session.scalars(select(Claim).where(col(Claim.key) == key))).one_or_none()
    if existing is not None:
        return existing
    claim = Claim(
        number=await next_number(session, NUMBER_PREFIX, business_date(at).year),
        shipment_id=shipment_id,
        status=ClaimStatus.OPEN,
        amount_fen=sum(line.amount_fen for line in lines),
        lines={"lines": [asdict(line) for line in lines]},
        opened_at=at,
        key=key,
    )
    session.add(claim)
    await session.flush()
    return claim


async def decide_claim(session: AsyncSession, number: str, status: ClaimStatus, resolution: str, at: datetime) -> Claim:
    """Close an open claim; a decided one stays as it was decided. Raises ClaimNotFound."""
    claim = await lock_claim(session, number)
    if claim.status == ClaimStatus.OPEN:
        claim.status, claim.resolution, claim.closed_at = status, resolution, at
        await session.flush()
    return claim


async def lock_claim(session: AsyncSession, number: str) -> Claim:
    """Raises ClaimNotFound."""
    query = select(Claim).where(col(Claim.number) == number).with_for_update()
    claim = (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if claim is None:
        raise ClaimNotFound(number)
    return claim


async def dealer_id_of(session: AsyncSession, claim: Claim) -> int:
    return (await session.scalars(select(col(Shipment.dealer_id)).where(col(Shipment.id) == claim.shipment_id))).one()


async def find_claim(session: AsyncSession, number: str, dealer_code: str | None = None) -> ClaimView | None:
    """Find a claim by its number; with a dealer's code, None unless it is that dealer's."""
    query = _of_dealer(_claims(), dealer_code).where(col(Claim.number) == number)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _view(row)


async def find_claim_of_shipment(session: AsyncSession, shipment_id: int) -> ClaimView | None:
    query = _claims().where(col(Claim.shipment_id) == shipment_id).order_by(col(Claim.id).desc()).limit(1)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _view(row)


async def list_claims(
    session: AsyncSession,
    dealer_code: str | None = None,
    statuses: Collection[ClaimStatus] = (),
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[ClaimView]:
    """List claims, newest first."""
    query = _of_dealer(_claims(), dealer_code)
    if statuses:
        query = query.where(col(Claim.status).in_([str(status) for status in statuses]))
    if after:
        query = query.where(col(Claim.id) < id_of_cursor(after))
    rows = (await session.execute(query.order_by(col(Claim.id).desc()).limit(bounded(limit) + 1))).all()
    return page_of(rows, limit, _view, lambda row: (row[0].id or 0,))


def _claims() -> Claims:
    return (
        select(Claim, Shipment, SalesOrder, Dealer)
        .join(Shipment, col(Shipment.id) == col(Claim.shipment_id))
        .join(SalesOrder, col(SalesOrder.id) == col(Shipment.order_id))
        .join(Dealer, col(Dealer.id) == col(Shipment.dealer_id))
        .execution_options(populate_existing=True)
    )


def _of_dealer(query: Claims, dealer_code: str | None) -> Claims:
    return query if dealer_code is None else query.where(col(Dealer.code) == dealer_code)


def _view(row: ClaimRow) -> ClaimView:
    claim, shipment, order, dealer = row
    return ClaimView(
        number=claim.number,
        shipment_number=shipment.number,
        order_number=order.number,
        dealer=DealerName(dealer.code, dealer.name_zh, dealer.name_en),
        status=ClaimStatus(claim.status),
        amount_fen=claim.amount_fen,
        lines=_lines(claim.lines),
        resolution=claim.resolution,
        opened_at=claim.opened_at,
        closed_at=claim.closed_at,
    )


def _lines(document: dict[str, Any]) -> tuple[ClaimLine, ...]:
    return tuple(ClaimLine(**line) for line in document["lines"])
