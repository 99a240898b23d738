"""A page that shows every part of the design, for those who build screens and those who judge them."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from fastapi import APIRouter, Response

from models.clock import utc_now
from web.deps import CurrentUser, PageDep
from web.labels import STATES
from web.render import render

router = APIRouter()


@router.get("/patterns", name="patterns")
async def show_patterns(page: PageDep, viewer: CurrentUser) -> Response:
    now = utc_now()
    entries = [
        SimpleNamespace(title="Submitted", text="", who="dealer-a-buyer", at=now, tone="waiting"),
        SimpleNamespace(
            title="Comment", text="Call first.", who="sales", at=now - timedelta(hours=2), is_internal=True
        ),
        SimpleNamespace(title="Draft", who="dealer-a-buyer", at=now - timedelta(days=9)),
    ]
    return render(page, "patterns.html", states=STATES, entries=entries)
