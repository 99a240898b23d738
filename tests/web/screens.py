"""Looking at screens in a real browser: what must hold on every one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.fixtures.browser import PATIENCE_MS, AxeCheck
from tests.web.site import Site

PHONE, DESK = 375, 1440
HEIGHTS = {PHONE: 812, DESK: 900}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}

SMALL_TARGETS = """
() => [...document.querySelectorAll('main .btn, main .form-control, main .form-select, .bottom-nav > a')]
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([each, box]) => each.checkVisibility({visibilityProperty: true}) && box.width > 1 && box.height > 1)
  .filter(([each, box]) => box.height < 43.5)
  .map(([each, box]) => `${each.className} "${each.textContent.trim().slice(0, 30)}" is ${Math.round(box.height)} px`)
"""


MISSING_ICONS = """
async () => {
  const uses = [...document.querySelectorAll('svg.icon use')].map((use) => use.getAttribute('href').split('#'));
  if (!uses.length) return [];
  const sprite = await (await fetch(uses[0][0])).text();
  return uses.map(([, name]) => name).filter((name) => !sprite.includes(`id="${name}"`));
}
"""

expect.set_options(timeout=PATIENCE_MS)


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser of this width and language. `complaints` are what the browser objected to."""

    page: Page
    address: str
    width: int
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> Page:
        answer = await self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        await self.settle()
        return self.page

    async def settle(self) -> None:
        """Wait until htmx and the diagram have done what the page asked of them."""
        await self.page.wait_for_function("() => !document.querySelector('.htmx-request, .diagram-slot')")
        await self.page.wait_for_function("() => !document.querySelector('bpmn-diagram:not([data-drawn])')")

    async def inspect(self, path: str, axe: AxeCheck) -> None:
        """Open a screen and check what must hold on every one."""
        page = await self.open(path)
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.width, f"{path} scrolls sideways: {width} px"
        assert not await page.locator("bpmn-diagram[data-drawn=failed]").count(), f"{path}: the diagram is not shown"
        assert await page.evaluate(MISSING_ICONS) == [], f"{path} names icons that are not in the sprite"
        assert await page.locator("h1").count() == 1, f"{path} has not exactly one heading"
        if self.width == PHONE:
            assert await page.evaluate(SMALL_TARGETS) == [], f"{path} has targets too small for a thumb"
        await axe(page)
        assert self.complaints == [], f"{path}: {self.complaints}"


@asynccontextmanager
async def visitor(
    browser: Browser, site: Site, address: str, login: str, language: str = "en", width: int = DESK
) -> AsyncIterator[Visitor]:
    """Open a browser for one of the cast, signed in; an empty login is a stranger."""
    viewport = ViewportSize(width=width, height=HEIGHTS[width])
    context = await browser.new_context(
        locale=LOCALES[language], viewport=viewport, has_touch=width == PHONE, timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(PATIENCE_MS)
    cookies = [("language", language)] + ([await site.session_cookie(login)] if login else [])
    await context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])
    page = await context.new_page()
    who = Visitor(page, address, width)
    page.on("pageerror", lambda error: who.complaints.append(str(error)))
    page.on("console", lambda said: who.complaints.append(said.text) if said.type == "error" else None)
    yield who
    await context.close()
