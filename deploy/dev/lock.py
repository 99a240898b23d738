"""Make both lock files anew: `requirements.lock` from pyproject.toml, `package-lock.json` from package.json."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from deploy.dev import assets

ROOT = Path(__file__).parents[2]


def main(arguments: list[str]) -> int:
    """Resolve for every Python and platform; `--upgrade` moves pins, otherwise only what must move does."""
    groups = [part for group in ("local", "dev", "node") for part in ("--group", group)]
    python = ["uv", "pip", "compile", "pyproject.toml", *groups, "--universal", "--generate-hashes", "--no-annotate"]
    python += ["--no-emit-index-url", "--custom-compile-command", "./dev lock", "-o", "requirements.lock", "--quiet"]
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    code = subprocess.call([*python, *arguments], cwd=ROOT, env=env)
    npm = assets.find_node(ROOT).npm
    return code or subprocess.call([npm, "install", "--package-lock-only"], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
