"""A dealer's statements: read, confirmed, a line disputed, and what is paid."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import BaseModel, Field

from models.repositories import settlement
from models.rules.access import Action
from models.rules.inbox import RefusalCode
from models.tables.processes import Task
from web.dealer.deps import DealerCode, OwnStatement
from web.deps import CurrentUser, GatewayDep, PageDep, SessionDep, permit
from web.i18n import gettext
from web.order_page import tasks_for
from web.outcomes import TaskRefused
from web.queries import StatementQuery
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter(prefix="/statements", dependencies=[Depends(permit(Action.VIEW_STATEMENTS))])

FORM = "statement_confirm"
PAGE_SIZE = 25


class Answer(StrEnum):
    CONFIRM = "confirm"
    DISPUTE = "dispute"


class AnswerForm(BaseModel):
    """The lines disputed, with a reason for every order on the statement; those of other lines are left out."""

    action: Answer
    order_number: list[str] = []
    reason: list[Annotated[str, Field(max_length=500)]] = []
    disputed: list[str] = []
    comment: str = Field("", max_length=2000)

    def lines(self) -> list[dict[str, str]]:
        reasons = dict(zip(self.order_number, self.reason, strict=False))
        return [{"order_number": number, "reason": reasons.get(number, "").strip()} for number in self.disputed]


@router.get("", name="dealer.statements")
async def list_statements(
    page: PageDep, dealer: DealerCode, session: SessionDep, wanted: Annotated[StatementQuery, Query()]
) -> Response:
    found = await settlement.list_statements(session, dealer, wanted.statuses, wanted.q, wanted.after, PAGE_SIZE)
    return render(page, "dealer/statements.html", "dealer/_statements.html", statements=found, wanted=wanted)


async def answer_task(viewer: CurrentUser, statement: OwnStatement, session: SessionDep) -> Task | None:
    """Find the open task in which this person answers for the company."""
    return next(iter(await tasks_for(session, statement.number, viewer.actor, FORM)), None)


AnswerTask = Annotated[Task | None, Depends(answer_task)]


@router.get("/{number}", name="dealer.statement")
async def show_statement(page: PageDep, statement: OwnStatement, task: AnswerTask) -> Response:
    return render(page, "dealer/statement.html", "dealer/_statement.html", statement=statement, task=task)


@router.post("/{number}/answer", name="dealer.statement.answer")
async def answer_statement(
    page: PageDep,
    viewer: CurrentUser,
    statement: OwnStatement,
    task: AnswerTask,
    gateway: GatewayDep,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Confirm everything, or dispute the lines that were picked and confirm the rest."""
    if task is None:
        raise TaskRefused(RefusalCode.TASK_CLOSED)
    data = {"lines": form.lines()} if form.action is Answer.DISPUTE else {}
    await gateway.act_on_task(task.id or 0, form.action, viewer.actor, form.comment, data)
    return redirect(page, f"/dealer/statements/{statement.number}", Toast(gettext("Your answer is recorded.")))
