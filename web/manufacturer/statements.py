"""Statements: drawn up for a dealer and a period, followed until they are paid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import BaseModel

from models.clock import business_date, utc_now
from models.payloads.settlement import StatementStatus
from models.repositories import dealers, processes, settlement
from models.rules.access import Action, may
from web.deps import CurrentUser, DatabaseDep, GatewayDep, PageDep, SessionDep, permit
from web.i18n import gettext
from web.manufacturer.deps import AnyStatement
from web.order_page import tasks_for
from web.queries import StatementQuery
from web.render import redirect, render
from web.settlement import draw_up_statement
from web.toasts import Toast

router = APIRouter(prefix="/statements", dependencies=[Depends(permit(Action.VIEW_STATEMENTS))])

PAGE_SIZE = 25
EVERY_DEALER = 200


class PeriodForm(BaseModel):
    dealer: str
    from_on: date
    to_on: date


def last_month(today: date) -> tuple[date, date]:
    """Name the first and last day of the month before: the period that is settled most often."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


@router.get("", name="manufacturer.statements")
async def list_statements(
    page: PageDep, viewer: CurrentUser, session: SessionDep, wanted: Annotated[StatementQuery, Query()]
) -> Response:
    return render(
        page,
        "manufacturer/statements.html",
        "manufacturer/_statements.html",
        statements=await settlement.list_statements(
            session, wanted.dealer, wanted.statuses, wanted.q, wanted.after, PAGE_SIZE
        ),
        dealers=(await dealers.list_dealers(session, limit=EVERY_DEALER)).items,
        statuses=tuple(StatementStatus),
        may_create=may(viewer.actor, Action.CREATE_STATEMENT),
        month=last_month(business_date(utc_now())),
        wanted=wanted,
    )


@router.post("", name="manufacturer.statements.create", dependencies=[Depends(permit(Action.CREATE_STATEMENT))])
async def create_statement(
    page: PageDep, viewer: CurrentUser, database: DatabaseDep, gateway: GatewayDep, form: Annotated[PeriodForm, Form()]
) -> Response:
    actor = viewer.actor
    statement = await draw_up_statement(database, gateway, form.dealer, form.from_on, form.to_on, actor)
    toast = Toast(gettext("Statement %(number)s is drawn up.", number=statement.number))
    return redirect(page, f"/manufacturer/statements/{statement.number}", toast)


@router.get("/{number}", name="manufacturer.statement")
async def show_statement(page: PageDep, viewer: CurrentUser, statement: AnyStatement, session: SessionDep) -> Response:
    return render(
        page,
        "manufacturer/statement.html",
        "manufacturer/_statement.html",
        statement=statement,
        tasks=await tasks_for(session, statement.number, viewer.actor),
        has_process=await processes.find_row(session, statement.number) is not None,
    )
