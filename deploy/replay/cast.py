"""Who plays: the manufacturer's staff by department, and a buyer and an owner for each dealer."""

from __future__ import annotations

from models.payloads.access import Role

SALES = "sales"
CREDIT = "credit"
FINANCE = "finance"
WAREHOUSE = "warehouse"
LOGISTICS = "logistics"
OPS = "ops"

STAFF: tuple[tuple[str, Role, str, str], ...] = (
    (SALES, Role.SALES_MANAGER, "销售经理", "Sales manager"),
    (CREDIT, Role.CREDIT_CONTROLLER, "信用专员", "Credit controller"),
    (FINANCE, Role.FINANCE, "财务", "Finance"),
    (WAREHOUSE, Role.WAREHOUSE, "仓库", "Warehouse"),
    (LOGISTICS, Role.LOGISTICS, "物流", "Logistics"),
    (OPS, Role.OPS, "运维", "Operations"),
)
"""Login, role and names."""


def buyer_of(customer_id: str) -> str:
    return f"{customer_id.lower()}-buyer"


def owner_of(customer_id: str) -> str:
    return f"{customer_id.lower()}-owner"
