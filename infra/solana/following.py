"""What of the log concerns whoever follows the chain: who is watched, what is not final yet.

Kept in Postgres, with its checkpoint in the same transaction, and not taken from the views: a
view may be empty for a while, and a fleet must not be taken down for that.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg
from msgspec import Struct, field

from domain.recorded import RecordedEvent
from domain.trade import Trade
from domain.transaction import Transaction
from domain.values import WalletAddress
from domain.wallet_subscription import WalletSubscription
from infra.postgres.rows import COLUMNS, decode

WINDOW: Final = 5_000
"""Positions looked at in one step: some ten milliseconds when most of them concern us."""
_TYPES: Final = [
    event.TOPIC
    for event in (
        WalletSubscription.Opened,
        WalletSubscription.Reopened,
        WalletSubscription.Closed,
        Transaction.Recorded,
        Transaction.Finalized,
        Transaction.Retracted,
        Transaction.Reinstated,
        Trade.Recorded,
    )
]
_SELECT: Final = (
    f"SELECT {', '.join(COLUMNS)} FROM events "  # noqa: S608  # our own names
    "WHERE position > $1 AND position <= $2 AND type = ANY($3) ORDER BY position"
)


class _Pending(Struct):
    stream_id: UUID
    signature: str
    slot: int
    dropped: bool = False


class _Changes(Struct):
    """What a window of the log comes to."""

    watched: dict[UUID, str | None] = field(default_factory=dict)
    pending: dict[UUID, _Pending | None] = field(default_factory=dict)
    dropped: set[UUID] = field(default_factory=set)
    trades: list[tuple[str, UUID]] = field(default_factory=list)

    def add(self, recorded: RecordedEvent) -> None:
        stream = recorded.stream_id
        match recorded.event:
            case (
                WalletSubscription.Opened(wallet=wallet)
                | WalletSubscription.Reopened(wallet=wallet)
            ):
                self.watched[stream] = wallet
            case WalletSubscription.Closed():
                self.watched[stream] = None
            case Transaction.Recorded(place=place) | Transaction.Reinstated(place=place):
                self.pending[stream] = _Pending(stream, place.signature, place.slot)
                self.dropped.discard(stream)
            case Transaction.Finalized():
                self.pending[stream] = None
            case Transaction.Retracted():
                self.dropped.add(stream)
            case Trade.Recorded(place=place):
                self.trades.append((place.signature, stream))


class Following:
    """The tables, brought up to the log's head."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def catch_up(self) -> int:
        """Read the log to its head; returns the head."""
        head: int = await self._connection.fetchval("SELECT position FROM log_head")
        at: int = await self._connection.fetchval("SELECT position FROM follow_checkpoint")
        while at < head:
            upto = min(at + WINDOW, head)
            changes = _Changes()
            for row in await self._connection.fetch(_SELECT, at, upto, _TYPES):
                changes.add(decode(row))
            async with self._connection.transaction():
                moved = await self._connection.execute(
                    "UPDATE follow_checkpoint SET position = $2 WHERE position = $1", at, upto
                )
                if moved == "UPDATE 1":
                    await self._write(changes)
            # Somebody else may follow too, and have been first.
            at = await self._connection.fetchval("SELECT position FROM follow_checkpoint")
        return head

    async def _write(self, changes: _Changes) -> None:
        opened = [(s, w) for s, w in changes.watched.items() if w is not None]
        closed = [s for s, w in changes.watched.items() if w is None]
        await self._connection.executemany(
            "INSERT INTO watched_wallets VALUES ($1, $2) ON CONFLICT (subscription) DO NOTHING",
            opened,
        )
        await self._connection.execute(
            "DELETE FROM watched_wallets WHERE subscription = ANY($1)", closed
        )
        await self._write_pending([one for one in changes.pending.values() if one is not None])
        await self._connection.execute(
            "UPDATE pending_finality SET dropped = true, due_slot = slot, tries = 0 "
            "WHERE stream_id = ANY($1)",
            list(changes.dropped),
        )
        await self._write_trades(changes.trades)
        await self._connection.execute(
            "DELETE FROM pending_finality WHERE stream_id = ANY($1)",
            [stream for stream, one in changes.pending.items() if one is None],
        )

    async def _write_pending(self, pending: Sequence[_Pending]) -> None:
        await self._connection.execute(
            "INSERT INTO pending_finality (stream_id, signature, slot, due_slot) "
            "SELECT p.id, p.signature, p.slot, p.slot "
            "FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS p (id, signature, slot) "
            "ON CONFLICT (stream_id) DO UPDATE SET slot = excluded.slot, dropped = false, "
            "due_slot = excluded.due_slot, tries = 0",
            [one.stream_id for one in pending],
            [one.signature for one in pending],
            [one.slot for one in pending],
        )

    async def _write_trades(self, trades: Sequence[tuple[str, UUID]]) -> None:
        await self._connection.execute(
            "UPDATE pending_finality p SET trades = p.trades || t.ids FROM ("
            " SELECT u.signature, array_agg(u.id) AS ids "
            " FROM unnest($1::text[], $2::uuid[]) AS u (signature, id) GROUP BY u.signature) AS t "
            "WHERE p.signature = t.signature AND NOT p.trades @> t.ids",
            [signature for signature, _ in trades],
            [stream for _, stream in trades],
        )


async def watched(connection: asyncpg.Pool | asyncpg.Connection) -> Sequence[WalletAddress]:
    """Every wallet somebody follows, each once, in a fixed order."""
    rows = await connection.fetch("SELECT DISTINCT wallet FROM watched_wallets ORDER BY wallet")
    return [WalletAddress(row[0]) for row in rows]
