"""What surrounds every request: language, protection against other sites, headers, measurements, a last answer."""

from __future__ import annotations

import logging
import time
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import errors, i18n
from web.api.bodies import BodyTooLarge
from web.measures import Measures
from web.sessions import Sessions

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""No script and no style but our own files. Style attributes are allowed: diagrams place their overlays by them."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
HSTS = "max-age=31536000"
LONGEST_BODY = 8 * 1024 * 1024


class Envelope:
    """Wrap the application. Written as plain ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, sessions: Sessions, measures: Measures, *, is_secure: bool) -> None:
        self._app = app
        self._sessions = sessions
        self._measures = measures
        self._headers = HEADERS | ({"Strict-Transport-Security": HSTS} if is_secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        receive = _bounded(receive)
        request, began, status = Request(scope, receive), time.perf_counter(), 500
        has_started = False
        i18n.use(preferred_language(request))

        async def deliver(message: Message) -> None:
            nonlocal has_started, status
            if message["type"] == "http.response.start":
                has_started, status = True, message["status"]
                self._dress(request, MutableHeaders(scope=message))
            await send(message)

        try:
            refusal = _refusal_of(request)
            if refusal is not None:
                await errors.answer(request, refusal)(scope, receive, deliver)
            else:
                await self._app(scope, receive, deliver)
        except Exception as error:
            if has_started:
                raise
            response = errors.answer(request, error)
            if response.status_code == 500:
                log.exception("failed: %s %s", scope["method"], scope["path"])
            await response(scope, receive, deliver)
        finally:
            self._measures.observe(scope, status, time.perf_counter() - began)

    def _dress(self, request: Request, headers: MutableHeaders) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")
        renewed = getattr(request.state, "renewed_session", None)
        if renewed is not None:
            response = Response()
            self._sessions.open(response, *renewed)
            headers.append("Set-Cookie", response.headers["Set-Cookie"])


def _refusal_of(request: Request) -> Exception | None:
    """Judge a request before anything is done for it."""
    if comes_from_elsewhere(request.method, request.headers):
        return errors.Forbidden()
    announced = request.headers.get("Content-Length", "")
    return BodyTooLarge(LONGEST_BODY) if announced.isdecimal() and int(announced) > LONGEST_BODY else None


def _bounded(receive: Receive) -> Receive:
    """Stop reading a body that does not say how long it is and goes on and on. Raises BodyTooLarge."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LONGEST_BODY:
            raise BodyTooLarge(LONGEST_BODY)
        return message

    return take


def preferred_language(request: Request) -> i18n.Language:
    """Speak as the reader last chose in this browser, else as the browser asks."""
    chosen = i18n.language_of(request.cookies.get(i18n.COOKIE))
    return chosen or i18n.negotiate(request.headers.get("Accept-Language", ""))


def comes_from_elsewhere(method: str, headers: Headers) -> bool:
    """Tell a request that another site made a browser send, by what browsers say and pages cannot forge.

    Programs that are no browsers send neither header and carry no session by accident; they pass.
    """
    if method in SAFE_METHODS:
        return False
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and urlsplit(origin).netloc != headers.get("Host")
