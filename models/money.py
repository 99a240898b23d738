"""Money as integer fen (hundredths) with a currency. Floats never touch it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

BASIS_POINTS = 10_000
"""Basis points in the whole: a discount of 10,000 bp gives the goods away."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were combined."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    fen: int
    currency: str = "CNY"

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + self._same(other).fen, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - self._same(other).fen, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.fen, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.fen < self._same(other).fen

    def __le__(self, other: Money) -> bool:
        return self.fen <= self._same(other).fen

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other


def round_half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero, as invoices do. Raises ZeroDivisionError."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def line_amount_fen(unit_price_fen: int, quantity: int, discount_bp: int = 0) -> int:
    """Value one order line in fen: price x quantity less discount, rounded half-up once, at the line."""
    return round_half_up(unit_price_fen * quantity * (BASIS_POINTS - discount_bp), BASIS_POINTS)


def parse_fen(text: str) -> int:
    """Read a decimal amount such as `12.5` as fen, half-up. Raises ValueError or InvalidOperation on nonsense."""
    amount = Decimal(text.strip())
    if not amount.is_finite():
        raise ValueError(text)
    return int((amount * 100).to_integral_value(rounding=ROUND_HALF_UP))


def format_fen(fen: int) -> str:
    """Write fen as a plain decimal, `1234.50`: for files and interfaces; screens format by locale."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
