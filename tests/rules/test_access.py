"""The role x action matrix."""

import pytest

from models.payloads.access import DEALER_ROLES, MANUFACTURER_ROLES, Actor, Role
from models.rules.access import MATRIX, Action, Portal, entry_of, may, may_reach_dealer
from tests.fixtures.company import (
    BUYER_A,
    CREDIT,
    DEALER_A,
    DEALER_B,
    FINANCE,
    LOGISTICS,
    OPS,
    OWNER_A,
    SALES,
    STORE_A,
    WAREHOUSE,
)

COLUMNS = (SALES, CREDIT, FINANCE, WAREHOUSE, LOGISTICS, OPS, BUYER_A, OWNER_A, STORE_A)

# One column for each of COLUMNS: x may, . may not.
EXPECTED = """
portal.manufacturer    x x x x x x . . .
portal.dealer          . . . . . . x x .
portal.store           . . . . . . . . x
portal.flows           . . . . . x . . .
catalog.view           x x x x x x x x x
cart.fill              . . . . . . x x .
order.view             x x x x x x x x .
order.view_internal    x x x x x x . . .
order.create           . . . . . . x x .
order.edit             . . . . . . x x .
order.submit           . . . . . . x x .
order.withdraw         . . . . . . x x .
order.cancel           x . . . . x x x .
order.reprice          x . . . . . . . .
order.comment          x x x x x x x x .
order.confirm_receipt  . . . . . . x x .
order.reorder          . . . . . . x x .
shipment.view          x x x x x x x x .
dispatch.view          x x x x x x . . .
stock.view             x . . x x x . . .
statement.view         x x x . . x x x .
statement.create       . . x . . . . . .
ledger.view            . x x . . x . . .
dealer.view            x x x x x x . . .
dealer.edit            x . . . . x . . .
dealer.suspend         x x . . . x . . .
task.act               x x x x x x x x x
instance.view          x x x x x x . . .
instance.start         . . . . . x . . .
instance.operate       . . . . . x . . .
template.edit          . . . . . x . . .
message.send           . . x . x x . . .
audit.view             . . . . . x . . .
token.create           x x x x x x x x x
"""

ROWS = {line.split()[0]: line.split()[1:] for line in EXPECTED.strip().splitlines()}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize(("column", "actor"), list(enumerate(COLUMNS)), ids=[actor.login for actor in COLUMNS])
def test_each_role_may_do_what_the_matrix_says_and_nothing_else(action: Action, column: int, actor: Actor) -> None:
    assert may(actor, action) is (ROWS[action][column] == "x")


def test_the_matrix_is_complete() -> None:
    assert set(MATRIX) == set(Action) == {Action(name) for name in ROWS}
    assert {role for actor in COLUMNS for role in actor.roles} == set(Role)


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(may(Actor("nobody", ()), action) for action in Action)


def test_a_person_with_two_roles_may_do_what_either_may() -> None:
    both = Actor("both", (Role.FINANCE, Role.SALES_MANAGER))
    assert may(both, Action.CREATE_STATEMENT)
    assert may(both, Action.ORDER_REPRICE)


@pytest.mark.parametrize(
    ("actor", "dealer", "expected"),
    [
        (BUYER_A, DEALER_A, True),
        (BUYER_A, DEALER_B, False),
        (STORE_A, DEALER_B, False),
        (SALES, DEALER_B, True),
        (Actor("lost", (Role.DEALER_BUYER,)), DEALER_A, False),
        (Actor("mixed", (Role.OPS,), DEALER_A), DEALER_B, False),
    ],
)
def test_a_dealers_people_reach_only_their_own_company(actor: Actor, dealer: str, expected: bool) -> None:
    assert may_reach_dealer(actor, dealer) is expected


@pytest.mark.parametrize(
    ("actor", "portal"),
    [
        (BUYER_A, Portal.DEALER),
        (OWNER_A, Portal.DEALER),
        (STORE_A, Portal.STORE),
        (OPS, Portal.FLOWS),
        (WAREHOUSE, Portal.MANUFACTURER),
        (LOGISTICS, Portal.MANUFACTURER),
        (SALES, Portal.INBOX),
        (CREDIT, Portal.INBOX),
        (FINANCE, Portal.INBOX),
    ],
)
def test_each_role_has_its_own_entry(actor: Actor, portal: Portal) -> None:
    assert entry_of(actor) is portal


def test_every_role_is_the_manufacturers_a_dealers_or_a_stores() -> None:
    assert MANUFACTURER_ROLES | DEALER_ROLES | {Role.STORE} == set(Role)
