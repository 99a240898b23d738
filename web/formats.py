"""Numbers, money and time as the reader writes them. Days and hours are China's, wherever the reader sits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal

from models.clock import BUSINESS_ZONE, utc_now
from web.i18n import Language, current

CURRENCY_SIGNS = {"CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}
BABEL_LOCALES = {Language.CHINESE: "zh_Hans_CN", Language.ENGLISH: "en"}
NOTHING = "—"
RECENT = timedelta(days=7)


def money(fen: int | None, currency: str = "CNY") -> str:
    """Write an amount with its sign and two decimals: `¥1,234.50`."""
    if fen is None:
        return NOTHING
    minus = "−" if fen < 0 else ""
    return f"{minus}{CURRENCY_SIGNS.get(currency, currency + ' ')}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def number(value: int | float | None) -> str:
    return NOTHING if value is None else format_decimal(value, locale=_locale())


def percent(basis_points: int) -> str:
    """Write basis points as a percentage: 1250 -> `12.5%`."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def write_datetime(at: datetime | None, *, seconds: bool = False) -> str:
    if at is None:
        return NOTHING
    pattern = "yyyy-MM-dd HH:mm" if current() is Language.CHINESE else "d MMM yyyy HH:mm"
    pattern += ":ss" if seconds else ""
    return format_datetime(at.astimezone(BUSINESS_ZONE), pattern, locale=_locale())


def write_date(on: date | None) -> str:
    if on is None:
        return NOTHING
    day = on.astimezone(BUSINESS_ZONE).date() if isinstance(on, datetime) else on
    pattern = "yyyy-MM-dd" if current() is Language.CHINESE else "d MMM yyyy"
    return format_date(day, pattern, locale=_locale())


def ago(at: datetime | None) -> str:
    """Say how long ago or from now, within a week; the date beyond that."""
    if at is None:
        return NOTHING
    distance = at - utc_now()
    if abs(distance) > RECENT:
        return write_date(at)
    return format_timedelta(distance, add_direction=True, locale=_locale(), threshold=1.2)


def name_of(thing: Any, field: str = "name") -> str:
    """Pick `name_zh` or `name_en` (or another field's) of an object or mapping; the other where it is empty."""
    first, second = (f"{field}_{language}" for language in sorted(Language, key=lambda item: item is not current()))
    return str(_value(thing, first) or _value(thing, second) or "")


FILTERS = {
    "money": money,
    "number": number,
    "percent": percent,
    "datetime": write_datetime,
    "date": write_date,
    "ago": ago,
    "name": name_of,
}


def _value(thing: Any, field: str) -> Any:
    return thing.get(field) if isinstance(thing, dict) else getattr(thing, field, None)


def _locale() -> str:
    return BABEL_LOCALES[current()]
