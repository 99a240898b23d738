"""`/templates`: BPMN files uploaded, checked and published."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, Request

from models.repositories import templates
from models.rules.access import Action
from web.api.bodies import LONGEST_TEMPLATE
from web.api.caller import Caller, allow
from web.api.payloads.fields import Listing, Number
from web.api.payloads.processes import PublishedAnswer, PublishNote, SavedTemplateAnswer, TemplateItem
from web.api.refusals import finding_item
from web.api.routing import ApiRequest, ApiRoute, api_router
from web.deps import GatewayDep, SessionDep

EDITORS = [Depends(allow(Action.EDIT_TEMPLATES))]


class UploadRequest(ApiRequest):
    longest_body = LONGEST_TEMPLATE


class TemplateRoute(ApiRoute):
    """Takes a file as its body, of whatever content type: tools disagree on what BPMN's is."""

    request_class = UploadRequest
    is_json = False


router = api_router("/templates", tags=["processes"], dependencies=EDITORS)
uploads = api_router("/templates", TemplateRoute, tags=["processes"], dependencies=EDITORS)

BPMN_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("application/xml", "text/xml", "application/octet-stream")
        },
    }
}


@router.get("")
async def list_templates(session: SessionDep) -> Listing[TemplateItem]:
    """List the published templates by key."""
    published = await templates.list_published(session)
    items = [
        TemplateItem(key=t.key, name_zh=t.name_zh, name_en=t.name_en, version=t.version, hash=t.hash) for t in published
    ]
    return Listing(items=items, next=None)


@uploads.post("", status_code=201, openapi_extra=BPMN_BODY)
async def save_template(request: Request, caller: Caller, gateway: GatewayDep) -> SavedTemplateAnswer:
    """Check a BPMN 2.0 file and keep it as its template's draft. Errors refuse it, each with element and line."""
    xml = await request.body()
    saved = await gateway.save_template(xml, caller.actor)
    findings = [finding_item(finding) for finding in saved.findings]
    return SavedTemplateAnswer(key=saved.key, version=saved.version, findings=findings)


@router.post("/{key}/publish")
async def publish_template(
    key: Number, caller: Caller, gateway: GatewayDep, body: PublishNote | None = None
) -> PublishedAnswer:
    """Let new instances run the latest draft; running ones stay on their version."""
    version = await gateway.publish_template(key, caller.actor, body.note if body else "")
    return PublishedAnswer(key=key, version=version)
