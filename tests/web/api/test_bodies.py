"""Bodies that must be refused before anyone looks into them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from web.api.bodies import DEEPEST_NESTING, BodyMalformed, BodyTooLarge, parse_json, read_bounded


async def chunks_of(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_a_body_is_read_up_to_its_limit_and_not_beyond() -> None:
    assert await read_bounded(chunks_of(b"ab", b"cd"), 4) == b"abcd"
    with pytest.raises(BodyTooLarge):
        await read_bounded(chunks_of(b"ab", b"cde"), 4)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "json_malformed"),
        (b"\xff\xfe\xfd", "json_malformed"),
        (b"[" * 100_000, "json_malformed"),
        (b"1" * 5_000, "json_malformed"),
        (b"[" * (DEEPEST_NESTING + 1) + b"]" * (DEEPEST_NESTING + 1), "json_too_deep"),
        (b'{"a": 9223372036854775808}', "number_out_of_range"),
        (b'{"a": 1e999}', "number_out_of_range"),
        (b'{"a": NaN}', "number_out_of_range"),
        (b'{"a": "\\ud800"}', "text_malformed"),
        (b'{"\\u0000": 1}', "text_malformed"),
    ],
)
def test_json_that_could_not_be_kept_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(BodyMalformed) as refused:
        parse_json(body)
    assert refused.value.code == code


def test_sound_json_passes() -> None:
    assert parse_json('{"文": [1, -9223372036854775807, 1.5, null, true]}'.encode()) == {
        "文": [1, -9223372036854775807, 1.5, None, True]
    }
