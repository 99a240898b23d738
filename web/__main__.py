"""Serve the web application: `python -m web`."""

from __future__ import annotations

import asyncio
import logging
import os
import socket

import uvicorn

from models.db import Database
from models.settings import Settings
from models.temporal import connect
from web.app import create_app
from web.broadcast import Broadcast
from web.gateway import Gateway

SHUTDOWN_WITHIN_S = 10
DEMO_PASSWORD = "demo"


class Server(uvicorn.Server):
    """End live streams before waiting for requests to end: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, broadcast: Broadcast) -> None:
        super().__init__(config)
        self._broadcast = broadcast

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._broadcast.close()
        await super().shutdown(sockets)


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    database = Database(settings.effective_database_url)
    gateway = Gateway(settings, database, await connect(settings, lazy=True))
    password = DEMO_PASSWORD if "DEALERFLOW_DEMO_PASSWORD" not in os.environ else ""
    app = create_app(settings, database, gateway, password)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_WITHIN_S,
    )
    try:
        await Server(config, app.state.broadcast).serve()
    finally:
        await database.close()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(serve(Settings()))


if __name__ == "__main__":
    main()
