"""Short notices: what just happened, or why it did not."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "dealerflow_notice"
LIFETIME_S = 60


@dataclass(frozen=True, slots=True)
class Toast:
    """A notice; `kind` is success, info, warning or danger."""

    text: str
    kind: str = "success"


class Notices:
    """Carry a notice across a redirect in a signed cookie that is shown once."""

    def __init__(self, secret: str, *, is_secure: bool) -> None:
        self._serializer = URLSafeSerializer(secret, salt="notice")
        self._is_secure = is_secure

    def leave(self, response: Response, toast: Toast) -> None:
        value = self._serializer.dumps([toast.text, toast.kind])
        response.set_cookie(
            COOKIE, str(value), max_age=LIFETIME_S, httponly=True, samesite="lax", secure=self._is_secure
        )

    def find(self, request: Request) -> Toast | None:
        try:
            text, kind = self._serializer.loads(request.cookies.get(COOKIE, ""))
        except (BadSignature, ValueError):
            return None
        return Toast(str(text), str(kind))

    def forget(self, response: Response) -> None:
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=self._is_secure)
