"""The web application, put together from what it is given. Nothing is built at import time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from models.db import Database
from models.settings import Settings
from web import (
    access,
    account,
    dealer,
    diagrams,
    errors,
    flows,
    health,
    inbox,
    manufacturer,
    patterns,
    render,
    store,
    stream,
)
from web.api.openapi import describe
from web.api.v1 import router as api
from web.broadcast import Broadcast
from web.deps import MaybeViewer
from web.envelope import Envelope
from web.gateway import Gateway
from web.measures import Measures
from web.sessions import Sessions, load_secret
from web.sign_in import Throttle
from web.static_files import Assets, CachedFiles
from web.toasts import Notices

PORTALS = (access, account, inbox, dealer, manufacturer, store, flows, diagrams, stream, patterns)


def create_app(settings: Settings, database: Database, gateway: Gateway, demo_password: str = "") -> FastAPI:
    """Build the application. `demo_password` is offered on the sign-in page where the demo company is."""
    app = FastAPI(
        title="dealerflow",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=_live,
    )
    secret = load_secret(settings)
    measures = Measures()
    state = app.state
    state.settings, state.database, state.gateway = settings, database, gateway
    state.demo_password, state.measures, state.throttle = demo_password, measures, Throttle()
    state.sessions = Sessions(secret, is_secure=settings.secure_cookies)
    state.broadcast = Broadcast(database, measures)
    render.install(app, Assets(), Notices(secret, is_secure=settings.secure_cookies))
    errors.install(app)
    app.mount("/static", CachedFiles(), name="static")
    for portal in PORTALS:
        app.include_router(portal.router, include_in_schema=False)
    app.include_router(health.router)
    app.include_router(api)
    describe(app)
    app.add_api_route("/{path:path}", _find_nothing, include_in_schema=False)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(Envelope, sessions=state.sessions, measures=measures, is_secure=settings.secure_cookies)
    return app


async def _find_nothing(_viewer: MaybeViewer) -> None:
    """Say that there is nothing, to somebody who is signed in with the way around still there."""
    raise errors.NotFound


@asynccontextmanager
async def _live(app: FastAPI) -> AsyncIterator[None]:
    """Follow what happens for as long as the application serves."""
    async with app.state.broadcast.running():
        yield
