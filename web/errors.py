"""What readers see when something is refused or fails: a page, a notice beside their work, or problem details."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from web import i18n
from web.api.problems import Problem, problem_response
from web.api.refusals import problem_of
from web.api.sentences import sentence
from web.i18n import gettext
from web.i18n import mark as _
from web.page import Page
from web.render import render
from web.toasts import Toast

API = "/api/"

TITLES = {
    401: _("Please sign in"),
    403: _("This is not for your role"),
    404: _("There is nothing here"),
    405: _("This does not work like that"),
    409: _("That is no longer possible"),
    413: _("That is too large"),
    422: _("Something is missing or wrong"),
    429: _("Too many attempts"),
    500: _("Something went wrong on our side"),
    503: _("Processes are not answering right now"),
}
HELP = {
    403: _("Ask your administrator if you need it for your work."),
    404: _("The address may be mistyped, or what was here belongs to somebody else."),
    500: _("Nothing you did is lost. Try again; if it happens again, tell operations the time at which it happened."),
    503: _("Nothing is lost. Try again in a moment."),
}


class SignInNeeded(Exception):
    """Nobody is signed in."""


class Forbidden(HTTPException):
    """Somebody is signed in, but the role does not allow this."""

    def __init__(self) -> None:
        super().__init__(403)


class NotFound(HTTPException):
    """There is no such thing for this reader, whether or not it exists."""

    def __init__(self) -> None:
        super().__init__(404)


class Refused(Exception):
    """A request cannot be done; `message` tells the reader why, already in their language."""

    def __init__(self, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def install(app: FastAPI) -> None:
    """Answer every refusal that reaches the edge; what is left is a fault of ours."""
    for kind in (HTTPException, RequestValidationError, Refused, SignInNeeded):
        app.add_exception_handler(kind, _handle)


async def _handle(request: Request, error: Exception) -> Response:
    return answer(request, error)


def answer(request: Request, error: Exception) -> Response:
    """Answer with what fits the error and the reader."""
    if request.url.path.startswith(API):
        return problem_response(problem_of(error) or Problem(500, "internal"))
    if isinstance(error, SignInNeeded):
        return _ask_to_sign_in(request)
    if isinstance(error, Refused):
        return _tell(request, error.status, error.message)
    problem = problem_of(error)
    if problem is None:
        return _tell(request, 500)
    said = "" if isinstance(error, HTTPException) else sentence(problem.code, problem.params)
    faults = [sentence(fault.code, fault.params) for fault in problem.faults]
    return _tell(request, problem.status, said, faults)


def _tell(request: Request, status: int, message: str = "", details: list[str] | None = None) -> Response:
    page = Page(request, i18n.current(), getattr(request.state, "viewer", None))
    title = gettext(TITLES.get(status, TITLES[500 if status >= 500 else 422]))
    toast = Toast(message or title, "danger")
    if page.wants_part:
        return render(page, "shared/error.html", "shared/_nothing.html", status=status, toast=toast)
    help_text = message or (gettext(HELP[status]) if status in HELP else "")
    return render(page, "shared/error.html", status=status, title=title, help_text=help_text, details=details or [])


def _ask_to_sign_in(request: Request) -> Response:
    wants_part = request.headers.get("HX-Request") == "true"
    here = urlsplit(request.headers.get("HX-Current-URL", "")) if wants_part else request.url
    address = f"{here.path}?{here.query}" if here.query else here.path
    comes_back = wants_part or request.method in ("GET", "HEAD")
    login = f"/login?next={quote(address, safe='/')}" if comes_back and address != "/" else "/login"
    if wants_part:
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": login})
    return RedirectResponse(login, 303)
