"""Where a dealer's day begins."""

from __future__ import annotations

from models.repositories import dealers
from models.tables.processes import Task
from tests.web.site import Site
from tests.web.stories import drafted, handed_over, submitted
from web.dealer.dashboard import address_of

BUYER = "dealer-a-buyer"


async def test_open_orders_and_orders_to_repeat_are_shown(site: Site) -> None:
    number = await drafted(site)
    page = (await (await site.visit(BUYER)).get("/dealer")).text
    assert number in page
    assert "Into the cart" in page
    assert "Owed to the manufacturer" in page


async def test_a_new_dealer_is_told_what_to_do_next(site: Site) -> None:
    page = (await (await site.visit("dealer-b-owner")).get("/dealer")).text
    assert "Nothing waits for you" in page


async def test_a_suspended_dealer_reads_why(site: Site) -> None:
    async with site.database.writing() as session:
        await dealers.suspend_dealer(session, "D001", "Licence has expired", "sales")
    assert "Licence has expired" in (await (await site.visit(BUYER)).get("/dealer")).text


async def test_a_delivery_that_waits_for_confirmation_leads_to_its_receipt(live_site: Site) -> None:
    number = await submitted(live_site)
    await handed_over(live_site, number)
    page = (await (await live_site.visit(BUYER)).get("/dealer")).text
    assert "Confirm the receipt" in page
    assert "/receipt" in page


def test_each_task_leads_to_the_screen_where_it_is_done() -> None:
    def task(form: str | None, **values: object) -> Task:
        return Task.model_construct(id=7, form=form, business_key="SO-1", input=values)

    assert address_of(task("confirm_receipt", shipment_number="DN-1")) == "/dealer/shipments/DN-1/receipt"
    assert address_of(task("statement_confirm")) == "/dealer/statements/SO-1"
    assert address_of(task("order_revision")) == "/dealer/orders/SO-1/edit"
    assert address_of(task("another")) == "/inbox/7"
