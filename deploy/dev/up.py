"""`./dev up`: start everything on this machine, say where it is, and keep it running until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.dev.failure import Failure
from deploy.dev.home import occupied
from deploy.dev.leftovers import end_leftovers
from deploy.dev.ports import LOCAL, is_taken

ROOT = Path(__file__).parents[2]
DEFAULT_PORT = 8000


@dataclass(frozen=True)
class Options:
    home: Path
    host: str
    port: int
    with_demo: bool
    demo_password: str = field(repr=False)


def main(arguments: Sequence[str]) -> int:
    try:
        options = read_options(arguments)
        with occupied(options.home) as home:
            end_leftovers(home)
            if is_taken(options.port, options.host):
                raise Failure(f"Port {options.port} of {options.host} is taken; choose another with --port N.")
            # It takes seconds to import; a refusal need not wait for it.
            from deploy.dev.running import run

            return run(home, options)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def read_options(arguments: Sequence[str]) -> Options:
    """Read the command line; what it does not say comes from the environment. Raises Failure."""
    parser = argparse.ArgumentParser(prog="./dev up", description="Start everything on this machine.")
    parser.add_argument("--home", metavar="DIR", help="folder of all state (DEALERFLOW_HOME; default var/)")
    parser.add_argument("--port", metavar="N", help=f"port of the web application (DEALERFLOW_PORT; {DEFAULT_PORT})")
    parser.add_argument("--host", metavar="ADDRESS", help=f"where it listens (DEALERFLOW_HOST; default {LOCAL})")
    parser.add_argument("--no-demo", action="store_true", help="start with an empty system")
    given = parser.parse_args(arguments)
    env = os.environ
    return Options(
        home=_home(given.home or env.get("DEALERFLOW_HOME") or str(ROOT / "var")),
        host=given.host or env.get("DEALERFLOW_HOST") or LOCAL,
        port=_port(given.port or env.get("DEALERFLOW_PORT") or str(DEFAULT_PORT)),
        with_demo=not given.no_demo,
        demo_password=env.get("DEALERFLOW_DEMO_PASSWORD") or "demo",
    )


def _home(text: str) -> Path:
    """Take a relative folder from where `./dev` was called."""
    return (Path(os.environ.get("DEALERFLOW_CALLED_FROM", ".")) / Path(text).expanduser()).resolve()


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Failure(f"{text!r} is not a port; a number from 1 to 65535 is.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
