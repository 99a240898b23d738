"""The one place where business code reads the time."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Tell the present instant, aware, in UTC."""
    return datetime.now(UTC)
