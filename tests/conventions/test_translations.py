"""Everything that people read exists in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message

from tests.conventions.tree import page_templates
from web.i18n import FOLDER, read_catalogue
from web.locale.collect import missing_translations, unused_translations

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
TAGS = re.compile(r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL)
# A part may hold nothing but attributes for the element around it.
ATTRIBUTES = re.compile(r"""[\w:@.-]+=(?:"[^"]*"|'[^']*')""")
# The page for developers that shows every part by its name in the code.
PATTERNS = ("_patterns_", "patterns.")
CLASSES = re.compile(r"\{%-?\s*block \w*class\w*\s*-?%\}.*?\{%-?\s*endblock\b", re.DOTALL)
READ_ALOUD = re.compile(r"""\b(?:alt|aria-label|placeholder|title|data-confirm)=["']([^"'{]*)["']""")
TRANSLATED_BLOCK = re.compile(r"\{%-?\s*trans\b.*?\bendtrans\s*-?%\}", re.DOTALL)
WORD = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
# Names of things are the same in every language.
NAMES = frozenset({"dealerflow", "BPMN", "CSV", "CNY", "JSON", "API", "Temporal", "Esc", "Ctrl", "SKU", "SO"})


def test_nothing_waits_for_a_translation() -> None:
    assert {language: messages for language, messages in missing_translations().items() if messages} == {}


def test_no_translation_is_left_over() -> None:
    assert {language: messages for language, messages in unused_translations().items() if messages} == {}


def test_no_translation_is_a_guess_and_each_fills_in_what_its_message_does() -> None:
    entries = list(_entries())
    assert entries
    assert [f"{path.name}: {message.id}" for path, message in entries if message.fuzzy] == []
    assert [f"{path.name}: {message.id}" for path, message in entries if not _fills_in_the_same(message)] == []


def _entries() -> Iterator[tuple[Path, Message]]:
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")):
        yield from ((path, message) for message in read_catalogue(path) if message.id)


def _fills_in_the_same(message: Message) -> bool:
    wanted = {name for text in _texts(message.id) for name in PLACEHOLDER.findall(text)}
    return all(set(PLACEHOLDER.findall(text)) <= wanted for text in _texts(message.string)) and (
        isinstance(message.id, tuple) or set(PLACEHOLDER.findall(str(message.string))) == wanted
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value),)


def test_no_text_in_a_template_goes_past_the_catalogues() -> None:
    wrong = []
    for path in page_templates():
        if path.name.startswith(PATTERNS):
            continue
        text = CLASSES.sub("{%", TRANSLATED_BLOCK.sub("", path.read_text(encoding="utf-8")))
        shown = " ".join([ATTRIBUTES.sub(" ", TAGS.sub(" ", JINJA.sub(" ", text))), *READ_ALOUD.findall(text)])
        shown = re.sub(r"&\w+;", " ", shown)
        wrong += [f"{path.parent.name}/{path.name}: {word}" for word in WORD.findall(shown) if word not in NAMES]
    assert wrong == []
