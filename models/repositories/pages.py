"""Keyset pages: each continues behind the last row that was shown, whatever is inserted meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Item = TypeVar("Item")

DEFAULT_LIMIT = 50
MAXIMUM_LIMIT = 200

CursorPart = str | int


class BadCursor(ValueError):
    """The text is no cursor of this list."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items and where to continue; `next_cursor` is None at the end."""

    items: tuple[Item, ...]
    next_cursor: str | None


def encode_cursor(*parts: CursorPart) -> str:
    """Make an opaque text of the sort key of the last row shown."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type[CursorPart]) -> tuple[CursorPart, ...]:
    """Read a cursor whose parts are of these kinds. Raises BadCursor."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise BadCursor(cursor)
    # A forged number or text must not get as far as the database, which could not even compare it.
    if not all(abs(part) < 2**63 if isinstance(part, int) else part.isprintable() for part in parts):
        raise BadCursor(cursor)
    return tuple(parts)


def id_of_cursor(cursor: str) -> int:
    """Read the cursor of a list that is sorted by id alone. Raises BadCursor."""
    (row_id,) = decode_cursor(cursor, int)
    assert isinstance(row_id, int)
    return row_id


def bounded(limit: int) -> int:
    """Keep a requested page size between 1 and MAXIMUM_LIMIT."""
    return max(1, min(limit, MAXIMUM_LIMIT))


def page_of(
    rows: Sequence[Row], limit: int, show: Callable[[Row], Item], key: Callable[[Row], tuple[CursorPart, ...]]
) -> Page[Item]:
    """Make a page of rows that were read with one more than `bounded(limit)`, which tells that there are more."""
    shown = rows[: bounded(limit)]
    more = len(rows) > len(shown)
    return Page(tuple(show(row) for row in shown), encode_cursor(*key(shown[-1])) if more else None)
