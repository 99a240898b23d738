"""The list: scopes, counts, and what an empty one says."""

from __future__ import annotations

from tests.web.site import HTMX, Site
from web.inbox.lists import Tab, Wanted


async def test_an_empty_inbox_says_that_tasks_will_come(site: Site) -> None:
    page = await (await site.visit("credit")).get("/inbox")
    assert page.status_code == 200
    assert "All clear" in page.text
    assert "Nothing to do right now" in page.text


async def test_nothing_done_yet_says_so(site: Site) -> None:
    assert "Nothing done yet" in (await (await site.visit("credit")).get("/inbox?tab=done")).text


async def test_htmx_gets_the_list_alone(site: Site) -> None:
    part = await (await site.visit("credit")).get("/inbox", headers=HTMX)
    assert part.text.lstrip().startswith('<section class="task-list')


async def test_coming_back_through_history_gets_the_whole_page(site: Site) -> None:
    headers = HTMX | {"HX-History-Restore-Request": "true"}
    assert "<html" in (await (await site.visit("credit")).get("/inbox", headers=headers)).text


async def test_no_number_is_shown_where_nothing_is_open(site: Site) -> None:
    assert (await (await site.visit("credit")).get("/inbox/count", headers=HTMX)).text.strip() == ""


async def test_a_list_that_is_asked_for_wrongly_is_refused(site: Site) -> None:
    credit = await site.visit("credit")
    for query in ("tab=everything", "limit=0", "limit=5000", "after=nonsense"):
        assert (await credit.get(f"/inbox?{query}")).status_code == 422


async def test_a_task_that_is_not_there_is_not_found(site: Site) -> None:
    assert (await (await site.visit("sales")).get("/inbox/999999")).status_code == 404


def test_addresses_carry_only_what_differs() -> None:
    assert Wanted().address() == "/inbox"
    assert Wanted(Tab.DONE).address("/inbox/3") == "/inbox/3?tab=done"
    assert Wanted(Tab.MINE, limit=100).address(limit=50) == "/inbox?tab=mine"


def test_a_list_grows_to_two_hundred_and_then_turns_the_page() -> None:
    longer = Wanted().longer
    assert longer is not None
    assert longer.limit == 100
    assert Wanted(limit=200).longer is None
