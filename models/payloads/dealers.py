"""Dealers and stores as screens, files and rules see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DealerName:
    """Enough to name a dealer in a list in either language."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class DealerData:
    """What is said of a dealer when it is created or changed."""

    code: str
    name_zh: str
    name_en: str
    region: str
    tier: str = "standard"
    city: str = ""
    address: str = ""
    sales_manager: str = ""
    payment_term_days: int = 30


@dataclass(frozen=True, slots=True)
class DealerView:
    id: int
    code: str
    name_zh: str
    name_en: str
    region: str
    tier: str
    city: str
    address: str
    is_suspended: bool
    suspended_reason: str
    sales_manager: str
    payment_term_days: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoreView:
    id: int
    code: str
    name_zh: str
    name_en: str
    city: str
    dealer: DealerName
