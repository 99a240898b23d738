"""Signing in, the language, and where each role begins."""

from __future__ import annotations

import pytest

from tests.web.conftest import PASSWORD
from tests.web.site import Site

STARTS = {
    "sales": "/inbox",
    "credit": "/inbox",
    "finance": "/inbox",
    "warehouse": "/manufacturer/dispatch",
    "logistics": "/manufacturer/dispatch",
    "ops": "/flows/instances",
    "dealer-a-buyer": "/dealer",
    "dealer-b-owner": "/dealer",
    "dealer-a-store": "/store/products",
}


@pytest.mark.parametrize(("login", "start"), STARTS.items())
async def test_each_role_begins_at_its_own_entry(site: Site, login: str, start: str) -> None:
    visitor = await site.visit(login)
    assert (await visitor.get("/")).headers["location"] == start
    assert (await visitor.get(start)).status_code == 200


async def test_the_demo_accounts_are_offered_at_sign_in(site: Site) -> None:
    page = await site.stranger().get("/login")
    assert 'data-fill-login="dealer-a-buyer" data-fill-password="demo"' in page.text


async def test_a_password_of_ones_own_is_not_offered(site: Site) -> None:
    site.app.state.demo_password = ""
    page = await site.stranger().get("/login")
    assert 'data-fill-login="dealer-a-buyer" data-fill-password=""' in page.text


async def test_a_wrong_password_leaves_the_login_filled_in(site: Site) -> None:
    answer = await site.stranger().post("/login", data={"login": "sales", "password": "wrong"})
    assert answer.status_code == 401
    assert 'value="sales"' in answer.text
    assert 'role="alert"' in answer.text


async def test_whoever_is_signed_in_is_not_asked_again(site: Site) -> None:
    answer = await (await site.visit("sales")).get("/login", params={"next": "/account"})
    assert answer.headers["location"] == "/account"


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("zh-CN,zh;q=0.9", "zh-CN"),
        ("en-GB,en;q=0.8", "en"),
        ("fr", "zh-CN"),
        ("fr;q=0.9,en;q=0.1", "en"),
        ("", "zh-CN"),
    ],
)
async def test_a_stranger_is_spoken_to_as_the_browser_asks(site: Site, accepted: str, tag: str) -> None:
    page = await site.stranger().get("/login", headers={"Accept-Language": accepted})
    assert f'<html lang="{tag}">' in page.text


async def test_a_chosen_language_stays_with_the_account(site: Site) -> None:
    english = await site.visit("sales", "en")
    answer = await english.post("/language", data={"language": "zh", "next": "/account"})
    assert answer.headers["location"] == "/account"
    assert '<html lang="zh-CN">' in (await english.get("/account")).text
    elsewhere = site.stranger("en")
    answer = await elsewhere.post("/login", data={"login": "sales", "password": PASSWORD})
    assert any(cookie.startswith("language=zh") for cookie in answer.headers.get_list("set-cookie"))


async def test_a_language_that_we_do_not_speak_is_refused(site: Site) -> None:
    assert (await site.stranger().post("/language", data={"language": "xx"})).status_code == 422


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"password": "wrong", "new_password": "long enough", "repeated": "long enough"}, "not your present password"),
        ({"password": PASSWORD, "new_password": "short", "repeated": "short"}, "at least 8 characters"),
        ({"password": PASSWORD, "new_password": "long enough", "repeated": "different"}, "two entries differ"),
    ],
)
async def test_a_new_password_is_refused_with_the_reason(site: Site, form: dict[str, str], message: str) -> None:
    answer = await (await site.visit("sales")).post("/account/password", data=form)
    assert answer.status_code == 422
    assert message in answer.text


async def test_signing_out_is_told_on_the_next_page_once(site: Site) -> None:
    sales = await site.visit("sales")
    await sales.post("/logout")
    assert "You have signed out." in (await sales.get("/login")).text
    assert "You have signed out." not in (await sales.get("/login")).text
