"""Sessions: one signed cookie that names the account and the state of its password.

Nothing is kept on the server. A cookie is made at sign-in only, so none can be planted beforehand; it ends with its
age, with sign-out, with a changed password and with a suspended account.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from models.clock import utc_now
from models.settings import Settings

COOKIE = "dealerflow_session"
LIFETIME_S = 7 * 24 * 3600
RENEW_AFTER_S = 3600
SECRET_FILE = "web-secret"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a valid cookie says."""

    user_id: int
    password_mark: str
    age_s: float


class Sessions:
    """Write and read session cookies."""

    def __init__(self, secret: str, *, is_secure: bool) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="session")
        self._is_secure = is_secure

    def open(self, response: Response, user_id: int, password_mark: str) -> None:
        """Sign a person in on this answer."""
        value = self._serializer.dumps([user_id, password_mark])
        response.set_cookie(
            COOKIE, value, max_age=LIFETIME_S, httponly=True, samesite="lax", secure=self._is_secure, path="/"
        )

    def close(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=self._is_secure)

    def read(self, request: Request) -> Ticket | None:
        """Read a request's cookie; None when there is none, or it is forged or too old."""
        try:
            value, at = self._serializer.loads(
                request.cookies.get(COOKIE, ""), max_age=LIFETIME_S, return_timestamp=True
            )
        except BadSignature:
            return None
        return Ticket(int(value[0]), str(value[1]), max(0.0, utc_now().timestamp() - at.timestamp()))


def load_secret(settings: Settings) -> str:
    """Take the secret that the deployment set, else the one kept in its home, made at the first start."""
    if settings.secret:
        return settings.secret
    path = settings.home / SECRET_FILE
    if not path.exists():
        settings.home.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8")


def _write_once(path: Path, text: str) -> None:
    # Two web processes may start together: the link is made by one, with the whole text behind it.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
