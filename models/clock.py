"""The one place where business code reads the time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

BUSINESS_ZONE = timezone(timedelta(hours=8), "CST")
"""China Standard Time, which has no daylight saving: the business day begins at its midnight."""


def utc_now() -> datetime:
    """Tell the present instant, aware, in UTC."""
    return datetime.now(UTC)


def business_date(at: datetime) -> date:
    """Tell on which business day an instant falls."""
    return at.astimezone(BUSINESS_ZONE).date()
