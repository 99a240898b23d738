"""Diagrams: who may see them, and what they are told to draw."""

from __future__ import annotations

import pytest

from tests.web.site import HTMX, Site
from tests.web.stories import submitted, task_of
from web.element_names import read_names
from web.i18n import Language


async def test_a_dealer_sees_where_its_own_order_is_and_nobody_elses(live_site: Site) -> None:
    number = await submitted(live_site)
    await task_of(live_site, number, "sales", "order_approval")
    part = await (await live_site.visit("dealer-a-buyer")).get(f"/diagrams/{number}", headers=HTMX)
    assert "Now at: Order approval" in part.text
    assert "&#34;approval_call&#34;: 1" in part.text
    assert f"order:{number} from:body" in part.text
    for stranger in ("dealer-b-buyer", "dealer-a-store"):
        visitor = await live_site.visit(stranger)
        assert (await visitor.get(f"/diagrams/{number}", headers=HTMX)).status_code == 404
        assert (await visitor.get(f"/diagrams/{number}/file")).status_code == 404


@pytest.mark.parametrize("login", ["sales", "credit", "warehouse", "ops"])
async def test_staff_see_every_diagram(live_site: Site, login: str) -> None:
    number = await submitted(live_site)
    file = await (await live_site.visit(login)).get(f"/diagrams/{number}/file")
    assert "immutable" in file.headers["cache-control"]
    assert 'id="order_to_cash"' in file.text


async def test_a_called_process_is_shown_only_with_the_case_that_it_belongs_to(live_site: Site) -> None:
    first, second = await submitted(live_site), await submitted(live_site)
    task = await task_of(live_site, first, "sales", "order_approval")
    buyer = await live_site.visit("dealer-a-buyer")
    part = await buyer.get(f"/diagrams/{first}?shown={task.instance_id}", headers=HTMX)
    assert "Now at: Sales manager&#39;s approval" in part.text
    assert (await buyer.get(f"/diagrams/{second}?shown={task.instance_id}", headers=HTMX)).status_code == 404


def test_names_are_those_of_the_language_else_the_files_own() -> None:
    xml = (
        '<a xmlns:df="urn:dealerflow:bpmn:1"><b id="one" name="eins" df:labelZh="一" df:labelEn="One"/>'
        '<b id="two" name="zwei"/><b id="three"/></a>'
    )
    assert read_names(xml, Language.CHINESE) == {"one": "一", "two": "zwei"}
    assert read_names(xml, Language.ENGLISH) == {"one": "One", "two": "zwei"}
    assert read_names("", Language.ENGLISH) == {}
