"""Process templates and their versions: drafts, publishing, and what a message starts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import URL, NullPool, create_engine, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.repositories.upserts import table_of
from models.tables.processes import MessageStart, ProcessTemplate, TemplateStatus, TemplateVersion

SHIPPED_BY = "system"
_SYNC_DRIVERS = {"sqlite+aiosqlite": "sqlite"}


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """What is stored of a template file: its key, its shown names and the file itself."""

    key: str
    name_zh: str
    name_en: str
    xml: str

    @property
    def hash(self) -> str:
        return hash_of(self.xml)


@dataclass(frozen=True, slots=True)
class PublishedTemplate:
    key: str
    version: int
    hash: str
    name_zh: str
    name_en: str
    created_by: str


@dataclass(frozen=True, slots=True)
class MessageStartEvent:
    """A message start event of a published template."""

    message: str
    process_id: str
    element_id: str


@dataclass(frozen=True, slots=True)
class StartableTemplate:
    """A published template that a message starts, with where it begins."""

    key: str
    hash: str
    process_id: str
    element_id: str


def hash_of(xml: str) -> str:
    return hashlib.sha256(xml.encode()).hexdigest()


async def save_draft(session: AsyncSession, content: TemplateContent, actor: str, now: datetime) -> TemplateVersion:
    """Keep a template's XML as its draft, in place of an earlier draft; the very same XML is not stored twice."""
    template = await _find_or_add_template(session, content)
    newest = await _newest_version(session, template.id)
    if newest is not None and newest.hash == content.hash:
        return newest
    if newest is not None and newest.status == TemplateStatus.DRAFT:
        newest.xml, newest.hash, newest.created_by, newest.created_at = content.xml, content.hash, actor, now
        await session.flush()
        return newest
    version = TemplateVersion(
        template_id=template.id or 0,
        version=newest.version + 1 if newest else 1,
        hash=content.hash,
        xml=content.xml,
        status=TemplateStatus.DRAFT,
        created_by=actor,
        created_at=now,
    )
    session.add(version)
    await session.flush()
    return version


async def publish(
    session: AsyncSession, draft: TemplateVersion, starts: Sequence[MessageStartEvent], note: str, now: datetime
) -> int:
    """Make a version the one that new instances run; the one before it is retired. Returns its number."""
    template = await session.get_one(ProcessTemplate, draft.template_id)
    await session.execute(
        update(TemplateVersion)
        .where(col(TemplateVersion.template_id) == template.id, col(TemplateVersion.status) == TemplateStatus.PUBLISHED)
        .values(status=TemplateStatus.RETIRED)
    )
    draft.status, draft.published_at, draft.note = TemplateStatus.PUBLISHED, now, note
    template.published_version = draft.version
    await session.flush()
    await _replace_message_starts(session, template.key, starts)
    return draft.version


async def find_newest(session: AsyncSession, key: str) -> TemplateVersion | None:
    """Find the draft, or the latest version where there is no draft."""
    statement = (
        select(TemplateVersion)
        .join(ProcessTemplate, col(ProcessTemplate.id) == col(TemplateVersion.template_id))
        .where(col(ProcessTemplate.key) == key)
        .order_by(col(TemplateVersion.version).desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def find_published(session: AsyncSession, key: str) -> PublishedTemplate | None:
    rows = await _published(session, key)
    return rows[0] if rows else None


async def list_published(session: AsyncSession) -> Sequence[PublishedTemplate]:
    return await _published(session, None)


async def list_templates(session: AsyncSession) -> Sequence[ProcessTemplate]:
    """List every template, also those that were never published."""
    return (await session.scalars(select(ProcessTemplate).order_by(col(ProcessTemplate.key)))).all()


async def list_versions(session: AsyncSession, key: str) -> Sequence[TemplateVersion]:
    """List a template's versions, the latest first."""
    statement = (
        select(TemplateVersion)
        .join(ProcessTemplate, col(ProcessTemplate.id) == col(TemplateVersion.template_id))
        .where(col(ProcessTemplate.key) == key)
        .order_by(col(TemplateVersion.version).desc())
    )
    return (await session.scalars(statement)).all()


async def is_published(session: AsyncSession, key: str, version_hash: str) -> bool:
    """Tell whether this very file is or was a published version of the template."""
    statement = (
        select(col(TemplateVersion.id))
        .join(ProcessTemplate, col(ProcessTemplate.id) == col(TemplateVersion.template_id))
        .where(
            col(ProcessTemplate.key) == key,
            col(TemplateVersion.hash) == version_hash,
            col(TemplateVersion.status) != TemplateStatus.DRAFT,
        )
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None


async def find_xml(session: AsyncSession, version_hash: str) -> str | None:
    """Read the file of a version, whichever template it belongs to: equal hash means equal file."""
    statement = select(col(TemplateVersion.xml)).where(col(TemplateVersion.hash) == version_hash).limit(1)
    return (await session.execute(statement)).scalar_one_or_none()


def read_xml(url: URL, version_hash: str) -> str:
    """Read a version's file without an event loop, over a connection of its own: a replaying workflow cannot await.

    Raises LookupError for a hash that nobody saved.
    """
    engine = create_engine(url.set(drivername=_SYNC_DRIVERS.get(url.drivername, url.drivername)), poolclass=NullPool)
    statement = select(col(TemplateVersion.xml)).where(col(TemplateVersion.hash) == version_hash).limit(1)
    try:
        with engine.connect() as connection:
            xml = connection.execute(statement).scalar_one_or_none()
    finally:
        engine.dispose()
    if xml is None:
        raise LookupError(f"no template version has the hash {version_hash}")
    return xml


async def version_of(session: AsyncSession, key: str, version_hash: str) -> int | None:
    """Tell the number of the version that has this content, the latest where it was saved more than once."""
    statement = (
        select(col(TemplateVersion.version))
        .join(ProcessTemplate, col(ProcessTemplate.id) == col(TemplateVersion.template_id))
        .where(col(ProcessTemplate.key) == key, col(TemplateVersion.hash) == version_hash)
        .order_by(col(TemplateVersion.version).desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def find_started_by(session: AsyncSession, message: str) -> StartableTemplate | None:
    """Find the published template that a message starts; of several, the first by key."""
    statement = (
        select(MessageStart, col(TemplateVersion.hash))
        .join(ProcessTemplate, col(ProcessTemplate.key) == col(MessageStart.template_key))
        .join(TemplateVersion, col(TemplateVersion.template_id) == col(ProcessTemplate.id))
        .where(
            col(MessageStart.message) == message,
            col(TemplateVersion.version) == col(ProcessTemplate.published_version),
        )
        .order_by(col(MessageStart.template_key))
        .limit(1)
    )
    row = (await session.execute(statement)).first()
    if row is None:
        return None
    start, version_hash = row
    return StartableTemplate(start.template_key, version_hash, start.process_id, start.element_id)


async def titles_of(session: AsyncSession, keys: Sequence[str]) -> Mapping[str, ProcessTemplate]:
    """Find templates by key, for lists that show their names."""
    statement = select(ProcessTemplate).where(col(ProcessTemplate.key).in_(keys))
    return {template.key: template for template in (await session.execute(statement)).scalars()}


async def _published(session: AsyncSession, key: str | None) -> Sequence[PublishedTemplate]:
    statement = (
        select(ProcessTemplate, col(TemplateVersion.hash), col(TemplateVersion.created_by))
        .join(TemplateVersion, col(TemplateVersion.template_id) == col(ProcessTemplate.id))
        .where(col(TemplateVersion.version) == col(ProcessTemplate.published_version))
        .order_by(col(ProcessTemplate.key))
    )
    if key is not None:
        statement = statement.where(col(ProcessTemplate.key) == key)
    return [
        PublishedTemplate(t.key, t.published_version or 0, version_hash, t.name_zh, t.name_en, created_by)
        for t, version_hash, created_by in await session.execute(statement)
    ]


async def _find_or_add_template(session: AsyncSession, content: TemplateContent) -> ProcessTemplate:
    statement = select(ProcessTemplate).where(col(ProcessTemplate.key) == content.key).with_for_update()
    template = (await session.execute(statement)).scalar_one_or_none()
    if template is None:
        template = ProcessTemplate(key=content.key, name_zh=content.name_zh, name_en=content.name_en)
        session.add(template)
    template.name_zh, template.name_en = content.name_zh, content.name_en
    await session.flush()
    return template


async def _newest_version(session: AsyncSession, template_id: int | None) -> TemplateVersion | None:
    statement = (
        select(TemplateVersion)
        .where(col(TemplateVersion.template_id) == template_id)
        .order_by(col(TemplateVersion.version).desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def _replace_message_starts(session: AsyncSession, key: str, starts: Sequence[MessageStartEvent]) -> None:
    await session.execute(delete(MessageStart).where(col(MessageStart.template_key) == key))
    rows = [
        {"message": s.message, "template_key": key, "process_id": s.process_id, "element_id": s.element_id}
        for s in starts
    ]
    if rows:
        await session.execute(insert(table_of(MessageStart)), rows)
