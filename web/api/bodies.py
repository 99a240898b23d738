"""What a request's body may be before anyone looks into it: so long, so deep, and text that every database can keep."""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Iterator
from typing import Any

LONGEST_BODY = 1024 * 1024
LONGEST_TEMPLATE = 4 * 1024 * 1024
DEEPEST_NESTING = 32
INTEGER_BITS = 63


class BodyTooLarge(Exception):
    """More bytes came than a request of this kind may have; `limit` says how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class BodyMalformed(ValueError):
    """The body is no JSON that can be kept. `code` is a stable word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def read_bounded(chunks: AsyncIterator[bytes], limit: int) -> bytes:
    """Read a body to its end unless it is too long. Raises BodyTooLarge."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(limit)
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """Read JSON and refuse what would only fail later: numbers beyond 64 bit, half characters. Raises BodyMalformed."""
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, BodyMalformed) else BodyMalformed("json_malformed") from error
    check_json(value)
    return value


def check_json(value: Any) -> None:
    """Walk a parsed value without recursion. Raises BodyMalformed."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > DEEPEST_NESTING:
            raise BodyMalformed("json_too_deep")
        _check_scalar(item)
        waiting.extend((inner, depth + 1) for inner in _inside(item))


def _inside(item: Any) -> Iterator[Any]:
    if isinstance(item, dict):
        yield from item
        yield from item.values()
    elif isinstance(item, list):
        yield from item


def _check_scalar(item: Any) -> None:
    if isinstance(item, str) and not _is_storable(item):
        raise BodyMalformed("text_malformed")
    if isinstance(item, int) and item.bit_length() > INTEGER_BITS:
        raise BodyMalformed("number_out_of_range")
    if isinstance(item, float) and not math.isfinite(item):
        raise BodyMalformed("number_out_of_range")


def _is_storable(text: str) -> bool:
    """PostgreSQL keeps no NUL, and half of a surrogate pair has no UTF-8."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _refuse_constant(_name: str) -> Any:
    raise BodyMalformed("number_out_of_range")
