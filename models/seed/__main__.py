"""`python -m models.seed`: upgrade the configured database and seed the demo company once.

`python -m models.seed account LOGIN ROLE…` opens one account instead, for a home without the demo company.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from collections.abc import Sequence

from models.db import Database
from models.migrations.run import upgrade
from models.payloads.access import MANUFACTURER_ROLES, Role, UserData
from models.repositories import access
from models.seed.run import SeedReport, seed
from models.settings import Settings


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case []:
            print(_told(asyncio.run(_seed(os.environ.get("DEALERFLOW_DEMO_PASSWORD") or "demo"))))
        case ["account", login, *roles] if roles and set(roles) <= MANUFACTURER_ROLES:
            password = os.environ.get("DEALERFLOW_PASSWORD") or getpass.getpass()
            asyncio.run(_open_account(login, tuple(Role(role) for role in roles), password))
            print(f"account {login}: {', '.join(roles)}")
        case _:
            known = " ".join(sorted(MANUFACTURER_ROLES))
            print(f"usage: python -m models.seed [account LOGIN ROLE…]   roles: {known}", file=sys.stderr)
            return 2
    return 0


def _open_database() -> Database:
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    upgrade(settings.effective_database_url)
    return Database(settings.effective_database_url)


async def _seed(password: str) -> SeedReport:
    database = await asyncio.to_thread(_open_database)
    try:
        return await seed(database, password)
    finally:
        await database.close()


async def _open_account(login: str, roles: tuple[Role, ...], password: str) -> None:
    database = await asyncio.to_thread(_open_database)
    try:
        async with database.writing() as session:
            await access.create_user(session, UserData(login, login, login, roles), access.hash_password(password))
    finally:
        await database.close()


def _told(report: SeedReport) -> str:
    if not report.is_new:
        return "the home has accounts already: nothing was changed"
    logins = ", ".join(account.login for account in report.accounts)
    return f"{report.dealers} dealers, {report.products} products, {report.orders} orders; accounts: {logins}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
