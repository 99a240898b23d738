"""How products are found and in which quantities they are sold."""

from __future__ import annotations

MAXIMUM_QUANTITY = 100_000
"""Beyond this a quantity is taken for a slip of the finger."""

SEARCH_TEXT_LENGTH = 400


def search_text(sku: str, name_zh: str, name_en: str) -> str:
    """Write down what a search for this product looks in."""
    return f"{sku} {name_zh} {name_en}".casefold()[:SEARCH_TEXT_LENGTH]


def search_words(query: str) -> tuple[str, ...]:
    """Split a query into the words that must all be found."""
    return tuple(dict.fromkeys(query.casefold().split()))


def nearest_quantity(wanted: int, minimum: int, pack_size: int) -> int:
    """Round up to the next quantity that the product is sold in."""
    least = max(wanted, minimum, 1)
    return -(-least // pack_size) * pack_size
