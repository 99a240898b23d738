"""How a template's elements are called in the reader's language, read from its file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lxml import etree
from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories import templates
from web.i18n import Language, current

LABELS = {
    Language.CHINESE: "{urn:dealerflow:bpmn:1}labelZh",
    Language.ENGLISH: "{urn:dealerflow:bpmn:1}labelEn",
}


async def names_in(session: AsyncSession, template_hash: str) -> Mapping[str, str]:
    """Find the shown names of a version's elements by id; elements without a name are left out."""
    return read_names(await templates.find_xml(session, template_hash) or "", current())


@lru_cache(maxsize=64)
def read_names(xml: str, language: Language) -> Mapping[str, str]:
    if not xml:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    named = ((element, element.get("id")) for element in etree.fromstring(xml.encode(), parser).iter(etree.Element))
    shown = {str(key): element.get(LABELS[language]) or element.get("name") or "" for element, key in named if key}
    return {key: name for key, name in shown.items() if name}
