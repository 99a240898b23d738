"""The web application as each of the cast sees it, without a browser."""

from __future__ import annotations

from types import TracebackType

import httpx
from fastapi import FastAPI, Response

from models.db import Database
from models.payloads.access import Actor, UserView
from models.repositories import access

HOST = "dealerflow.test"
ORIGIN = f"http://{HOST}"
HTMX = {"HX-Request": "true"}


class Site:
    """`(await site.visit("sales")).get("/inbox")`: sessions are opened without the slow check of a password."""

    def __init__(self, app: FastAPI, database: Database) -> None:
        self.app = app
        self.database = database
        self._clients: dict[tuple[str, str], httpx.AsyncClient] = {}

    async def __aenter__(self) -> Site:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            await client.aclose()

    def stranger(self, language: str = "en") -> httpx.AsyncClient:
        """Somebody who has not signed in."""
        return self._client("", language)

    async def visit(self, login: str, language: str = "en") -> httpx.AsyncClient:
        """One of the cast, signed in."""
        client = self._client(login, language)
        if not client.cookies:
            client.cookies.set(*await self.session_cookie(login), domain=HOST, path="/")
            client.cookies.set("language", language, domain=HOST, path="/")
        return client

    async def session_cookie(self, login: str) -> tuple[str, str]:
        """The name and value of a session's cookie."""
        user = await self.user(login)
        response = Response()
        async with self.database.reading() as session:
            self.app.state.sessions.open(response, user.id, await access.password_mark(session, user.id))
        name, _, value = response.headers["set-cookie"].partition(";")[0].partition("=")
        return name, value

    async def user(self, login: str) -> UserView:
        async with self.database.reading() as session:
            user = await access.find_user(session, login)
        assert user is not None, login
        return user

    async def actor(self, login: str) -> Actor:
        return access.actor_of(await self.user(login))

    def _client(self, login: str, language: str) -> httpx.AsyncClient:
        key = (login, language)
        if key not in self._clients:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            headers = {"Accept-Language": language}
            self._clients[key] = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
        return self._clients[key]
