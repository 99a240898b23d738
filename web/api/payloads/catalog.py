"""Products as they can be ordered."""

from __future__ import annotations

from web.api.payloads.fields import AnswerPayload, Code


class ProductItem(AnswerPayload):
    sku: str
    name_zh: str
    name_en: str
    category: Code
    unit_zh: str
    unit_en: str
    list_price_fen: int
    """Unit price including tax, in fen of CNY."""
    minimum_quantity: int
    pack_size: int
    available: int | None
    """On hand less reserved, over all warehouses; null for those who may not see stock."""
