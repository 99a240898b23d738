"""The templates that come with the product: published when they are new or have changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from activities.registry import Step, facts_for_parser, load_steps
from models.clock import utc_now
from models.db import Database
from models.repositories import templates
from models.repositories.templates import SHIPPED_BY, MessageStartEvent, TemplateContent
from workflows.bpmn.definition import Definition, EventKind
from workflows.bpmn.parser import parse

FOLDER = Path(__file__).parent.parent / "workflows" / "templates"

_log = logging.getLogger(__name__)


class ShippedTemplateInvalid(ValueError):
    """A file that comes with the product does not parse; the message names file and findings."""


async def publish_shipped_templates(
    database: Database, folder: Path = FOLDER, steps: Mapping[str, Step] | None = None
) -> tuple[str, ...]:
    """Publish every shipped file whose content was never published before; returns the keys that changed.

    Where people have published a version of their own, the shipped one waits as a draft.
    """
    known = facts_for_parser(load_steps() if steps is None else steps)
    changed: list[str] = []
    for name, xml in _read(folder):
        parsed = parse(xml, known)
        if parsed.definition is None:
            raise ShippedTemplateInvalid(f"{name}: {'; '.join(each.message('en') for each in parsed.findings)}")
        async with database.writing() as session:
            if await _publish(session, parsed.definition, xml.decode()):
                changed.append(parsed.definition.key)
    return tuple(changed)


def _read(folder: Path) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.bpmn"))]


async def _publish(session: AsyncSession, definition: Definition, xml: str) -> bool:
    content = content_of(definition, xml)
    if await templates.is_published(session, content.key, content.hash):
        return False
    current = await templates.find_published(session, content.key)
    draft = await templates.save_draft(session, content, SHIPPED_BY, utc_now())
    if current is not None and current.created_by != SHIPPED_BY:
        _log.warning("template %s was changed here: the shipped version is kept as its draft", content.key)
        return False
    await templates.publish(session, draft, message_starts(definition), "shipped with the product", utc_now())
    return True


def content_of(definition: Definition, xml: str) -> TemplateContent:
    """Gather what is stored of a template file."""
    name = definition.name or definition.key
    return TemplateContent(
        definition.key, definition.labels.get("zh") or name, definition.labels.get("en") or name, xml
    )


def message_starts(definition: Definition) -> tuple[MessageStartEvent, ...]:
    """List the messages that start the primary process."""
    return tuple(
        MessageStartEvent(node.message.name, definition.primary, node.id)
        for node in definition.start_events()
        if node.event.kind is EventKind.MESSAGE and node.message is not None
    )
