"""Fetch one pure wheel without pip, for a Python that comes without it. Standard library only."""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from deploy.dev.failure import Failure

DEFAULT_INDEX = "https://pypi.org/simple"
TIMEOUT_S = 60
_LINK = re.compile(r'href="([^"#]+)#sha256=([0-9a-f]{64})')


def configured_index() -> str | None:
    """Tell the package index that pip is set to use, by environment or by its files; None where it is the default."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    for path in _pip_files():
        settings = configparser.RawConfigParser()
        try:
            settings.read(path)
        except configparser.Error:
            continue
        index = settings.get("global", "index-url", fallback="")
        if index:
            return index
    return None


def _pip_files() -> Iterator[Path]:
    if os.environ.get("PIP_CONFIG_FILE"):
        yield Path(os.environ["PIP_CONFIG_FILE"])
    home = Path.home()
    yield Path(os.environ.get("XDG_CONFIG_HOME", home / ".config")) / "pip" / "pip.conf"
    yield home / ".pip" / "pip.conf"
    yield Path("/etc/pip.conf")


def fetch_pure_wheel(name: str, accepted: frozenset[str], folder: Path) -> Path:
    """Download the wheel of a package whose hash is accepted. Raises Failure when the registry cannot be reached."""
    page_url = f"{(configured_index() or DEFAULT_INDEX).rstrip('/')}/{name}/"
    page = _get(page_url).decode("utf-8", "replace")
    for link, digest in _LINK.findall(page):
        file: str = link.rsplit("/", 1)[-1]
        if digest in accepted and file.endswith("-none-any.whl"):
            content = _get(urllib.parse.urljoin(page_url, link))
            if hashlib.sha256(content).hexdigest() != digest:
                raise Failure(f"The package registry sent another {file} than it announced.")
            target = folder / file
            target.write_bytes(content)
            return target
    raise Failure(f"The package registry does not offer the locked version of {name}.")


def _get(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 - the address is the installer's own setting
            content: bytes = answer.read()
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise Failure(f"The package registry cannot be reached: {getattr(error, 'reason', error)}.") from error
    return content
