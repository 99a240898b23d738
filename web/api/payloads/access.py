"""Signing in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictStr

from web.api.payloads.fields import AnswerPayload, RequestPayload


class Credentials(RequestPayload):
    login: Annotated[StrictStr, Field(min_length=1, max_length=80)]
    password: Annotated[StrictStr, Field(min_length=1, max_length=200)]


class IssuedToken(AnswerPayload):
    """Send it as `Authorization: Bearer TOKEN`. It is shown this once; only its hash is kept."""

    token: str
