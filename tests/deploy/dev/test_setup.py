"""`./dev` before anything is installed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.dev import console, lockfile, registry, setup
from deploy.dev.failure import Failure

ROOT = Path(__file__).parents[3]
TASKS = ("up", "test", "fast", "lint", "format", "types", "bench", "replay", "seed", "migrate", "i18n", "lock")
DIGEST = "0" * 64
LOCK = f"""# made by ./dev lock
numpy==1 ; python_version < '3.12' \\
    --hash=sha256:{DIGEST}
numpy==2 ; python_version >= '3.12' \\
    --hash=sha256:{DIGEST}
pip==26 \\
    --hash=sha256:{DIGEST}
"""


def test_alone_it_lists_the_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.run(str(ROOT), []) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert set(listed) >= set(TASKS)


def test_a_task_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.run(str(ROOT), ["dance"]) == 1
    assert capsys.readouterr().err == "There is no task 'dance'; ./dev lists what there is.\n"


def test_an_old_python_says_what_is_needed() -> None:
    program = "import runpy, sys; sys.version_info = (3, 8, 10); runpy.run_path('dev', run_name='__main__')"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={"PATH": "/nonexistent"}, capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("dealerflow needs Python 3.11 or newer; this is Python 3.8")
    assert answer.stderr.count("\n") == 1


def test_a_package_that_is_pinned_for_two_pythons_is_one_block() -> None:
    blocks = lockfile.read_blocks(LOCK)
    assert list(blocks) == ["numpy", "pip"]
    assert blocks["numpy"].count("--hash") == 2
    assert lockfile.hashes(blocks["pip"]) == {DIGEST}


@pytest.mark.parametrize("content", [None, b"", b"garbage", b"\xff\xfe", LOCK.encode()])
def test_a_broken_lock_is_one_clear_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "requirements.lock").write_bytes(content)
    with pytest.raises(Failure, match=r"^requirements.lock .*git checkout requirements.lock\.$"):
        lockfile.read(tmp_path)


def test_the_real_lock_is_whole() -> None:
    assert lockfile.read_blocks(lockfile.read(ROOT))["temporalio"]


def test_a_tree_that_cannot_be_written_is_one_clear_sentence(forbidden_folder: Path) -> None:
    with pytest.raises(Failure, match=r"^Cannot write into .*: Permission denied\.$"), setup._alone(forbidden_folder):
        pass


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("npm error code ENOTFOUND", "the package registry cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "no space is left on the disk"),
        ("first\nERROR: hashes do not match.\nnote", "ERROR: hashes do not match"),
        ("", "it said nothing"),
    ],
)
def test_a_command_that_fails_is_told_by_its_cause(tmp_path: Path, said: str, told: str) -> None:
    program = f"import sys; print({said!r}); sys.exit(3)"
    with pytest.raises(Failure) as failed:
        console.run([sys.executable, "-c", program], tmp_path / "log", "It failed")
    assert str(failed.value) == f"It failed: {told} (all of it: {tmp_path / 'log'})."


@contextmanager
def _index(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_pip_is_fetched_by_its_locked_hash_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel, target = b"a wheel", tmp_path / "target"
    target.mkdir()
    digest = hashlib.sha256(wheel).hexdigest()
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "pip-26-py3-none-any.whl").write_bytes(wheel)
    (tmp_path / "pip" / "index.html").write_text(
        f'<a href="pip-25-py3-none-any.whl#sha256={DIGEST}">pip 25</a>\n'
        f'<a href="pip-26-py3-none-any.whl#sha256={digest}">pip 26</a>\n'
    )
    with _index(tmp_path) as address:
        monkeypatch.setenv("PIP_INDEX_URL", address)
        assert registry.fetch_pure_wheel("pip", frozenset({digest}), target).read_bytes() == wheel
        (tmp_path / "pip" / "pip-26-py3-none-any.whl").write_bytes(b"another")
        with pytest.raises(Failure, match="sent another"):
            registry.fetch_pure_wheel("pip", frozenset({digest}), target)
        with pytest.raises(Failure, match="does not offer the locked version"):
            registry.fetch_pure_wheel("pip", frozenset({"1" * 64}), target)
        with pytest.raises(Failure, match="cannot be reached"):
            registry.fetch_pure_wheel("uv", frozenset({digest}), target)


def test_pips_own_settings_name_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nindex-url = http://index.example/simple\n")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    assert registry.configured_index() == "http://index.example/simple"
