"""Signing in and out, the language, and where each person begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from models.payloads.access import UserData, UserView
from models.repositories import access as access_repository
from models.seed.company import ACCOUNTS
from web import i18n
from web.deps import CurrentUser, DatabaseDep, MaybeViewer, PageDep, SessionDep, WriterDep
from web.i18n import gettext as _
from web.navigation import safe_address, start_of
from web.page import Page
from web.render import redirect, render
from web.sessions import Sessions
from web.sign_in import Throttle, TooManyAttempts
from web.toasts import Toast

router = APIRouter()

LANGUAGE_LIFETIME_S = int(timedelta(days=365).total_seconds())


@router.get("/", name="start")
async def start(page: PageDep, viewer: CurrentUser) -> Response:
    return redirect(page, start_of(viewer.actor))


@router.get("/login", name="login")
async def show_login(page: PageDep, viewer: MaybeViewer, session: SessionDep, next: str = "") -> Response:  # noqa: A002
    if viewer is not None:
        return redirect(page, safe_address(next, start_of(viewer.actor)))
    return render(page, "access/login.html", next=next, accounts=await demo_accounts(session))


@router.post("/login", name="login.send")
async def sign_in(
    page: PageDep,
    database: DatabaseDep,
    login: Annotated[str, Form(max_length=80)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",  # noqa: A002
) -> Response:
    throttle: Throttle = page.request.app.state.throttle
    try:
        user = await throttle.check_credentials(database, page.request, login, password)
    except TooManyAttempts as refusal:
        minutes = -(-refusal.seconds // 60)
        return await _refuse(page, database, login, next, _too_many(minutes), 429)
    if user is None:
        return await _refuse(page, database, login, next, _("Login or password is wrong."), 401)
    return await _open_session(page, database, user, safe_address(next, start_of(access_repository.actor_of(user))))


@router.post("/logout", name="logout")
async def sign_out(page: PageDep) -> Response:
    response = redirect(page, "/login", Toast(_("You have signed out."), "info"))
    _sessions(page.request).close(response)
    return response


@router.post("/language", name="language")
async def choose_language(
    page: PageDep,
    viewer: MaybeViewer,
    session: WriterDep,
    language: Annotated[i18n.Language, Form()],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002
) -> Response:
    """Speak another language from now on: in this browser, and wherever this person signs in."""
    if viewer is not None:
        await access_repository.set_language(session, viewer.user.id, language)
    response = redirect(page, safe_address(next, "/"))
    _remember_language(page.request, response, language)
    return response


async def demo_accounts(session: AsyncSession) -> tuple[UserData, ...]:
    """List the demo company's accounts where all of them exist, else nothing."""
    logins = {user.login for user in await access_repository.list_users(session) if user.is_active}
    return ACCOUNTS if logins.issuperset(account.login for account in ACCOUNTS) else ()


async def _open_session(page: Page, database: DatabaseDep, user: UserView, address: str) -> Response:
    response = redirect(page, address)
    async with database.reading() as session:
        mark = await access_repository.password_mark(session, user.id)
    _sessions(page.request).open(response, user.id, mark)
    if i18n.language_of(user.language):
        _remember_language(page.request, response, i18n.Language(user.language))
    return response


async def _refuse(page: Page, database: DatabaseDep, login: str, back: str, why: str, status: int) -> Response:
    async with database.reading() as session:
        accounts = await demo_accounts(session)
    return render(page, "access/login.html", status=status, next=back, login=login, error=why, accounts=accounts)


def _too_many(minutes: int) -> str:
    return i18n.ngettext(
        "Too many failed attempts. Try again in %(num)d minute.",
        "Too many failed attempts. Try again in %(num)d minutes.",
        minutes,
    )


def _remember_language(request: Request, response: Response, language: i18n.Language) -> None:
    is_secure = request.app.state.settings.secure_cookies
    response.set_cookie(
        i18n.COOKIE, language, max_age=LANGUAGE_LIFETIME_S, samesite="lax", secure=is_secure, httponly=True
    )


def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions
