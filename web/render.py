"""Answers for people: a whole page, the part that htmx asked for, or the way to another page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.clock import utc_now
from web import formats, i18n, labels, navigation
from web.page import Page
from web.static_files import Assets
from web.toasts import Notices, Toast

FOLDER = Path(__file__).parent / "templates"


def build_environment(assets: Assets) -> Environment:
    """Set up the templates: everything is escaped, a name that is missing is an error, `_()` speaks to the reader."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True, pgettext=_pgettext
    )
    environment.filters |= formats.FILTERS | labels.FILTERS
    environment.globals |= {
        "asset": assets.url,
        "language": i18n.current,
        "languages": tuple(i18n.Language),
        "navigation": navigation.entries_for,
        "now": _now,
    }
    return environment


def render(
    page: Page,
    full: str | None,
    part: str | None = None,
    *,
    status: int = 200,
    toast: Toast | None = None,
    **values: Any,
) -> HTMLResponse:
    """Render the whole page, or only its part where htmx asks; a toast is shown beside either.

    A screen that is never asked for as a whole has no `full` template.
    """
    notices: Notices = page.request.app.state.notices
    if part is not None and (page.wants_part or full is None):
        body = render_text(page, part, **values) + (
            render_text(page, "shared/_toast.html", toast=toast) if toast else ""
        )
        return HTMLResponse(body, status, {"Vary": "HX-Request"})
    assert full is not None
    left = notices.find(page.request)
    response = HTMLResponse(render_text(page, full, toast=toast or left, **values), status, {"Vary": "HX-Request"})
    if left:
        notices.forget(response)
    return response


def render_text(page: Page, template: str, /, **values: Any) -> str:
    """Render a template with what every template knows: `page`, `viewer`."""
    environment: Environment = page.request.app.state.templates
    return environment.get_template(template).render(page=page, viewer=page.viewer, **values)


def redirect(page: Page, address: str, toast: Toast | None = None) -> Response:
    """Send the reader to another page, with a toast to be shown there."""
    response: Response
    if page.wants_part:
        response = Response(status_code=204, headers={"HX-Redirect": address})
    else:
        response = RedirectResponse(address, 303)
    if toast is not None:
        notices: Notices = page.request.app.state.notices
        notices.leave(response, toast)
    return response


def go_to(page: Page, route: str, toast: Toast | None = None, **values: Any) -> Response:
    """Send the reader to a route by its name."""
    return redirect(page, str(page.request.app.url_path_for(route, **values)), toast)


def install(app: FastAPI, assets: Assets, notices: Notices) -> None:
    app.state.templates = build_environment(assets)
    app.state.notices = notices


def _now() -> float:
    return utc_now().timestamp()


def _gettext(message: str) -> str:
    return i18n.gettext(message)


def _ngettext(singular: str, plural: str, number: int) -> str:
    return i18n.catalogue(i18n.current()).ngettext(singular, plural, number)


def _pgettext(context: str, message: str) -> str:
    return i18n.pgettext(context, message)
