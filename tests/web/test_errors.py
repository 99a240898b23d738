"""What people are told when something is refused or fails."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from tests.web.site import HTMX, Site
from web.errors import Refused
from web.outcomes import EngineUnavailable


def add(site: Site, error: Exception) -> None:
    """Let an address fail."""
    router = APIRouter()

    @router.get("/failing")
    async def fail() -> None:
        raise error

    site.app.router.routes[:0] = router.routes


async def test_what_is_not_there_is_told_in_the_readers_language(site: Site) -> None:
    english = await (await site.visit("sales", "en")).get("/nowhere")
    chinese = await (await site.visit("sales", "zh")).get("/nowhere")
    assert english.status_code == chinese.status_code == 404
    assert "There is nothing here" in english.text
    assert "没有找到该内容" in chinese.text


async def test_the_way_around_stays_while_one_is_signed_in(site: Site) -> None:
    assert 'href="/inbox"' in (await (await site.visit("sales")).get("/nowhere")).text
    assert 'href="/inbox"' not in (await site.stranger().get("/nowhere")).text


@pytest.mark.parametrize(("login", "path"), [("sales", "/flows/instances"), ("dealer-a-buyer", "/flows/templates")])
async def test_a_page_of_another_role_says_so(site: Site, login: str, path: str) -> None:
    answer = await (await site.visit(login)).get(path)
    assert answer.status_code == 403
    assert "This is not for your role" in answer.text


async def test_a_fault_of_ours_shows_no_inner_workings(site: Site) -> None:
    add(site, RuntimeError("secret detail"))
    answer = await (await site.visit("sales")).get("/failing")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Nothing you did is lost" in answer.text
    assert "content-security-policy" in answer.headers


async def test_a_refused_part_is_a_notice_beside_what_is_there(site: Site) -> None:
    add(site, Refused("Not like this.", 409))
    answer = await (await site.visit("sales")).get("/failing", headers=HTMX)
    assert answer.status_code == 409
    assert answer.text.strip().startswith("<hx-partial")
    assert "Not like this." in answer.text


async def test_a_missing_engine_is_told_as_such(site: Site) -> None:
    add(site, EngineUnavailable())
    answer = await (await site.visit("sales")).get("/failing")
    assert answer.status_code == 503
    assert "Processes are not answering right now" in answer.text


async def test_the_api_answers_with_problem_details(site: Site) -> None:
    answer = await site.stranger().get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_health_names_what_is_down(site: Site) -> None:
    answer = await site.stranger().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "down",
        "down": ["temporal", "worker"],
        "parts": {"web": "ok", "database": "ok", "temporal": "down", "worker": "down"},
    }


async def test_measures_tell_requests_by_route(site: Site) -> None:
    await (await site.visit("sales")).get("/inbox/count")
    text = (await site.stranger().get("/metrics")).text
    assert 'dealerflow_http_request_seconds_count{method="GET",route="/inbox/count",status="200"} 1.0' in text
