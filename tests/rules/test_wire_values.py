"""Nothing that people send can be too strange to store."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.rules.wire_values import clean, fit


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b", "ab"),
        ("half \ud83d of an emoji", "half ? of an emoji"),
        ("全部保留 😀", "全部保留 😀"),
        (float("nan"), None),
        (float("-inf"), None),
        (1.5, 1.5),
        (True, True),
        ({"k\x00ey": ["\x00", {"n": float("inf")}]}, {"key": ["", {"n": None}]}),
        ((1, 2), [1, 2]),
        (None, None),
    ],
)
def test_what_json_columns_cannot_hold_is_dropped(sent: Any, kept: Any) -> None:
    assert clean(sent) == kept
    json.dumps(clean(sent), allow_nan=False).encode()


def test_long_keys_are_shortened_alike_and_stay_apart() -> None:
    long, other = "k" * 300, "k" * 299 + "x"
    assert fit("short", 240) == "short"
    assert len(fit(long, 240)) == 240
    assert fit(long, 240) == fit("k" * 300, 240)
    assert fit(long, 240) != fit(other, 240)
