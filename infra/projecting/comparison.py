"""Whether a view is what a replay of the log gives, and where not."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Final

import asyncpg
from msgspec import Struct

from domain.values import GlobalPosition
from infra.postgres.views.outages import outages
from infra.postgres.views.schema_view import SchemaView
from infra.redis.keyed_store import RedisKeyedStore
from projections.ports import Place

SHOWN_MAX: Final = 20
"""Differences told one by one; beyond it their number says enough."""

Advance = Callable[[GlobalPosition], Awaitable[None]]
"""Brings the replay to a position; it must not be beyond it already."""


class Comparison(Struct, frozen=True):
    """A view at ``checkpoint`` beside a replay to there; the digests are of all values in
    any order, so equal digests are equal views."""

    view: str
    checkpoint: GlobalPosition
    values: int
    digest: str
    replay_digest: str
    differences: Sequence[str]

    @property
    def equal(self) -> bool:
        """Whether the view is what the log makes of it."""
        return self.digest == self.replay_digest


class _Digest:
    """A sum of hashes: the same for the same values in any order."""

    def __init__(self) -> None:
        self.values = 0
        self._sum = 0

    def add(self, place: Place, value: bytes | None) -> None:
        if value is not None:
            self.values += 1
            text = f"{len(place.key)} {place.key} {len(place.field)} {place.field} ".encode()
            digest = blake2b(text + value, digest_size=16).digest()
            self._sum = (self._sum + int.from_bytes(digest, "big")) % 2**128

    def __str__(self) -> str:
        return f"{self._sum:032x}"


async def compare_keyed(
    view: str, live: RedisKeyedStore, replay: RedisKeyedStore, advance: Advance
) -> Comparison:
    """Compare page by page while the view goes on changing: each page is read together with
    its checkpoint, and the replay is brought to exactly there."""
    digest, expected, differences = _Digest(), _Digest(), list[str]()
    checkpoint = GlobalPosition(0)
    async for page in _distinct(live, replay):
        seen = await live.read(page)
        await advance(seen.checkpoint)
        checkpoint = seen.checkpoint
        wanted = (await replay.read(page)).values
        for place in page:
            digest.add(place, seen.values[place])
            expected.add(place, wanted[place])
        differences += _differences(seen.values, wanted)
    return Comparison(
        view, checkpoint, digest.values, str(digest), str(expected), differences[:SHOWN_MAX]
    )


async def _distinct(*stores: RedisKeyedStore) -> AsyncIterator[Sequence[Place]]:
    """Every place of any of the stores, once; and one empty page, so that checkpoints of
    empty views are compared too."""
    done: set[Place] = set()
    yield ()
    for store in stores:
        async for page in store.places():
            fresh = [place for place in dict.fromkeys(page) if place not in done]
            done.update(fresh)
            if fresh:
                yield fresh


def _differences(
    found: Mapping[Place, bytes | None], wanted: Mapping[Place, bytes | None]
) -> list[str]:
    return [
        f"{place.key} {place.field}: {_shown(value)}, replay gives {_shown(wanted[place])}"
        for place, value in found.items()
        if value != wanted[place]
    ]


def _shown(value: bytes | None) -> str:
    return "nothing" if value is None else value.hex()


async def compare_tables(
    pool: asyncpg.Pool, view: str, live: SchemaView, replay: SchemaView, advance: Advance
) -> Comparison:
    """Bring the replay near, hold the view still, bring the replay to the same position, and
    compare all rows."""
    await advance(await live.checkpoint())
    values, digest, expected, differences = 0, "", "", list[str]()
    with outages():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(f"LOCK TABLE {live.schema}.checkpoint IN SHARE MODE")
            checkpoint = await live.checkpoint()
            await advance(checkpoint)
            for table in live.tables:
                mine, other = f"{live.schema}.{table}", f"{replay.schema}.{table}"
                count, mine_digest = await _digest(connection, mine)
                _, other_digest = await _digest(connection, other)
                values += count
                digest += mine_digest
                expected += other_digest
                differences += await _rows_only_in(connection, mine, other, "only in the view")
                differences += await _rows_only_in(connection, other, mine, "only in the replay")
    return Comparison(view, checkpoint, values, digest, expected, differences[:SHOWN_MAX])


async def _digest(connection: asyncpg.Connection, table: str) -> tuple[int, str]:
    row = await connection.fetchrow(
        f"SELECT count(*), md5(coalesce(sum(hashtextextended(t::text, 0)), 0)::text) FROM {table} t"  # noqa: S608  # our own names
    )
    return row[0], row[1]


async def _rows_only_in(
    connection: asyncpg.Connection, one: str, other: str, what: str
) -> list[str]:
    rows = await connection.fetch(
        f"SELECT t::text FROM {one} t EXCEPT ALL SELECT t::text FROM {other} t "  # noqa: S608  # our own names
        f"LIMIT {SHOWN_MAX}"
    )
    return [f"{what}: {row[0]}" for row in rows]
