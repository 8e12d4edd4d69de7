"""Compares a view in Postgres with a replay, holding the view still for a moment."""

# ruff: noqa: S608  # the names in these statements are our own

import asyncpg

from infra.postgres.views.outages import outages
from infra.postgres.views.schema_view import SchemaView
from infra.projecting.comparison import SHOWN_MAX, Advance, Comparison


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
        f"SELECT count(*), md5(coalesce(sum(hashtextextended(t::text, 0)), 0)::text) FROM {table} t"
    )
    return row[0], row[1]


async def _rows_only_in(
    connection: asyncpg.Connection, one: str, other: str, what: str
) -> list[str]:
    rows = await connection.fetch(
        f"SELECT t::text FROM {one} t EXCEPT ALL SELECT t::text FROM {other} t LIMIT {SHOWN_MAX}"
    )
    return [f"{what}: {row[0]}" for row in rows]
