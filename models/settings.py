"""Everything that a deployment may set, read once from the environment."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read `DEALERFLOW_*`; Temporal's own address, namespace and TLS come from `TEMPORAL_*` (temporalio.envconfig)."""

    model_config = SettingsConfigDict(env_prefix="DEALERFLOW_", frozen=True, extra="ignore")

    home: Path = Path("var")
    """Folder of all local state: database, Temporal's store, uploads, logs."""
    database_url: str = ""
    """SQLAlchemy URL (`sqlite+aiosqlite://` or `postgresql+psycopg://`); empty means SQLite in `home`."""
    host: str = "127.0.0.1"
    port: int = 8000
    task_queue: str = "dealerflow"
    temporal_ui_url: str = ""
    """Where ops find Temporal's own screens; empty hides the link."""
    secret: str = ""
    """Signs sessions; empty means a random one kept in `home`."""
    payload_keys: str = ""
    """`id:base64key[,id:base64key…]`; the first encrypts what enters workflow history, all decrypt. Empty: clear."""
    secure_cookies: bool = False
    sandboxed_workflows: bool = False
    """Run workflows in the SDK's sandbox. The test suite does; production saves its cost and relies on replay tests."""
    worker_deployment: str = ""
    """Name of the worker deployment for Temporal's worker versioning; empty runs unversioned."""
    build_id: str = "dev"
    message_retention_days: int = Field(default=30, ge=1)
    """How long an early message waits for the process that will want it."""
    history_limit: int = Field(default=0, ge=0)
    """Continue as new beyond so many events; 0 leaves it to the server's suggestion."""

    @cached_property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.home.resolve() / 'dealerflow.db'}"
