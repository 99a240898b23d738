"""Which role may do what: one table, asked by every portal and by the API."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from models.payloads.access import DEALER_ROLES, MANUFACTURER_ROLES, Actor, Role


class Action(StrEnum):
    ENTER_MANUFACTURER = "portal.manufacturer"
    ENTER_DEALER = "portal.dealer"
    ENTER_STORE = "portal.store"
    ENTER_FLOWS = "portal.flows"
    VIEW_CATALOG = "catalog.view"
    FILL_CART = "cart.fill"
    ORDER_VIEW = "order.view"
    ORDER_VIEW_INTERNAL = "order.view_internal"
    ORDER_CREATE = "order.create"
    ORDER_EDIT = "order.edit"
    ORDER_SUBMIT = "order.submit"
    ORDER_WITHDRAW = "order.withdraw"
    ORDER_CANCEL = "order.cancel"
    ORDER_REPRICE = "order.reprice"
    ORDER_COMMENT = "order.comment"
    ORDER_CONFIRM_RECEIPT = "order.confirm_receipt"
    ORDER_REORDER = "order.reorder"
    VIEW_SHIPMENTS = "shipment.view"
    VIEW_DISPATCH_BOARD = "dispatch.view"
    VIEW_STOCK = "stock.view"
    VIEW_STATEMENTS = "statement.view"
    CREATE_STATEMENT = "statement.create"
    VIEW_LEDGER = "ledger.view"
    VIEW_DEALERS = "dealer.view"
    EDIT_DEALER = "dealer.edit"
    SUSPEND_DEALER = "dealer.suspend"
    ACT_ON_TASKS = "task.act"
    VIEW_INSTANCES = "instance.view"
    START_INSTANCE = "instance.start"
    OPERATE_INSTANCE = "instance.operate"
    EDIT_TEMPLATES = "template.edit"
    SEND_MESSAGE = "message.send"
    VIEW_AUDIT = "audit.view"
    CREATE_TOKEN = "token.create"


_STAFF = MANUFACTURER_ROLES
_EVERYONE = frozenset(Role)
_SALES = Role.SALES_MANAGER

MATRIX: Mapping[Action, frozenset[Role]] = {
    Action.ENTER_MANUFACTURER: _STAFF,
    Action.ENTER_DEALER: DEALER_ROLES,
    Action.ENTER_STORE: frozenset({Role.STORE}),
    Action.ENTER_FLOWS: frozenset({Role.OPS}),
    Action.VIEW_CATALOG: _EVERYONE,
    Action.FILL_CART: DEALER_ROLES,
    Action.ORDER_VIEW: _STAFF | DEALER_ROLES,
    Action.ORDER_VIEW_INTERNAL: _STAFF,
    Action.ORDER_CREATE: DEALER_ROLES,
    Action.ORDER_EDIT: DEALER_ROLES,
    Action.ORDER_SUBMIT: DEALER_ROLES,
    Action.ORDER_WITHDRAW: DEALER_ROLES,
    Action.ORDER_CANCEL: DEALER_ROLES | {_SALES, Role.OPS},
    Action.ORDER_REPRICE: frozenset({_SALES}),
    Action.ORDER_COMMENT: _STAFF | DEALER_ROLES,
    Action.ORDER_CONFIRM_RECEIPT: DEALER_ROLES,
    Action.ORDER_REORDER: DEALER_ROLES,
    Action.VIEW_SHIPMENTS: _STAFF | DEALER_ROLES,
    Action.VIEW_DISPATCH_BOARD: _STAFF,
    Action.VIEW_STOCK: frozenset({_SALES, Role.WAREHOUSE, Role.LOGISTICS, Role.OPS}),
    Action.VIEW_STATEMENTS: frozenset({_SALES, Role.CREDIT_CONTROLLER, Role.FINANCE, Role.OPS}) | DEALER_ROLES,
    Action.CREATE_STATEMENT: frozenset({Role.FINANCE}),
    Action.VIEW_LEDGER: frozenset({Role.CREDIT_CONTROLLER, Role.FINANCE, Role.OPS}),
    Action.VIEW_DEALERS: _STAFF,
    Action.EDIT_DEALER: frozenset({_SALES, Role.OPS}),
    Action.SUSPEND_DEALER: frozenset({_SALES, Role.CREDIT_CONTROLLER, Role.OPS}),
    Action.ACT_ON_TASKS: _EVERYONE,
    Action.VIEW_INSTANCES: _STAFF,
    Action.START_INSTANCE: frozenset({Role.OPS}),
    Action.OPERATE_INSTANCE: frozenset({Role.OPS}),
    Action.EDIT_TEMPLATES: frozenset({Role.OPS}),
    Action.SEND_MESSAGE: frozenset({Role.LOGISTICS, Role.FINANCE, Role.OPS}),
    Action.VIEW_AUDIT: frozenset({Role.OPS}),
    Action.CREATE_TOKEN: _EVERYONE,
}


def may(actor: Actor, action: Action) -> bool:
    """Say whether one of this person's roles allows the action. Ownership is `may_reach_dealer`'s question."""
    return not MATRIX[action].isdisjoint(actor.roles)


def may_reach_dealer(actor: Actor, dealer_code: str) -> bool:
    """Let the manufacturer's staff reach every dealer, and a dealer's people only their own."""
    return actor.dealer == dealer_code or (actor.dealer is None and not MANUFACTURER_ROLES.isdisjoint(actor.roles))


class Portal(StrEnum):
    """Where a person begins."""

    INBOX = "inbox"
    MANUFACTURER = "manufacturer"
    DEALER = "dealer"
    STORE = "store"
    FLOWS = "flows"


def entry_of(actor: Actor) -> Portal:
    """Send each role to its own entry: approvers to their inbox, ops to the flows, dealers and stores to theirs."""
    roles = frozenset(actor.roles)
    if roles & DEALER_ROLES:
        return Portal.DEALER
    if Role.STORE in roles:
        return Portal.STORE
    if Role.OPS in roles:
        return Portal.FLOWS
    if roles & {Role.WAREHOUSE, Role.LOGISTICS}:
        return Portal.MANUFACTURER
    return Portal.INBOX
