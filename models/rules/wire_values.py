"""Make what people and partners send fit for JSON columns and for Temporal, whatever it is."""

from __future__ import annotations

import hashlib
import math
from typing import Any

DIGEST_LENGTH = 16


def clean(value: Any) -> Any:
    """Drop what PostgreSQL's JSON cannot hold: NUL characters, half surrogates, NaN and infinities."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {clean(str(key)): clean(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(each) for each in value]
    return value


def fit(text: str, length: int) -> str:
    """Shorten a text to a column's length; equal texts stay equal, and different ones different."""
    if len(text) <= length:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:DIGEST_LENGTH]
    return f"{text[: length - DIGEST_LENGTH - 1]}~{digest}"
