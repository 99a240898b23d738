"""Read `requirements.lock` as blocks: one pinned package with its hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from deploy.dev.failure import Failure

NAME = "requirements.lock"
NEEDED = ("pip", "uv", "poethepoet")
_NAME = re.compile(r"^([A-Za-z0-9._-]+)==")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def read(root: Path) -> str:
    """Read the lock. Raises Failure when it is missing or is none."""
    try:
        text = (root / NAME).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{NAME} cannot be read ({error}); restore it: git checkout {NAME}.") from error
    missing = [name for name in NEEDED if not hashes(read_blocks(text).get(name, ""))]
    if missing:
        raise Failure(f"{NAME} is broken: it does not pin {' and '.join(missing)}; restore it: git checkout {NAME}.")
    return text


def read_blocks(text: str) -> dict[str, str]:
    """Group the lock's text by package; a package pinned twice (for two Pythons) is one block."""
    blocks: dict[str, str] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        found = _NAME.match(line)
        if found:
            name = found.group(1).lower()
        if name and not line.startswith("#"):
            blocks[name] = blocks.get(name, "") + line
    return blocks


def write_blocks(blocks: Iterable[str], target: Path) -> Path:
    target.write_text("".join(blocks), encoding="utf-8")
    return target


def hashes(block: str) -> frozenset[str]:
    return frozenset(_HASH.findall(block))
