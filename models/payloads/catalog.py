"""Products and categories as screens, files and rules see them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CategoryView:
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ProductData:
    """What is said of a product when it is created or changed. Prices include tax."""

    sku: str
    name_zh: str
    name_en: str
    category: str
    list_price_fen: int
    unit_zh: str = "件"
    unit_en: str = "pc"
    minimum_quantity: int = 1
    pack_size: int = 1
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ProductView:
    id: int
    sku: str
    name_zh: str
    name_en: str
    category: CategoryView
    unit_zh: str
    unit_en: str
    list_price_fen: int
    minimum_quantity: int
    pack_size: int
    is_active: bool
