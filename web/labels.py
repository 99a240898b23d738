"""The words and colours of states, actions and roles: the same on every screen."""

from __future__ import annotations

from enum import StrEnum

from web.i18n import gettext
from web.i18n import mark as _


class Tone(StrEnum):
    """What a state means to its reader; the style sheet gives each a colour."""

    NEUTRAL = "neutral"
    WAITING = "waiting"
    MOVING = "moving"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


STATES: dict[str, dict[str, tuple[str, Tone]]] = {
    "order": {
        "draft": (_("Draft"), Tone.NEUTRAL),
        "submitted": (_("Awaiting approval"), Tone.WAITING),
        "returned": (_("Returned for changes"), Tone.WARNING),
        "rejected": (_("Rejected"), Tone.BAD),
        "withdrawn": (_("Withdrawn"), Tone.NEUTRAL),
        "approved": (_("Approved"), Tone.MOVING),
        "dispatching": (_("Being dispatched"), Tone.MOVING),
        "shipped": (_("On its way"), Tone.MOVING),
        "delivered": (_("Delivered"), Tone.WAITING),
        "completed": (_("Completed"), Tone.GOOD),
        "cancelled": (_("Cancelled"), Tone.NEUTRAL),
    },
    "shipment": {
        "created": (_("To be picked"), Tone.WAITING),
        "in_transit": (_("On its way"), Tone.MOVING),
        "delivered": (_("Delivered"), Tone.WAITING),
        "confirmed": (_("Receipt confirmed"), Tone.GOOD),
        "cancelled": (_("Cancelled"), Tone.NEUTRAL),
    },
    "claim": {
        "open": (_("Claim open"), Tone.WARNING),
        "credited": (_("Credited"), Tone.GOOD),
        "rejected": (_("Rejected"), Tone.BAD),
    },
    "statement": {
        "draft": (_("Being checked"), Tone.NEUTRAL),
        "sent": (_("With the dealer"), Tone.WAITING),
        "confirmed": (_("Answered by the dealer"), Tone.WAITING),
        "signed_off": (_("Awaiting payment"), Tone.MOVING),
        "closed": (_("Settled"), Tone.GOOD),
        "cancelled": (_("Cancelled"), Tone.NEUTRAL),
    },
    "statement_line": {
        "open": (_("Not answered"), Tone.WAITING),
        "confirmed": (_("Confirmed"), Tone.MOVING),
        "disputed": (_("Disputed"), Tone.WARNING),
        "signed_off": (_("Signed off"), Tone.MOVING),
        "settled": (_("Settled"), Tone.GOOD),
        "waived": (_("Waived"), Tone.NEUTRAL),
        "released": (_("Released"), Tone.NEUTRAL),
    },
    "instance": {
        "running": (_("Running"), Tone.MOVING),
        "completed": (_("Completed"), Tone.GOOD),
        "terminated": (_("Terminated"), Tone.NEUTRAL),
        "failed": (_("Failed"), Tone.BAD),
        "cancelled": (_("Cancelled"), Tone.NEUTRAL),
    },
    "task": {
        "open": (_("Open"), Tone.WAITING),
        "done": (_("Done"), Tone.GOOD),
        "withdrawn": (_("No longer needed"), Tone.NEUTRAL),
    },
    "incident": {"open": (_("Open"), Tone.BAD), "resolved": (_("Resolved"), Tone.GOOD)},
    "template": {
        "draft": (_("Draft"), Tone.NEUTRAL),
        "published": (_("Published"), Tone.GOOD),
        "retired": (_("Retired"), Tone.NEUTRAL),
    },
    "dealer": {"active": (_("Active"), Tone.GOOD), "suspended": (_("Suspended"), Tone.BAD)},
}

ROLES = {
    "sales_manager": _("Sales manager"),
    "credit_controller": _("Credit controller"),
    "finance": _("Finance"),
    "warehouse": _("Warehouse"),
    "logistics": _("Logistics"),
    "ops": _("Operations"),
    "dealer_buyer": _("Dealer's buyer"),
    "dealer_owner": _("Dealer's owner"),
    "store": _("Store"),
}

ACTIONS = {
    "approve": _("Approve"),
    "reject": _("Reject"),
    "return": _("Return for changes"),
    "complete": _("Complete"),
    "submit": _("Submit"),
    "resubmit": _("Submit again"),
    "withdraw": _("Withdraw"),
    "claim": _("Claim"),
    "release": _("Give back"),
    "confirm": _("Confirm"),
    "dispute": _("Dispute"),
    "credit": _("Credit the dealer"),
    "hand_over": _("Hand over"),
    "sign_off": _("Sign off"),
    "record": _("Record payment"),
    "cancel": _("Cancel"),
    "retry": _("Try again"),
    "waive": _("Waive"),
    "uphold": _("Uphold"),
}

DEEDS = {
    "approve": _("approved"),
    "reject": _("rejected"),
    "return": _("returned"),
    "complete": _("completed"),
    "submit": _("submitted"),
    "resubmit": _("submitted again"),
    "withdraw": _("withdrawn"),
    "claim": _("claimed"),
    "release": _("given back"),
    "confirm": _("confirmed"),
    "dispute": _("disputed"),
    "credit": _("credited"),
    "hand_over": _("handed to the carrier"),
    "sign_off": _("signed off"),
    "record": _("recorded"),
    "cancel": _("cancelled"),
    "retry": _("tried again"),
    "withdrawn": _("no longer needed"),
    "waive": _("waived"),
    "uphold": _("upheld"),
}

JOURNAL = {
    "entered": _("Reached"),
    "completed": _("Passed"),
    "cancelled": _("Interrupted"),
    "flow_taken": _("Flow taken"),
    "variables": _("Variables changed"),
    "started": _("Instance started"),
    "ended": _("Instance ended"),
    "task_done": _("Task done"),
    "task_claimed": _("Task claimed"),
    "task_released": _("Task given back"),
    "task_withdrawn": _("Task withdrawn"),
    "candidates_missing": _("Nobody may do the task"),
    "message_received": _("Message received"),
    "message_sent": _("Message sent"),
    "child_started": _("Called another process"),
    "incident": _("Incident"),
    "incident_resolved": _("Incident resolved"),
    "operation": _("Operation"),
}

REGIONS = {
    "north": _("North"),
    "east": _("East"),
    "south": _("South"),
    "southwest": _("Southwest"),
}

TIERS = {"gold": _("Gold"), "silver": _("Silver"), "standard": _("Standard")}

RESOLUTIONS = {
    "retried": _("tried again"),
    "skipped": _("skipped"),
}

WORDS = {
    "resolution": RESOLUTIONS,
    "role": ROLES,
    "region": REGIONS,
    "tier": TIERS,
    "action": ACTIONS,
    "deed": DEEDS,
    "journal": JOURNAL,
}

DANGEROUS = frozenset({"reject", "cancel", "dispute"})
PREFERRED = frozenset(
    {
        "approve",
        "complete",
        "submit",
        "resubmit",
        "confirm",
        "credit",
        "hand_over",
        "sign_off",
        "record",
        "retry",
        "uphold",
    }
)


def label(value: str, kind: str) -> str:
    """Say a state, action or role in the reader's language; a word that is not known is shown as it is."""
    message = STATES[kind].get(value, ("", Tone.NEUTRAL))[0] if kind in STATES else WORDS[kind].get(value, "")
    return gettext(message) if message else str(value).replace("_", " ")


def tone(value: str, kind: str) -> Tone:
    """Tell how a state is to be coloured."""
    return STATES.get(kind, {}).get(value, ("", Tone.NEUTRAL))[1]


def button_style(action: str) -> str:
    """Choose the look of an action's button: one that goes on, one that stops, or one of the others."""
    if action in PREFERRED:
        return "primary"
    return "danger" if action in DANGEROUS else "secondary"


FILTERS = {"label": label, "tone": tone, "button_style": button_style}
