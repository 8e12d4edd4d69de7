"""Takes the simulated chain in as it is confirmed, and decodes it, as intake does."""

import asyncio
from collections import Counter
from contextlib import suppress
from uuid import UUID

import asyncpg
import msgspec

from domain.recorded import RecordedEvent
from infra.intake.decoding import Decoding
from infra.postgres.inbox import PostgresInbox
from infra.postgres.rows import SELECT_ROW, decode
from infra.simulation.servers.production import Step
from infra.simulation.world.render import to_json
from infra.solana.received import Received
from tests.infra.solana.hopping import Hopping


class TakingIn:
    """Whatever is confirmed, waiting to be taken in."""

    def __init__(self, simulation: Hopping, pool: asyncpg.Pool, database_url: str) -> None:
        self._received = Received(pool)
        self._pool = pool
        self._database_url = database_url
        self._waiting: list[bytes] = []
        simulation.box.pace.listen(self._hear)

    def _hear(self, step: Step) -> None:
        for block in step.confirmed:
            self._waiting += [msgspec.json.encode(to_json(one)) for one in block.transactions]

    async def take_in(self) -> int:
        """Keep and decode all that was confirmed since; how many transactions."""
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), 500):
            await self._received.keep(waiting[start : start + 500])
        await self.decode()
        return len(waiting)

    async def decode(self) -> None:
        """Decode the inbox to its end."""
        inbox, stop = PostgresInbox(self._pool), asyncio.Event()
        connection = await asyncpg.connect(self._database_url)
        decoding = asyncio.create_task(Decoding(connection).run(stop))
        while await inbox.checkpoint() < await inbox.head():
            assert not decoding.done(), decoding.result()
            await asyncio.sleep(0.005)
        stop.set()
        with suppress(asyncio.CancelledError):
            await decoding
        await connection.close()

    async def events(self) -> list[RecordedEvent]:
        """The whole log."""
        return [decode(row) for row in await self._pool.fetch(f"{SELECT_ROW} ORDER BY position")]

    async def finality(self) -> dict[str, list[str]]:
        """What was said of each transaction, in order, by signature."""
        said: dict[UUID, list[str]] = {}
        names: dict[UUID, str] = {}
        for recorded in await self.events():
            if recorded.type.startswith("transaction."):
                said.setdefault(recorded.stream_id, []).append(recorded.type.split(".")[1])
                place = getattr(recorded.event, "place", None)
                if place is not None:
                    names[recorded.stream_id] = place.signature
        return {names[stream]: kinds for stream, kinds in said.items()}

    async def trades_said(self) -> Counter[tuple[str, ...]]:
        """How many trades have which history."""
        said: dict[UUID, list[str]] = {}
        for recorded in await self.events():
            if recorded.type.startswith("trade."):
                said.setdefault(recorded.stream_id, []).append(recorded.type.split(".")[1])
        return Counter(tuple(kinds) for kinds in said.values())
