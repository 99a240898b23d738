"""What every screen knows of its reader."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from models.payloads.access import Actor, UserView
from web.i18n import Language


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person: the account, and the same as one who acts."""

    user: UserView
    actor: Actor


@dataclass(frozen=True, slots=True)
class Page:
    """One request for a screen, or for a part of one."""

    request: Request
    language: Language
    viewer: Viewer | None = None

    @property
    def wants_part(self) -> bool:
        """Whether htmx asks, and will put the answer into the page that is there."""
        headers = self.request.headers
        return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"

    @property
    def path(self) -> str:
        return self.request.url.path

    @property
    def address(self) -> str:
        """Path and query, to come back to."""
        return f"{self.path}?{self.request.url.query}" if self.request.url.query else self.path
