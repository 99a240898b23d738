"""What routes ask for: sessions of the database, the reader, the page, the door to Temporal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from models.db import Database
from models.payloads.access import Role
from models.repositories import access as access_repository
from models.rules.access import Action, may
from web import i18n
from web.errors import Forbidden, SignInNeeded
from web.gateway import Gateway
from web.page import Page, Viewer
from web.sessions import RENEW_AFTER_S, Sessions


def get_database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def get_gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


DatabaseDep = Annotated[Database, Depends(get_database)]
GatewayDep = Annotated[Gateway, Depends(get_gateway)]


async def open_session(database: DatabaseDep) -> AsyncIterator[AsyncSession]:
    """Read in one snapshot. Do not read before you act through the gateway: the snapshot would not see the result."""
    async with database.reading() as session:
        yield session


async def open_writer(database: DatabaseDep) -> AsyncIterator[AsyncSession]:
    """Write in one transaction, committed before the answer leaves, rolled back when the route raises."""
    async with database.writing() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(open_session, scope="function")]
WriterDep = Annotated[AsyncSession, Depends(open_writer, scope="function")]


async def find_viewer(request: Request, database: DatabaseDep) -> Viewer | None:
    """Find who is signed in and speak their language; nobody when the account was suspended since."""
    viewer = await _read_viewer(request, database)
    request.state.viewer = viewer
    if viewer is not None:
        i18n.use(i18n.language_of(viewer.user.language) or i18n.current())
    return viewer


MaybeViewer = Annotated[Viewer | None, Depends(find_viewer)]


async def find_page(request: Request, viewer: MaybeViewer) -> Page:
    return Page(request, i18n.current(), viewer)


async def get_viewer(viewer: MaybeViewer) -> Viewer:
    """Insist on somebody who is signed in. Raises SignInNeeded."""
    if viewer is None:
        raise SignInNeeded
    return viewer


PageDep = Annotated[Page, Depends(find_page)]
CurrentUser = Annotated[Viewer, Depends(get_viewer)]


def require(*roles: Role) -> Callable[[Viewer], Awaitable[Viewer]]:
    """Make a dependency that admits only people with one of these roles."""

    async def admit(viewer: CurrentUser) -> Viewer:
        if not set(roles).intersection(viewer.actor.roles):
            raise Forbidden
        return viewer

    return admit


def permit(action: Action) -> Callable[[Viewer], Awaitable[Viewer]]:
    """Make a dependency that admits only people whom the rules allow this action."""

    async def admit(viewer: CurrentUser) -> Viewer:
        if not may(viewer.actor, action):
            raise Forbidden
        return viewer

    return admit


async def _read_viewer(request: Request, database: Database) -> Viewer | None:
    sessions: Sessions = request.app.state.sessions
    ticket = sessions.read(request)
    if ticket is None:
        return None
    async with database.reading() as session:
        user = await access_repository.find_signed_in(session, ticket.user_id, ticket.password_mark)
    if user is None:
        return None
    if ticket.age_s > RENEW_AFTER_S:
        request.state.renewed_session = (ticket.user_id, ticket.password_mark)
    return Viewer(user, access_repository.actor_of(user))
