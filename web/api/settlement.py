"""`/statements`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Response

from models.payloads.settlement import StatementStatus
from models.repositories.statement_views import find_statement
from models.repositories.statement_views import list_statements as list_statements_of
from models.rules.access import Action
from models.rules.settlement import RefusalCode, StatementRefused
from web.api.caller import Caller, allow, scope_of
from web.api.payloads.fields import After, Filter, Limit, Listing, Number
from web.api.payloads.settlement import NewStatement, StatementDetail, StatementItem
from web.api.routing import api_router
from web.deps import DatabaseDep, GatewayDep, SessionDep
from web.settlement import draw_up_statement

router = api_router("/statements", tags=["statements"], dependencies=[Depends(allow(Action.VIEW_STATEMENTS))])


@router.get("")
async def list_statements(
    session: SessionDep,
    caller: Caller,
    status: Annotated[list[StatementStatus] | None, Query()] = None,
    dealer: Filter = None,
    search: Filter = None,
    after: After = None,
    limit: Limit = 50,
) -> Listing[StatementItem]:
    """List statements, newest first, of one dealer or all; a dealer's people see their own."""
    own = scope_of(caller.actor)
    if own is not None and dealer not in (None, own):
        return Listing(items=[], next=None)
    page = await list_statements_of(session, own or dealer, status or (), search or "", after, limit)
    return Listing(items=[StatementItem.model_validate(item) for item in page.items], next=page.next_cursor)


@router.get("/{number}")
async def show_statement(number: Number, session: SessionDep, caller: Caller) -> StatementDetail:
    """Show a statement with its lines."""
    statement = await find_statement(session, number, scope_of(caller.actor))
    if statement is None:
        raise StatementRefused(RefusalCode.STATEMENT_NOT_FOUND)
    return StatementDetail.model_validate(statement)


@router.post("", status_code=201, dependencies=[Depends(allow(Action.CREATE_STATEMENT))])
async def create_statement(
    body: NewStatement, response: Response, caller: Caller, database: DatabaseDep, gateway: GatewayDep
) -> StatementDetail:
    """Draw up a dealer's statement and start its sign-off; the same dealer and period give the same statement."""
    statement = await draw_up_statement(database, gateway, body.dealer, body.from_on, body.to_on, caller.actor)
    response.headers["Location"] = f"/api/v1/statements/{statement.number}"
    return StatementDetail.model_validate(statement)
