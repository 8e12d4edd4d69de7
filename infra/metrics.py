"""What the relay and the projections count; a process that serves /metrics shows its own."""

from typing import Final

from prometheus_client import Counter, Gauge

RELAYED: Final = Counter("cipherx_relay_events", "Events published to JetStream")
RELAY_POSITION: Final = Gauge("cipherx_relay_position", "Last position published to JetStream")
PROJECTED: Final = Counter(
    "cipherx_projection_events", "Events a projection went past", ["projection"]
)
PROJECTION_POSITION: Final = Gauge(
    "cipherx_projection_position", "Last position a projection applied", ["projection"]
)
PROJECTION_WAITING: Final = Counter(
    "cipherx_projection_waits", "Times a projection waited for its store or the log", ["projection"]
)
PARKED: Final = Counter(
    "cipherx_projection_parked", "Events a projection gave up on", ["projection"]
)
