"""The event library's own store on the same server, used as its documentation shows."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, AggregateEvent, event
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder

from benchmarks.harness import CELL_SECONDS
from domain.aggregate import DomainEvent

THREADS: Final = 8
"""More do not help: the library's table lock lets one commit at a time."""
PAGE: Final = 1_000
COMMON_FIELDS: Final = DomainEvent.__struct_fields__
"""Of every event; the library keeps them beside the others."""


class Watch(Aggregate):
    """What ``WalletSubscription`` is, in the library's own terms."""

    @event("Opened")
    def __init__(self, subscriber_id: UUID, wallet: str, min_notional: int) -> None:
        self.subscriber_id, self.wallet, self.min_notional = subscriber_id, wallet, min_notional


@dataclass(frozen=True)
class Recorded(AggregateEvent):
    """An event of ours as the library keeps one: plain values, encoded as JSON."""

    fields: dict[str, Any]


class Library:
    """An application of the library with one connection for each thread."""

    def __init__(self, database_url: str) -> None:
        at = urlsplit(database_url)
        self._application = Application[UUID](
            {
                "PERSISTENCE_MODULE": "eventsourcing.postgres",
                "POSTGRES_DBNAME": at.path.removeprefix("/"),
                "POSTGRES_HOST": at.hostname or "",
                "POSTGRES_PORT": str(at.port),
                "POSTGRES_USER": at.username or "",
                "POSTGRES_PASSWORD": at.password or "",
                "POSTGRES_POOL_SIZE": str(THREADS),
            }
        )
        recorder = self._application.recorder
        assert isinstance(recorder, PostgresApplicationRecorder)
        self.recorder = recorder

    def inserts(self, state: bytes, count: int) -> float:
        """Events per second into the recorder, ``count`` of one stream at a time."""

        def insert() -> int:
            stream_id = uuid4()
            self.recorder.insert_events(
                [
                    StoredEvent(stream_id, version, "benchmarks.library:Watch.Opened", state)
                    for version in range(1, count + 1)
                ]
            )
            return count

        return _in_threads(insert)

    def saves(self, wallet: str) -> float:
        """Events per second through the application, the aggregate's making included."""

        def save() -> int:
            self._application.save(Watch(uuid4(), wallet, 1_000))
            return 1

        return _in_threads(save)

    def fill(self, events: Sequence[DomainEvent]) -> None:
        """Store events of ours in the library's form."""
        stored = [self._application.mapper.to_stored_event(_recorded(event)) for event in events]
        for first in range(0, len(stored), PAGE):
            self.recorder.insert_events(stored[first : first + PAGE])

    def replays(self, count: int) -> float:
        """Events per second from the store to the library's typed events."""
        to_event, done = self._application.mapper.to_domain_event, 0
        started = time.perf_counter()
        while done < count:
            page = self.recorder.select_notifications(done + 1, PAGE)
            done += len([to_event(notification) for notification in page])
        return done / (time.perf_counter() - started)

    def close(self) -> None:
        """Give the connections back."""
        self._application.close()


def _recorded(event: DomainEvent) -> Recorded:
    plain = msgspec.to_builtins(
        {name: getattr(event, name) for name in event.__struct_fields__[len(COMMON_FIELDS) :]}
    )
    return Recorded(
        originator_id=uuid4(),
        originator_version=event.originator_version,
        timestamp=event.timestamp,
        fields=plain,
    )


def _in_threads(once: Callable[[], int]) -> float:
    deadline = time.perf_counter() + CELL_SECONDS

    def work(_: int) -> int:
        done = 0
        while time.perf_counter() < deadline:
            done += once()
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        done: Sequence[int] = list(threads.map(work, range(THREADS)))
    return sum(done) / (time.perf_counter() - started)
