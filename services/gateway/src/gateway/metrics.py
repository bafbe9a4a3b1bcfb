"""Every metric of the gateway beside those that all services have."""

from prometheus_client import Counter, Gauge

LIVE_CLIENTS = Gauge("gateway_live_clients", "Open live views.")
LIVE_DROPPED = Counter(
    "gateway_live_dropped", "Live views that were dropped because they did not keep up."
)
LOGINS = Counter("gateway_logins", "Logins by outcome.", ["outcome"])
UPSTREAM_FAILURES = Counter(
    "gateway_upstream_failures", "Requests that a service did not answer.", ["upstream", "reason"]
)
