"""Parked events are kept with their reason until a rebuild replaces them."""

import asyncpg

from domain.values import GlobalPosition
from infra.postgres.parking import CollectedParking, PostgresParking
from tests.projections.chronicle import Chronicle, at, entry, transaction

ENTRIES = [entry(one) for one in Chronicle().add(*(transaction(at(n)) for n in range(9))).recorded]


async def test_an_event_is_parked_with_its_reason(pool: asyncpg.Pool) -> None:
    parking = PostgresParking(pool)
    await parking.park("trades-v1", ENTRIES[3], "ValueError('nul \0')", 5)
    (found,) = await parking.parked()
    assert (found.projection, found.position, found.type) == (
        "trades-v1",
        4,
        "transaction.recorded.v1",
    )
    assert (found.error, found.tries) == ("ValueError('nul ')", 5)
    assert found.first_at == found.last_at


async def test_parking_again_replaces_the_reason_and_counts_on(pool: asyncpg.Pool) -> None:
    parking = PostgresParking(pool)
    await parking.park("trades-v1", ENTRIES[3], "first", 5)
    await parking.park("trades-v1", ENTRIES[3], "second", 5)
    (found,) = await parking.parked("trades-v1")
    assert (found.error, found.tries) == ("second", 10)
    assert found.first_at < found.last_at


async def test_a_rebuild_replaces_what_it_covered_and_nothing_else(pool: asyncpg.Pool) -> None:
    parking, collected = PostgresParking(pool), CollectedParking()
    for nth in (2, 3, 8):
        await parking.park("trades-v1", ENTRIES[nth], "before", 5)
    await parking.park("other-v1", ENTRIES[2], "before", 5)
    await collected.park("trades-v1", ENTRIES[3], "still", 5)
    await parking.replace("trades-v1", GlobalPosition(5), collected.entries)
    found = [(one.position, one.error) for one in await parking.parked("trades-v1")]
    assert found == [(4, "still"), (9, "before")]
    assert len(await parking.parked("other-v1")) == 1
