"""Bring a database to the newest schema, from nothing or from any earlier revision.

Plain synchronous drivers are used (the same psycopg, the standard library's sqlite3), so that it can be called from
anywhere; in a running event loop call it in a thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).parent
BUSY_TIMEOUT_SECONDS = 60

# Any number will do, if nothing else in the database uses the same one.
ADVISORY_LOCK = 7_231_415


def upgrade(database_url: str, revision: str = "head") -> None:
    """Upgrade under a lock: processes that start together wait for the first one and then find nothing to do."""
    with locked_connection(database_url) as connection:
        command.upgrade(config_for(connection), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Go back to an earlier revision; `base` drops everything."""
    with locked_connection(database_url) as connection:
        command.downgrade(config_for(connection), revision)


def revise(database_url: str, message: str) -> None:
    """Write a new revision from what differs between the tables in code and this database."""
    with locked_connection(database_url) as connection:
        command.revision(config_for(connection), message, autogenerate=True)


def current_revision(database_url: str) -> str | None:
    """Tell which revision a database has; None when it has none."""
    with locked_connection(database_url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Tell the revision that this code expects."""
    return ScriptDirectory.from_config(config_for(None)).get_current_head()


def config_for(connection: Connection | None) -> Config:
    """Build alembic's configuration around an open connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def locked_connection(database_url: str) -> Iterator[Connection]:
    """Open one transaction that excludes other migrations, committed at the end."""
    url = make_url(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}} if is_sqlite else {}
    engine = create_engine(url.set(drivername="sqlite") if is_sqlite else url, poolclass=NullPool, **options)
    if is_sqlite:
        _begin_immediately(engine)
    try:
        with engine.begin() as connection:
            if not is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            yield connection
    finally:
        engine.dispose()


def _begin_immediately(engine: Any) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
