"""The history of trades as a table."""

# ruff: noqa: S608  # the names in these statements are our own

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from domain.values import GlobalPosition
from infra.postgres.views.outages import outages
from infra.postgres.views.schema_view import SchemaView
from projections.balance import known_index
from projections.trades import TradeChange
from projections.views import TradeView

SCHEMA: Final = "trades_v1"
COLUMNS: Final = {
    "stream_id": "uuid",
    "position": "bigint",
    "slot": "bigint",
    "index_in_block": "integer",
    "trader": "text",
    "mint_in": "text",
    "mint_out": "text",
    "finality": "text",
    "decoder": "text",
    "recorded_at": "timestamptz",
    "place": "bytea",
    "trade": "bytea",
}
encode: Final = msgspec.msgpack.Encoder().encode


class PostgresTradeStore(SchemaView):
    """The view ``trades-v1``."""

    tables = ("trades",)

    def __init__(self, pool: asyncpg.Pool, schema: str = SCHEMA) -> None:
        super().__init__(pool, schema)

    async def write(
        self,
        recorded: Mapping[UUID, TradeView],
        changed: Mapping[UUID, TradeChange],
        *,
        after: GlobalPosition,
        upto: GlobalPosition,
    ) -> GlobalPosition:
        """Insert, change and move the checkpoint in one transaction; returns the checkpoint."""
        if not changed:
            return await self._insert(recorded, after, upto)
        async with self.moving(after, upto) as connection:
            if connection is not None:
                await connection.execute(self._inserting, upto, upto, *_columns(recorded))
                for stream_id, change in changed.items():
                    await self._change(connection, stream_id, change)
        return upto if connection is not None else await self.checkpoint()

    async def _insert(
        self, recorded: Mapping[UUID, TradeView], after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """The usual case in one round trip."""
        with outages():
            moved = await self._pool.fetchval(self._inserting, after, upto, *_columns(recorded))
        return await self.checkpoint() if moved is None else upto

    @property
    def _inserting(self) -> str:
        arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(COLUMNS.values(), 3))
        return (
            f"WITH {self.move}, inserted AS ("
            f"INSERT INTO {self.schema}.trades ({', '.join(COLUMNS)}) "
            f"SELECT row.* FROM unnest({arrays}) AS row, moved) "
            "SELECT position FROM moved"
        )

    async def _change(
        self, connection: asyncpg.Connection, stream_id: UUID, change: TradeChange
    ) -> None:
        trade, place = change.trade, change.place
        await connection.execute(
            f"""UPDATE {self.schema}.trades
                   SET finality = coalesce($2, finality), decoder = coalesce($3, decoder),
                       trade = coalesce($4, trade), trader = coalesce($5, trader),
                       mint_in = coalesce($6, mint_in), mint_out = coalesce($7, mint_out),
                       place = coalesce($8, place), slot = coalesce($9, slot),
                       index_in_block = coalesce($10, index_in_block)
                 WHERE stream_id = $1""",
            stream_id,
            change.finality,
            change.decoder,
            None if trade is None else encode(trade),
            None if trade is None else trade.trader,
            None if trade is None else trade.token_in.mint,
            None if trade is None else trade.token_out.mint,
            None if place is None else encode(place),
            None if place is None else place.slot,
            None if place is None else known_index(place),
        )


def _columns(recorded: Mapping[UUID, TradeView]) -> Sequence[Sequence[object]]:
    """The rows turned on their side, for unnest; one empty array for each column if none."""
    rows = [_row(stream_id, view) for stream_id, view in recorded.items()]
    return list(zip(*rows, strict=True)) or [()] * len(COLUMNS)


def _row(stream_id: UUID, view: TradeView) -> tuple[object, ...]:
    return (
        stream_id,
        view.position,
        view.place.slot,
        view.cursor.index_in_block,
        view.trade.trader,
        view.trade.token_in.mint,
        view.trade.token_out.mint,
        view.finality,
        view.decoder,
        view.recorded_at,
        encode(view.place),
        encode(view.trade),
    )
