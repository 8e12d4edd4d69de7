"""What the API counts. The text shows everything this process has registered."""

from typing import Any, Final

from prometheus_client import Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

from api.ports import Readiness

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_1_0_0
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

ANSWERS: Final = Counter("cipherx_http_answers", "Answers over HTTP", ["status"])
WEBHOOK_SECONDS: Final = Histogram(
    "cipherx_webhook_seconds", "From a delivery's body to its commit", buckets=SECONDS
)
WEBHOOK_ENTRIES: Final = Counter(
    "cipherx_webhook_entries", "Entries delivered, by what became of them", ["outcome"]
)
STREAM_CLIENTS: Final = Gauge("cipherx_stream_clients", "Stream clients connected")
STREAM_MESSAGES: Final = Counter("cipherx_stream_messages", "Messages handed to stream clients")
STREAM_MISSED: Final = Counter("cipherx_stream_missed", "Messages slow stream clients missed")
STREAM_POSITION: Final = Gauge("cipherx_stream_position", "Last position given to stream clients")
LOG_HEAD: Final = Gauge("cipherx_log_head", "Last position of the log")
CONSUMER_LAG: Final = Gauge(
    "cipherx_consumer_lag", "Positions a consumer of the log is behind", ["consumer"]
)

_by_status: dict[int, Any] = {}


def count_answer(status: int) -> None:
    """One more answer; the child of each status is looked up once."""
    counter = _by_status.get(status)
    if counter is None:
        counter = _by_status[status] = ANSWERS.labels(str(status))
    counter.inc()


def note_readiness(readiness: Readiness) -> None:
    """Show how far each consumer is."""
    if readiness.head is not None:
        LOG_HEAD.set(readiness.head)
    for consumer in readiness.consumers:
        if consumer.lag is not None:
            CONSUMER_LAG.labels(consumer.name).set(consumer.lag)


def exposition() -> bytes:
    """Everything, as Prometheus reads it."""
    return bytes(generate_latest())
