"""Built assets: served with a digest of their content in the address, so that browsers may keep them for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
BASE = "/static/dist/"
FOREVER = "public, max-age=31536000, immutable"


class Assets:
    """Read the manifest that the build wrote; without one, addresses carry no digest."""

    def __init__(self, folder: Path = FOLDER / "dist") -> None:
        manifest = folder / "manifest.json"
        self._digests: dict[str, str] = json.loads(manifest.read_text()) if manifest.exists() else {}

    def url(self, name: str) -> str:
        digest = self._digests.get(name)
        return f"{BASE}{name}?v={digest}" if digest else f"{BASE}{name}"


class CachedFiles(StaticFiles):
    """Let browsers keep what is asked for by its digest, or carries one in its name."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER, check_dir=False)

    def file_response(self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if scope.get("query_string") or "/media/" in str(full_path):
            response.headers["Cache-Control"] = FOREVER
        return response
