"""What Prometheus reads: how long requests took, and how many readers are listening."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from starlette.types import Scope

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """One registry for each application, so that two in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "dealerflow_http_request_seconds",
            "Time until an answer was complete, by route",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=BUCKETS,
        )
        self.listeners = Gauge("dealerflow_stream_listeners", "Open live streams", registry=self.registry)

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Note one request. Addresses are told by route, so that their number stays bounded."""
        route = getattr(scope.get("route"), "path", "unmatched")
        if route != "/events":
            self._requests.labels(scope["method"], route, str(status)).observe(seconds)

    def exposition(self) -> bytes:
        return generate_latest(self.registry)
