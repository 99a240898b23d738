"""Dealers: looked up, registered, changed, suspended and let back in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from models.payloads.access import UserView
from models.payloads.dealers import DealerData, DealerView
from models.repositories import access, dealers, orders, payments
from models.repositories.dealers import DealerExists
from models.rules.access import Action, may
from web.deps import CurrentUser, PageDep, SessionDep, WriterDep, permit
from web.errors import Refused
from web.i18n import gettext
from web.labels import REGIONS, TIERS, label
from web.manufacturer.deps import AnyDealer
from web.page import Page
from web.queries import DealerQuery
from web.render import redirect, render
from web.toasts import Toast

router = APIRouter(prefix="/dealers", dependencies=[Depends(permit(Action.VIEW_DEALERS))])
editing, suspending = Depends(permit(Action.EDIT_DEALER)), Depends(permit(Action.SUSPEND_DEALER))

PAGE_SIZE = 25
LATEST = 5

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class DealerForm(BaseModel):
    name_zh: Text
    name_en: Text
    region: Annotated[Text, Field(max_length=60)]
    tier: Annotated[Text, Field(max_length=20)]
    city: str = Field("", max_length=80)
    address: str = Field("", max_length=240)
    sales_manager: str = Field("", max_length=80)
    payment_term_days: int = Field(ge=0, le=365)

    def data(self, code: str) -> DealerData:
        return DealerData(code=code, **self.model_dump(exclude={"code"}))


class NewDealerForm(DealerForm):
    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]


class ReasonForm(BaseModel):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


@router.get("", name="manufacturer.dealers")
async def list_dealers(
    page: PageDep, viewer: CurrentUser, session: SessionDep, wanted: Annotated[DealerQuery, Query()]
) -> Response:
    found = await dealers.list_dealers(session, wanted.q, wanted.region, wanted.after, PAGE_SIZE)
    return render(
        page,
        "manufacturer/dealers.html",
        "manufacturer/_dealers.html",
        dealers=found,
        wanted=wanted,
        may_edit=may(viewer.actor, Action.EDIT_DEALER),
    )


@router.get("/new", name="manufacturer.dealer.new", dependencies=[editing])
async def new_dealer(page: PageDep, session: SessionDep) -> Response:
    return _ask(page, None, await access.list_users(session))


@router.post("", name="manufacturer.dealer.create", dependencies=[editing])
async def create_dealer(
    page: PageDep, viewer: CurrentUser, session: WriterDep, form: Annotated[NewDealerForm, Form()]
) -> Response:
    try:
        dealer = await dealers.create_dealer(session, form.data(form.code), viewer.actor.login)
    except DealerExists as taken:
        raise Refused(gettext("The code %(code)s is taken by another dealer.", code=form.code)) from taken
    return redirect(page, _address_of(dealer.code), Toast(gettext("The dealer is registered.")))


@router.get("/{code}", name="manufacturer.dealer")
async def show_dealer(page: PageDep, viewer: CurrentUser, dealer: AnyDealer, session: SessionDep) -> Response:
    return render(
        page,
        "manufacturer/dealer.html",
        dealer=dealer,
        orders=await orders.list_orders(session, dealer.code, limit=LATEST),
        counts=await orders.count_orders(session, dealer.code),
        balance_fen=await payments.dealer_balance(session, dealer.code),
        may_edit=may(viewer.actor, Action.EDIT_DEALER),
        may_suspend=may(viewer.actor, Action.SUSPEND_DEALER),
        manager=await access.find_user(session, dealer.sales_manager),
    )


@router.get("/{code}/edit", name="manufacturer.dealer.edit", dependencies=[editing])
async def edit_dealer(page: PageDep, dealer: AnyDealer, session: SessionDep) -> Response:
    return _ask(page, dealer, await access.list_users(session))


@router.post("/{code}/edit", name="manufacturer.dealer.save", dependencies=[editing])
async def save_dealer(
    page: PageDep, viewer: CurrentUser, dealer: AnyDealer, session: WriterDep, form: Annotated[DealerForm, Form()]
) -> Response:
    await dealers.update_dealer(session, form.data(dealer.code), viewer.actor.login)
    return redirect(page, _address_of(dealer.code), Toast(gettext("The changes are saved.")))


@router.post("/{code}/suspend", name="manufacturer.dealer.suspend", dependencies=[suspending])
async def suspend_dealer(
    page: PageDep, viewer: CurrentUser, dealer: AnyDealer, session: WriterDep, form: Annotated[ReasonForm, Form()]
) -> Response:
    """Stop the dealer from submitting orders; it is told the reason."""
    await dealers.suspend_dealer(session, dealer.code, form.reason, viewer.actor.login)
    return redirect(page, _address_of(dealer.code), Toast(gettext("The dealer is suspended."), "warning"))


@router.post("/{code}/reactivate", name="manufacturer.dealer.reactivate", dependencies=[suspending])
async def reactivate_dealer(
    page: PageDep, viewer: CurrentUser, dealer: AnyDealer, session: WriterDep, form: Annotated[ReasonForm, Form()]
) -> Response:
    await dealers.reactivate_dealer(session, dealer.code, form.reason, viewer.actor.login)
    return redirect(page, _address_of(dealer.code), Toast(gettext("The dealer may order again.")))


def _ask(page: Page, dealer: DealerView | None, staff: Sequence[UserView]) -> Response:
    return render(
        page,
        "manufacturer/dealer_edit.html",
        dealer=dealer,
        staff=staff,
        regions=_choices(REGIONS, "region", dealer.region if dealer else ""),
        tiers=_choices(TIERS, "tier", dealer.tier if dealer else ""),
    )


def _choices(words: Iterable[str], kind: str, present: str) -> list[tuple[str, str]]:
    """Offer the words that are known, and the present one where an import brought another."""
    return [(word, label(word, kind)) for word in dict.fromkeys((*words, present)) if word]


def _address_of(code: str) -> str:
    return f"/manufacturer/dealers/{code}"
