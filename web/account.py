"""One's own account: language and password."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Response

from models.repositories import access as access_repository
from web.deps import CurrentUser, DatabaseDep, PageDep
from web.i18n import gettext as _
from web.page import Page, Viewer
from web.render import redirect, render
from web.sign_in import Throttle, TooManyAttempts
from web.toasts import Toast

router = APIRouter()

SHORTEST_PASSWORD = 8


@router.get("/account", name="account")
async def show_account(page: PageDep, viewer: CurrentUser) -> Response:
    return render(page, "access/account.html", errors={})


@router.post("/account/password", name="account.password")
async def change_password(
    page: PageDep,
    viewer: CurrentUser,
    database: DatabaseDep,
    password: Annotated[str, Form(max_length=1000)] = "",
    new_password: Annotated[str, Form(max_length=1000)] = "",
    repeated: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    problems = await _judge(page, viewer, database, password, new_password, repeated)
    if problems:
        return render(page, "access/account.html", status=422, errors=problems)
    return await _change(page, viewer, database, new_password)


async def _judge(
    page: Page, viewer: Viewer, database: DatabaseDep, password: str, new_password: str, repeated: str
) -> dict[str, str]:
    problems: dict[str, str] = {}
    throttle: Throttle = page.request.app.state.throttle
    try:
        if await throttle.check_credentials(database, page.request, viewer.user.login, password) is None:
            problems["password"] = _("This is not your present password.")
    except TooManyAttempts:
        problems["password"] = _("Too many failed attempts. Try again later.")
    if len(new_password) < SHORTEST_PASSWORD:
        problems["new_password"] = _("Use at least %(number)s characters.", number=SHORTEST_PASSWORD)
    elif new_password != repeated:
        problems["repeated"] = _("The two entries differ.")
    return problems


async def _change(page: Page, viewer: Viewer, database: DatabaseDep, new_password: str) -> Response:
    """Every other session of this account ends; this one goes on with a fresh cookie."""
    password_hash = await asyncio.to_thread(access_repository.hash_password, new_password)
    async with database.writing() as session:
        await access_repository.set_password(session, viewer.user.id, password_hash)
        mark = await access_repository.password_mark(session, viewer.user.id)
        await access_repository.record(session, viewer.user.login, "password.change", viewer.user.login)
    response = redirect(page, "/account", Toast(_("Your password is changed. Other devices are signed out.")))
    page.request.app.state.sessions.open(response, viewer.user.id, mark)
    return response
