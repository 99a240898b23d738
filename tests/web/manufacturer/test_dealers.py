"""Dealers: registered, changed, suspended and let back in."""

from __future__ import annotations

import pytest

from models.repositories import access, dealers
from tests.web.site import HTMX, Site
from tests.web.stories import drafted

FORM = {
    "code": "D100",
    "name_zh": "新河家电",
    "name_en": "Xinhe Appliances",
    "region": "east",
    "tier": "silver",
    "city": "苏州",
    "address": "新河路 1 号",
    "sales_manager": "sales",
    "payment_term_days": "45",
}


async def test_dealers_are_found_by_name_code_and_city(site: Site) -> None:
    sales = await site.visit("sales")
    for text in ("Qingchuan", "D001", "杭州"):
        found = (await sales.get("/manufacturer/dealers", params={"q": text}, headers=HTMX)).text
        assert "/manufacturer/dealers/D001" in found
        assert "/manufacturer/dealers/D002" not in found
    assert "No dealer matches" in (await sales.get("/manufacturer/dealers", params={"q": "nobody"})).text


async def test_a_dealers_page_shows_master_data_and_latest_orders(site: Site) -> None:
    number = await drafted(site)
    page = (await (await site.visit("sales")).get("/manufacturer/dealers/D001")).text
    for text in (number, "Qingchuan Appliances (Demo A)", "East", "Gold", "30 days", "Suspend"):
        assert text in page


async def test_a_dealer_is_registered_once(site: Site) -> None:
    ops = await site.visit("ops")
    assert "New dealer" in (await ops.get("/manufacturer/dealers/new")).text
    answer = await ops.post("/manufacturer/dealers", data=FORM)
    assert answer.headers["location"] == "/manufacturer/dealers/D100"
    assert "Xinhe Appliances" in (await ops.get("/manufacturer/dealers/D100")).text
    again = await ops.post("/manufacturer/dealers", data=FORM, headers=HTMX)
    assert again.status_code == 409
    assert "taken by another dealer" in again.text


@pytest.mark.parametrize("wrong", [{"code": "no spaces"}, {"name_en": ""}, {"payment_term_days": "-1"}])
async def test_incomplete_master_data_is_refused(site: Site, wrong: dict[str, str]) -> None:
    answer = await (await site.visit("ops")).post("/manufacturer/dealers", data=FORM | wrong)
    assert answer.status_code == 422


async def test_a_change_is_audited_with_before_and_after(site: Site) -> None:
    sales = await site.visit("sales")
    assert "杭州" in (await sales.get("/manufacturer/dealers/D001/edit")).text
    form = {name: value for name, value in FORM.items() if name != "code"}
    await sales.post("/manufacturer/dealers/D001/edit", data=form)
    async with site.database.reading() as session:
        changed = await dealers.find_dealer(session, "D001")
        entry = (await access.list_audit(session, "dealer:D001")).items[0]
    assert changed is not None
    assert (changed.city, changed.payment_term_days) == ("苏州", 45)
    assert (entry.actor, entry.action) == ("sales", "dealer.update")
    assert "payment_term_days" in str(entry.detail)


async def test_a_suspended_dealer_cannot_submit_until_it_is_let_back_in(site: Site) -> None:
    credit, buyer = await site.visit("credit"), await site.visit("dealer-a-buyer")
    number = await drafted(site)
    assert (await credit.post("/manufacturer/dealers/D001/suspend", data={"reason": ""})).status_code == 422
    await credit.post("/manufacturer/dealers/D001/suspend", data={"reason": "Invoices overdue"})
    assert "Invoices overdue" in (await credit.get("/manufacturer/dealers/D001")).text
    refused = await buyer.post(f"/dealer/orders/{number}/submit")
    assert refused.status_code == 409
    assert "Invoices overdue" in refused.text
    await credit.post("/manufacturer/dealers/D001/reactivate", data={"reason": "Paid"})
    async with site.database.reading() as session:
        dealer = await dealers.find_dealer(session, "D001")
    assert dealer is not None
    assert not dealer.is_suspended


async def test_a_dealer_that_does_not_exist_is_not_found(site: Site) -> None:
    assert (await (await site.visit("sales")).get("/manufacturer/dealers/D999")).status_code == 404
