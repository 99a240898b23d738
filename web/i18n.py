"""The reader's language: catalogues, the language of this request, and the words that mark what is to be translated.

Messages are written in English in the code; `locale/<language>/LC_MESSAGES/*.po` translate them, one catalogue for each
portal. They are read as they are: nothing has to be compiled first.
"""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
COOKIE = "language"


class Language(StrEnum):
    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def tag(self) -> str:
        """The tag for `lang` attributes, which also chooses the shapes of Chinese characters."""
        return "zh-CN" if self is Language.CHINESE else "en"

    @property
    def title(self) -> str:  # type: ignore[override]
        """The language's name in itself."""
        return "简体中文" if self is Language.CHINESE else "English"


DEFAULT = Language.CHINESE

_current: ContextVar[Language] = ContextVar("language", default=DEFAULT)


def use(language: Language) -> None:
    """Speak this language for the rest of the request."""
    _current.set(language)


def current() -> Language:
    return _current.get()


def language_of(text: str | None) -> Language | None:
    """Read what a person or cookie chose; None when it is none of ours."""
    return Language(text) if text in list(Language) else None


def negotiate(accept_language: str) -> Language:
    """Choose by the browser's `Accept-Language`; Chinese when it names none of ours."""
    wanted = sorted(map(_weighted, accept_language.split(",")), key=lambda item: -item[0])
    found = (language_of(tag.split("-")[0]) for weight, tag in wanted if weight > 0)
    return next((language for language in found if language), DEFAULT)


def gettext(message: str, **values: Any) -> str:
    """Translate; `values` fill `%(name)s`."""
    text = catalogue(current()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    """Translate what depends on a number, which is also there as `%(num)s`."""
    text = catalogue(current()).ngettext(singular, plural, number)
    return text % {"num": number, **values}


def pgettext(context: str, message: str, **values: Any) -> str:
    """Translate a word that means different things in different places."""
    text = catalogue(current()).pgettext(context, message)
    return text % values if values else text


def mark(message: str) -> str:
    """Mark a message for the catalogues that is translated later, where it is shown."""
    return message


@cache
def catalogue(language: Language) -> NullTranslations:
    """Load every catalogue of a language as one."""
    merged = Catalog(locale=str(language))
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        for message in read_catalogue(path):
            if message.id:
                merged[message.id] = message
    return _compiled(merged) if len(merged) else NullTranslations()


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _compiled(merged: Catalog) -> GNUTranslations:
    buffer = BytesIO()
    write_mo(buffer, merged)
    buffer.seek(0)
    return GNUTranslations(buffer)


def _weighted(part: str) -> tuple[float, str]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return float(weight or 1), tag.strip().lower()
    except ValueError:
        return 0.0, tag
