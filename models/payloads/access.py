"""Who acts: roles and actors as they enter processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    SALES_MANAGER = "sales_manager"
    CREDIT_CONTROLLER = "credit_controller"
    FINANCE = "finance"
    WAREHOUSE = "warehouse"
    LOGISTICS = "logistics"
    OPS = "ops"
    DEALER_BUYER = "dealer_buyer"
    DEALER_OWNER = "dealer_owner"
    STORE = "store"


MANUFACTURER_ROLES = frozenset(
    {Role.SALES_MANAGER, Role.CREDIT_CONTROLLER, Role.FINANCE, Role.WAREHOUSE, Role.LOGISTICS, Role.OPS}
)
DEALER_ROLES = frozenset({Role.DEALER_BUYER, Role.DEALER_OWNER})


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. `dealer` is the code of the dealer whose account this is, None for the manufacturer's."""

    login: str
    roles: tuple[Role, ...]
    dealer: str | None = None
    store: str | None = None


@dataclass(frozen=True, slots=True)
class UserView:
    """An account as screens show it. `language` is empty until its owner chooses one."""

    id: int
    login: str
    name_zh: str
    name_en: str
    roles: tuple[Role, ...]
    dealer: str | None
    dealer_id: int | None
    store: str | None
    language: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class UserData:
    """What is said of an account when it is created. `dealer` and `store` are codes."""

    login: str
    name_zh: str
    name_en: str
    roles: tuple[Role, ...]
    dealer: str | None = None
    store: str | None = None
