"""Everything under `/api/v1`."""

from __future__ import annotations

from fastapi import APIRouter

from web.api import access, catalog, inbox, messages, orders, processes, settlement, shipping, templates

AREAS = (access, catalog, orders, inbox, shipping, settlement, messages, templates, processes)

router = APIRouter(prefix="/api/v1")
for area in AREAS:
    router.include_router(area.router)
router.include_router(templates.uploads)
