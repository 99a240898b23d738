"""`python -m models.migrations [revise MESSAGE]`: upgrade the configured database, or write the next revision."""

from __future__ import annotations

import sys

from models.migrations.run import newest_revision, revise, upgrade
from models.settings import Settings


def main(arguments: list[str]) -> int:
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    url = settings.effective_database_url
    match arguments:
        case []:
            upgrade(url)
            print(f"database schema: revision {newest_revision()}")
        case ["revise", message]:
            revise(url, message)
        case _:
            print("usage: python -m models.migrations [revise MESSAGE]", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
