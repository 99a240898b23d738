"""Create the first tables and protect those that only grow."""

from alembic import op

from models.migrations.append_only import APPEND_ONLY, create_refusal, drop_refusal, protect
from models.migrations.initial import (
    access,
    catalog,
    dealers,
    inventory,
    orders,
    payments,
    processes,
    settlement,
    shipping,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AREAS = (dealers, access, catalog, orders, inventory, shipping, settlement, payments, processes)


def upgrade() -> None:
    for area in AREAS:
        for create in area.TABLES.values():
            create()
    create_refusal()
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    for area in reversed(AREAS):
        for table in reversed(area.TABLES):
            op.drop_table(table)
    drop_refusal()
