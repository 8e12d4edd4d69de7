"""Answers questions about the history of trades."""

# ruff: noqa: S608  # the names in these statements are our own

from collections.abc import Sequence
from typing import Final

import asyncpg
import msgspec

from domain.chain.decoded import DecodedTrade
from domain.trade import ChainPlace
from domain.values import Mint, WalletAddress
from infra.postgres.views.trade_store import SCHEMA
from projections.views import TradeCursor, TradeView

PAGE_MAX: Final = 1_000
"""However much is asked for; a page of this size is about a megabyte."""

_place: Final = msgspec.msgpack.Decoder(ChainPlace).decode
_trade: Final = msgspec.msgpack.Decoder(DecodedTrade).decode
_ORDER: Final = "slot, index_in_block, position"
_NEWEST: Final = "slot DESC, index_in_block DESC, position DESC"
_BEFORE: Final = f"({_ORDER}) < ($2::bigint, $3::integer, $4::bigint)"
_COLUMNS: Final = f"{_ORDER}, finality, decoder, recorded_at, place, trade"
_END: Final = TradeCursor(2**62, 2**31 - 1, 2**62)  # type: ignore[arg-type]  # above every trade


class PostgresTradeQuery:
    """Reads the view ``trades-v1``."""

    def __init__(self, pool: asyncpg.Pool, schema: str = SCHEMA) -> None:
        self._pool = pool
        self._table = f"{schema}.trades"

    async def trades(
        self,
        *,
        wallet: WalletAddress | None = None,
        token: Mint | None = None,
        before: TradeCursor | None = None,
        limit: int,
    ) -> Sequence[TradeView]:
        """At most ``limit`` trades older than ``before``; retracted ones are left out."""
        start = before or _END
        bounds = (min(limit, PAGE_MAX), start.slot, start.index_in_block, start.position)
        wanted = [] if wallet is None else [wallet]
        if token is None:
            rows = await self._pool.fetch(self._newest(("trader",) * len(wanted)), *bounds, *wanted)
        elif wallet is None:
            rows = await self._pool.fetch(self._of_token(), *bounds, token)
        else:
            rows = await self._pool.fetch(
                self._newest(("trader",), "$6 IN (mint_in, mint_out)"), *bounds, wallet, token
            )
        return [_view(row) for row in rows]

    async def count(self, *, wallet: WalletAddress) -> int:
        """How many trades of the wallet there are."""
        counted: int = await self._pool.fetchval(
            f"SELECT count(*) FROM {self._table} WHERE trader = $1 AND finality <> 'retracted'",
            wallet,
        )
        return counted

    def _newest(self, columns: Sequence[str], more: str = "true") -> str:
        """One walk along one index; ``columns`` equal the parameters from $5 on."""
        equal = "".join(f" AND {column} = ${n}" for n, column in enumerate(columns, 5))
        return (
            f"SELECT {_COLUMNS} FROM {self._table} WHERE finality <> 'retracted'"
            f" AND {_BEFORE}{equal} AND {more} ORDER BY {_NEWEST} LIMIT $1"
        )

    def _of_token(self) -> str:
        """Both sides' newest, merged: an OR over two columns would use no index in order."""
        gave, got = self._newest(("mint_in",)), self._newest(("mint_out",), "mint_in <> $5")
        return f"(({gave}) UNION ALL ({got})) ORDER BY {_NEWEST} LIMIT $1"


def _view(row: asyncpg.Record) -> TradeView:
    return TradeView(
        position=row["position"],
        place=_place(row["place"]),
        trade=_trade(row["trade"]),
        decoder=row["decoder"],
        finality=row["finality"],
        recorded_at=row["recorded_at"],
    )
