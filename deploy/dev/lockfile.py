"""Read `requirements.lock` as blocks: one pinned package with its hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_NAME = re.compile(r"^([A-Za-z0-9._-]+)==")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def read_blocks(lock: Path) -> dict[str, str]:
    """Group the lock's text by package; a package pinned twice (for two Pythons) is one block."""
    blocks: dict[str, str] = {}
    name = ""
    for line in lock.read_text(encoding="utf-8").splitlines(keepends=True):
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
