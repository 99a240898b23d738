"""A Chromium for browser tests, and a Chinese font for it: the system's, else one from npm, else Debian's."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.dev import assets
from deploy.dev.failure import Failure

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless_shell")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
)
APT_TIMEOUT_S = 240
# Unpacked by Node, since Python's standard library does not know Brotli.
UNPACK = (
    "const {createReadStream: r, createWriteStream: w} = require('fs');"
    "require('stream').pipeline(r(process.argv[1]), require('zlib').createBrotliDecompress(), w(process.argv[2]),"
    " e => process.exit(e ? 1 : 0))"
)


def find_or_install(state: Path = ROOT / ".dev") -> Path:
    """Find a Chromium that starts; get one where there is none. Raises Failure."""
    for way in (_find_on_system, _packed, _unpack, _install_from_debian):
        with contextlib.suppress(Failure):
            found = way(state)
            if found and _starts(found):
                return found
    raise Failure("No Chromium starts on this machine; install one (Debian: apt install chromium).")


def launch_options(executable: Path, state: Path = ROOT / ".dev") -> dict[str, object]:
    """Say how Playwright starts it."""
    return {
        "executable_path": str(executable),
        "args": list(FLAGS),
        "env": {**os.environ, **font_environment(state)},
        "chromium_sandbox": False,
    }


def font_environment(state: Path = ROOT / ".dev") -> Mapping[str, str]:
    """Point fontconfig at the npm package's Chinese font, unless the system has one."""
    if _has_chinese_font():
        return {}
    assets.ensure_packages(ROOT, state, with_test_packages=True)
    folder = ROOT / "node_modules" / "@embedpdf" / "fonts-sc" / "fonts"
    return {"FONTCONFIG_FILE": str(_write_font_settings(state, folder))}


def _find_on_system(_state: Path) -> Path | None:
    candidates = [Path(path) for path in map(shutil.which, NAMES) if path]
    return next((path for path in [*candidates, MACOS] if _starts(path)), None)


def _starts(executable: Path) -> bool:
    try:
        answer = subprocess.run([executable, "--version", "--no-sandbox"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _packed(state: Path) -> Path | None:
    launcher = state / "chromium" / "chromium"
    return launcher if launcher.exists() else None


def _unpack(state: Path) -> Path:
    """Unpack npm's Chromium with the libraries that came along, and write a launcher that finds them."""
    assets.ensure_packages(ROOT, state, with_test_packages=True)
    source, target = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin", state / "chromium"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    _decompress(source / "chromium.br", target / "browser")
    (target / "browser").chmod(0o755)
    for name in ("al2023", "swiftshader"):
        _decompress(source / f"{name}.tar.br", target / f"{name}.tar")
        with tarfile.open(target / f"{name}.tar") as archive:
            archive.extractall(target, filter="data")
        (target / f"{name}.tar").unlink()
    launcher = target / "chromium"
    libraries = f"{target}:{target / 'lib'}"
    launcher.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{target / "browser"}" "$@"\n')
    launcher.chmod(0o755)
    return launcher


def _install_from_debian(state: Path) -> Path | None:
    """Install Debian's, but only where the machine is ours to change: as root of a continuous integration run."""
    if os.geteuid() != 0 or not os.environ.get("CI") or not shutil.which("apt-get"):
        return None
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(["apt-get", "-q", *arguments], capture_output=True, timeout=APT_TIMEOUT_S, env=env)
    return _find_on_system(state)


def _decompress(packed: Path, target: Path) -> None:
    node = assets.find_node(ROOT).node
    command: Sequence[str] = [node, "-e", UNPACK, str(packed), str(target)]
    if subprocess.call(command) != 0:
        raise Failure(f"{packed.name} of npm's Chromium could not be unpacked.")


def _has_chinese_font() -> bool:
    try:
        answer = subprocess.run(["fc-list", ":lang=zh-cn", "file"], capture_output=True, text=True)
    except OSError:
        return False
    return bool(answer.stdout.strip())


def _write_font_settings(state: Path, folder: Path) -> Path:
    settings = state / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        f"<dir>{folder}</dir>\n<cachedir>{state / 'fontcache'}</cachedir>\n</fontconfig>\n",
        encoding="utf-8",
    )
    return settings
