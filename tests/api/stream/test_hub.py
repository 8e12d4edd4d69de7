"""The hub goes on whatever one event or one outage does."""

from collections.abc import Sequence
from typing import Any

from domain.recorded import RecordedEvent
from domain.values import GlobalPosition, WalletAddress
from projections.entry import Entry
from projections.ports import StoreUnavailable
from tests.api.stream.stream_client import StreamClient
from tests.api.world import World
from tests.projections.chronicle import at, sol, trade, units
from tests.support.made_transactions import address

WALLET = WalletAddress(address("trader"))
CHANNEL = f"wallet:{WALLET}"


class Faulty:
    """A feed whose outages and unreadable entries the test decides."""

    def __init__(self, feed: Any) -> None:
        self._feed = feed
        self.away = True
        self.unreadable: set[int] = set()

    async def head(self) -> GlobalPosition:
        """The last position, unless away."""
        if self.away:
            self.away = False
            raise StoreUnavailable("away")
        return GlobalPosition(await self._feed.head())

    async def above(
        self, after: GlobalPosition, limit: int, wait_seconds: float
    ) -> Sequence[Entry]:
        """The next ones, some of them unreadable."""
        if self.away:
            self.away = False
            raise StoreUnavailable("away")
        return [self._spoilt(one) for one in await self._feed.above(after, limit, wait_seconds)]

    def _spoilt(self, entry: Entry) -> Entry:
        def unreadable() -> RecordedEvent:
            raise ValueError("no such event")

        spoilt = entry.position in self.unreadable
        return Entry(entry.position, entry.type, unreadable) if spoilt else entry


async def test_an_outage_is_waited_out_and_a_bad_event_is_passed_over() -> None:
    world = World()
    feed = world.hub._feed = Faulty(world.hub._feed)
    feed.unreadable = {2}
    async with world.hub.running(None), StreamClient.known(world) as client:
        await client.subscribe(CHANNEL)
        for slot in (1, 2, 3):
            await world.record(trade(at(slot), sol(slot), units(slot), by=WALLET))
        feed.away = True
        await world.record(trade(at(4), sol(4), units(4), by=WALLET))
        assert [(await client.next())["position"] for _ in range(3)] == [1, 3, 4]
