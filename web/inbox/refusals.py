"""Why an action was not taken, told to the person who tried it: who was faster, what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from models.repositories import access
from models.rules.inbox import RefusalCode
from web.formats import name_of
from web.i18n import gettext
from web.i18n import mark as _
from web.labels import label
from web.outcomes import TaskRefused

FIELDS = {
    "carrier": _("Carrier"),
    "waybill": _("Waybill"),
    "lines": _("Lines"),
    "amount_fen": _("Amount"),
    "reference": _("Reference"),
    "resolution": _("Reason"),
}

STATUS: Mapping[str, int] = {
    RefusalCode.TASK_NOT_FOUND: 404,
    RefusalCode.NOT_A_CANDIDATE: 403,
    RefusalCode.COMMENT_REQUIRED: 422,
    RefusalCode.DATA_INVALID: 422,
}


def status_of(refusal: TaskRefused) -> int:
    return STATUS.get(refusal.code, 409)


async def explain(session: AsyncSession, refusal: TaskRefused) -> str:
    """Say it in the reader's language, with people by their names."""
    params = refusal.params
    who = await _name(session, params.get("by", ""))
    match refusal.code:
        case RefusalCode.TASK_CLOSED if who:
            deed = label(params.get("action", ""), "deed")
            return gettext("%(who)s was faster: this task is already %(deed)s.", who=who, deed=deed)
        case RefusalCode.TASK_CLOSED:
            return gettext("This task is no longer needed.")
        case RefusalCode.CLAIMED_BY_OTHER:
            return gettext("%(who)s has claimed this task.", who=who)
        case RefusalCode.COMMENT_REQUIRED:
            return gettext("Please say why: the others will read it.")
        case RefusalCode.DATA_INVALID:
            return gettext("Please fill in: %(field)s.", field=field_name(params.get("field", "")))
        case RefusalCode.NOT_A_CANDIDATE:
            return gettext("This task is not for you.")
        case RefusalCode.ACTION_NOT_OFFERED:
            return gettext("This task does not offer that.")
    return gettext("There is no such task.")


def field_name(field: str) -> str:
    """Name a field as its label does."""
    return gettext(FIELDS[field]) if field in FIELDS else field


async def _name(session: AsyncSession, login: str) -> str:
    if not login:
        return ""
    user = (await access.find_names(session, [login])).get(login)
    return name_of(user) if user else login
