"""The history of trades as a table."""

# ruff: noqa: S608  # the names in these statements are our own

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from domain.values import GlobalPosition
from infra.postgres.views.schema_view import SchemaView
from projections.trades import TradeChange
from projections.views import TradeView

SCHEMA: Final = "trades_v1"
COLUMNS: Final = (
    "stream_id",
    "position",
    "slot",
    "index_in_block",
    "trader",
    "mint_in",
    "mint_out",
    "finality",
    "decoder",
    "recorded_at",
    "place",
    "trade",
)
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
        async with self.moving(after, upto) as connection:
            if connection is not None:
                if recorded:
                    await self._insert(connection, recorded)
                for stream_id, change in changed.items():
                    await self._change(connection, stream_id, change)
        return upto if connection is not None else await self.checkpoint()

    async def _insert(
        self, connection: asyncpg.Connection, recorded: Mapping[UUID, TradeView]
    ) -> None:
        await connection.copy_records_to_table(
            "trades",
            schema_name=self.schema,
            columns=COLUMNS,
            records=[_row(stream_id, view) for stream_id, view in recorded.items()],
        )

    async def _change(
        self, connection: asyncpg.Connection, stream_id: UUID, change: TradeChange
    ) -> None:
        trade = change.trade
        await connection.execute(
            f"""UPDATE {self.schema}.trades
                   SET finality = coalesce($2, finality), decoder = coalesce($3, decoder),
                       trade = coalesce($4, trade), trader = coalesce($5, trader),
                       mint_in = coalesce($6, mint_in), mint_out = coalesce($7, mint_out)
                 WHERE stream_id = $1""",
            stream_id,
            change.finality,
            change.decoder,
            None if trade is None else encode(trade),
            None if trade is None else trade.trader,
            None if trade is None else trade.token_in.mint,
            None if trade is None else trade.token_out.mint,
        )


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
