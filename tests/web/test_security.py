"""Who may do what from where: sessions, other sites, headers, addresses to come back to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update
from sqlmodel import col

from models.tables.access import User
from tests.web.conftest import PASSWORD
from tests.web.site import HOST, HTMX, ORIGIN, Site
from web.envelope import LONGEST_BODY
from web.navigation import safe_address
from web.sessions import COOKIE

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
]
OWN = [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": ORIGIN}, {}]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_form_sent_by_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    sales = await site.visit("sales")
    answer = await sales.post("/language", data={"language": "en"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", OWN)
async def test_a_form_sent_by_our_own_page_or_by_a_program_passes(site: Site, headers: dict[str, str]) -> None:
    sales = await site.visit("sales")
    answer = await sales.post("/language", data={"language": "en"}, headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/login", "/inbox", "/nowhere", "/static/dist/nothing.js", "/healthz"])
async def test_every_answer_forbids_scripts_that_are_not_ours(site: Site, path: str) -> None:
    answer = await (await site.visit("sales")).get(path)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    scripts = policy.split("script-src")[1].split(";")[0]
    assert "unsafe" not in scripts
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"


async def test_signed_in_pages_are_not_kept_by_browsers(site: Site) -> None:
    assert (await (await site.visit("sales")).get("/account")).headers["cache-control"] == "no-store"


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    answer = await site.stranger().post("/login", data={"login": "sales", "password": PASSWORD})
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_session_planted_before_sign_in_is_not_the_one_after(site: Site) -> None:
    stranger = site.stranger()
    stranger.cookies.set(COOKIE, "planted", domain=HOST, path="/")
    answer = await stranger.post("/login", data={"login": "sales", "password": PASSWORD})
    assert "planted" not in answer.headers["set-cookie"]
    assert (await stranger.get("/account")).status_code == 200


@pytest.mark.parametrize("value", ["", "planted", "WzEsImFiYyJd.forged.signature"])
async def test_a_forged_session_is_nobodys(site: Site, value: str) -> None:
    stranger = site.stranger()
    stranger.cookies.set(COOKIE, value)
    assert (await stranger.get("/inbox")).headers["location"] == "/login?next=/inbox"


async def test_a_suspended_account_is_signed_out_at_once(site: Site) -> None:
    sales = await site.visit("sales")
    assert (await sales.get("/inbox")).status_code == 200
    async with site.database.writing() as session:
        await session.execute(update(User).where(col(User.login) == "sales").values(is_active=False))
    assert (await sales.get("/inbox")).status_code == 303


async def test_a_changed_password_ends_every_other_session(site: Site) -> None:
    here, elsewhere = await site.visit("sales", "en"), await site.visit("sales", "zh")
    form = {"password": PASSWORD, "new_password": "a much better one", "repeated": "a much better one"}
    answer = await here.post("/account/password", data=form)
    assert answer.headers["location"] == "/account"
    assert (await here.get("/account")).status_code == 200
    assert (await elsewhere.get("/account")).status_code == 303


async def test_guessing_passwords_becomes_impossible_and_the_right_one_waits_too(site: Site) -> None:
    stranger = site.stranger()
    for _ in range(5):
        assert (await stranger.post("/login", data={"login": "sales", "password": "guess"})).status_code == 401
    answer = await stranger.post("/login", data={"login": "sales", "password": PASSWORD})
    assert answer.status_code == 429
    assert "15 minutes" in answer.text


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/a\nb", ""]
)
async def test_nobody_is_sent_to_another_site_after_sign_in(site: Site, address: str) -> None:
    form = {"login": "sales", "password": PASSWORD, "next": address}
    answer = await site.stranger().post("/login", data=form)
    assert answer.headers["location"] == safe_address("", "/inbox")


@pytest.mark.parametrize("address", ["/inbox", "/inbox/3?tab=done", "/dealer/orders?q=%20x"])
async def test_one_comes_back_to_where_one_was(site: Site, address: str) -> None:
    form = {"login": "sales", "password": PASSWORD, "next": address}
    assert (await site.stranger().post("/login", data=form)).headers["location"] == address


async def test_a_part_that_is_asked_for_after_the_session_ended_leads_to_sign_in(site: Site) -> None:
    headers = HTMX | {"HX-Current-URL": f"{ORIGIN}/inbox/7?tab=mine"}
    answer = await site.stranger().get("/inbox", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=/inbox/7%3Ftab%3Dmine"


async def test_signing_out_needs_a_form_and_ends_the_session(site: Site) -> None:
    sales = await site.visit("sales")
    assert (await sales.get("/logout")).status_code == 404
    answer = await sales.post("/logout")
    assert f'{COOKIE}=""' in answer.headers["set-cookie"]


async def test_an_unknown_login_is_told_the_same_as_a_wrong_password(site: Site) -> None:
    unknown = await site.stranger().post("/login", data={"login": "nobody", "password": "x"})
    wrong = await site.stranger().post("/login", data={"login": "sales", "password": "x"})
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.text.replace("nobody", "sales") == wrong.text


PIECE = b"x" * 65_536
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_a_body_that_is_larger_than_any_form_is_not_read(site: Site) -> None:
    sales = await site.visit("sales")
    body = b"language=en&next=" + b"x" * LONGEST_BODY
    assert (await sales.post("/language", content=body, headers=FORM)).status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LONGEST_BODY // len(PIECE) + 2):
            yield PIECE

    assert (await sales.post("/language", content=endless(), headers=FORM)).status_code in (400, 413)
