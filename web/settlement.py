"""How finance draws up a statement. The same for the screens and the API."""

from __future__ import annotations

from datetime import date

from models.db import Database
from models.payloads.access import Actor
from models.payloads.settlement import StatementStatus, StatementView
from models.repositories import settlement
from models.repositories.statement_views import load_statement
from web.gateway import Gateway

TEMPLATE = "settlement_sign_off"


async def draw_up_statement(
    database: Database, gateway: Gateway, dealer: str, from_on: date, to_on: date, actor: Actor
) -> StatementView:
    """Draw up a dealer's statement and start its sign-off; the same dealer and period give the same statement.

    Raises StatementRefused, EngineUnavailable; after the latter, asking again starts what was not started.
    """
    async with database.writing() as session:
        statement = await settlement.create_statement(session, dealer, from_on, to_on, actor.login)
    if statement.status is not StatementStatus.DRAFT:
        return statement
    variables = {"statement_number": statement.number, "dealer": dealer, "total_fen": statement.total_fen}
    await gateway.start_instance(TEMPLATE, statement.number, variables, actor, dealer)
    async with database.reading() as session:
        return await load_statement(session, statement.number)
