"""Who calls: the account that the bearer token speaks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from models.db import Database
from models.payloads.access import MANUFACTURER_ROLES, Actor, UserView
from models.repositories import access
from models.rules.access import Action, may
from web import i18n
from web.api.problems import Problem
from web.page import Viewer

SCHEME = "Bearer"
NOBODY = ""
"""No dealer has this code: an account of neither side sees no documents."""
bearer = HTTPBearer(auto_error=False, description="The token from `POST /api/v1/tokens`")


async def find_caller(request: Request) -> Viewer | None:
    """Find the account of the request's token, once for each request."""
    if not hasattr(request.state, "caller"):
        request.state.caller = await _read_caller(request)
    caller: Viewer | None = request.state.caller
    return caller


async def _read_caller(request: Request) -> Viewer | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME.lower() or not token.strip():
        return None
    database: Database = request.app.state.database
    async with database.reading() as session:
        user = await access.find_user_by_token(session, token.strip())
    if user is None:
        return None
    _speak_to(request, user)
    return Viewer(user, access.actor_of(user))


def _speak_to(request: Request, user: UserView) -> None:
    """Answer as the request asks, else in the language that the account's owner chose."""
    chosen = i18n.language_of(user.language)
    if chosen is not None and "Accept-Language" not in request.headers:
        i18n.use(chosen)


async def get_caller(request: Request, _scheme: Annotated[object, Depends(bearer)]) -> Viewer:
    """Insist on a valid token. Raises Problem."""
    caller = await find_caller(request)
    if caller is None:
        raise Problem(401, "unauthorized")
    return caller


Caller = Annotated[Viewer, Depends(get_caller)]


def allow(action: Action) -> Callable[[Viewer], Awaitable[None]]:
    """Make a dependency that admits only those whom the rules allow this action."""

    async def admit(caller: Caller) -> None:
        if not may(caller.actor, action):
            raise Problem(403, "forbidden")

    return admit


def scope_of(actor: Actor) -> str | None:
    """Name the dealer whose documents alone this person may see, None for the manufacturer's staff."""
    if actor.dealer is None and not MANUFACTURER_ROLES.isdisjoint(actor.roles):
        return None
    return actor.dealer or NOBODY
