"""Collect the messages of code and templates into catalogues, one for each portal and language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from web.i18n import FOLDER, Language, read_catalogue

WEB = FOLDER.parent
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "encoding": "utf-8", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "mark": None}
PORTALS = ("access", "inbox", "flows", "dealer", "manufacturer", "store", "api")
FILES = {"access.py": "access", "account.py": "access", "diagrams.py": "flows"}
SHARED = "shared"
TRANSLATED = (Language.CHINESE,)
"""Messages are written in English: that language needs no catalogue."""

Key = tuple[str | None, str | tuple[str, ...]]


@dataclass(slots=True)
class Found:
    """A message and where it stands."""

    key: Key
    places: set[str] = field(default_factory=set)

    @property
    def portal(self) -> str:
        """A message that several portals use belongs to all of them."""
        portals = {_portal_of(place) for place in self.places}
        return portals.pop() if len(portals) == 1 else SHARED


def collect() -> dict[Key, Found]:
    """Read every message in code and templates."""
    messages: dict[Key, Found] = {}
    rows = extract_from_dir(WEB, METHODS, OPTIONS, KEYWORDS)
    for place, _line, text, _comments, context in rows:
        key = (context, text)
        messages.setdefault(key, Found(key)).places.add(place)
    return messages


def known_translations(language: Language) -> dict[Key, Message]:
    """Read what is translated already."""
    return {(message.context, _key_of(message)): message for _path, message in _entries(language)}


def missing_translations() -> dict[Language, list[str]]:
    """Name the messages of each language that nobody has translated."""
    wanted = collect()
    known = {language: known_translations(language) for language in TRANSLATED}
    return {
        language: sorted(str(key[1]) for key in wanted if not _is_translated(entries.get(key)))
        for language, entries in known.items()
    }


def unused_translations() -> dict[Language, list[str]]:
    """Name the messages in the catalogues that no screen uses any more."""
    wanted = collect()
    return {
        language: sorted(str(key[1]) for key in known_translations(language) if key not in wanted)
        for language in TRANSLATED
    }


def update_catalogues() -> None:
    """Write the catalogues anew: new messages come without translation, unused ones go."""
    messages = collect()
    for language in TRANSLATED:
        known = known_translations(language)
        for portal in (*PORTALS, SHARED):
            _write(language, portal, [found for found in messages.values() if found.portal == portal], known)


def _write(language: Language, portal: str, messages: list[Found], known: Mapping[Key, Message]) -> None:
    path = FOLDER / language / "LC_MESSAGES" / f"{portal}.po"
    catalogue = Catalog(locale=str(language), project="dealerflow", fuzzy=False)
    for found in messages:
        context, text = found.key
        before = known.get(found.key)
        places = [(place, 0) for place in sorted(found.places)]
        catalogue.add(text, before.string if before else None, places, context=context)
    if not len(catalogue):
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, omit_header=True, include_lineno=False)


def _entries(language: Language) -> Iterator[tuple[Path, Message]]:
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        for message in read_catalogue(path):
            if message.id:
                yield path, message


def _is_translated(message: Message | None) -> bool:
    if message is None or not message.string:
        return False
    return isinstance(message.string, str) or all(message.string)


def _portal_of(place: str) -> str:
    """Tell the portal by the folder, below `templates` as below `web`."""
    parts = Path(place).parts
    first = parts[1] if parts[0] == "templates" else parts[0]
    return FILES.get(first, first if first in PORTALS else SHARED)


def _key_of(message: Message) -> str | tuple[str, ...]:
    """Singular, or singular and plural."""
    return message.id if isinstance(message.id, str) else tuple(message.id)
