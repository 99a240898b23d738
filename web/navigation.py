"""The way around: which entries each role sees, and where it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.payloads.access import Actor
from models.rules.access import Action, Portal, entry_of, may
from web.i18n import mark as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the navigation. `counts` is where the number beside it comes from, refreshed by `events`.

    A portal's start page stands for itself only; other places also for what lies below them.
    """

    url: str
    title: str
    icon: str
    needs: tuple[Action, ...]
    counts: str = ""
    events: str = ""
    is_start: bool = False

    def is_open_to(self, actor: Actor) -> bool:
        return all(may(actor, action) for action in self.needs)

    def is_here(self, path: str) -> bool:
        return path == self.url or (not self.is_start and path.startswith(f"{self.url}/"))


ENTRIES: Sequence[Entry] = (
    Entry("/dealer", _("Start"), "home", (Action.ENTER_DEALER,), is_start=True),
    Entry("/manufacturer", _("Start"), "home", (Action.ENTER_MANUFACTURER,), is_start=True),
    Entry("/flows/instances", _("Instances"), "route", (Action.ENTER_FLOWS,)),
    Entry(
        "/flows/incidents",
        _("Incidents"),
        "alert-triangle",
        (Action.ENTER_FLOWS,),
        "/flows/incidents/count",
        "incidents",
    ),
    Entry("/flows/templates", _("Templates"), "sitemap", (Action.ENTER_FLOWS,)),
    Entry("/dealer/catalog", _("Catalogue"), "packages", (Action.ENTER_DEALER,)),
    Entry("/dealer/cart", _("Cart"), "shopping-cart", (Action.ENTER_DEALER,), "/dealer/cart/count", "cart"),
    Entry("/dealer/orders", _("Orders"), "file-invoice", (Action.ENTER_DEALER,)),
    Entry("/dealer/statements", _("Statements"), "receipt-2", (Action.ENTER_DEALER,)),
    Entry("/inbox", _("Inbox"), "inbox", (Action.ACT_ON_TASKS,), "/inbox/count", "inbox"),
    Entry("/manufacturer/orders", _("Orders"), "file-invoice", (Action.ENTER_MANUFACTURER,)),
    Entry("/manufacturer/dispatch", _("Dispatch"), "truck-delivery", (Action.VIEW_DISPATCH_BOARD,)),
    Entry(
        "/manufacturer/statements", _("Statements"), "receipt-2", (Action.ENTER_MANUFACTURER, Action.VIEW_STATEMENTS)
    ),
    Entry("/manufacturer/shipments", _("Shipments"), "packages", (Action.ENTER_MANUFACTURER, Action.VIEW_SHIPMENTS)),
    Entry("/manufacturer/dealers", _("Dealers"), "building-store", (Action.ENTER_MANUFACTURER, Action.VIEW_DEALERS)),
    Entry("/manufacturer/products", _("Products"), "tags", (Action.ENTER_MANUFACTURER, Action.VIEW_CATALOG)),
    Entry("/manufacturer/stock", _("Stock"), "building-warehouse", (Action.ENTER_MANUFACTURER, Action.VIEW_STOCK)),
    Entry("/store/products", _("Products"), "packages", (Action.ENTER_STORE,)),
)

STARTS = {
    Portal.INBOX: "/inbox",
    Portal.MANUFACTURER: "/manufacturer/dispatch",
    Portal.DEALER: "/dealer",
    Portal.STORE: "/store/products",
    Portal.FLOWS: "/flows/instances",
}


def entries_for(actor: Actor) -> tuple[Entry, ...]:
    return tuple(entry for entry in ENTRIES if entry.is_open_to(actor))


def start_of(actor: Actor) -> str:
    """Tell where this person begins."""
    return STARTS[entry_of(actor)]


def safe_address(address: str, otherwise: str) -> str:
    """Keep an address within this site: a path, no host, no control characters; `otherwise` for anything else."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_local and address.isprintable() and "\\" not in address else otherwise
