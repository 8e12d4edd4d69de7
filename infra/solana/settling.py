"""The policy that makes confirmed transactions final, or takes back what a fork dropped."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import structlog

from commands.finality import settle_transactions
from commands.messages import Dropped, Landed, Settlement, SettleTransactions
from commands.messages import Final as Finality
from commands.ports import ConcurrencyConflict
from domain.chain.decoded import DecodedTransaction
from domain.chain.decoder import decode_transaction
from domain.chain.errors import MalformedTransaction
from domain.coverage.finality import LANDS_AGAIN_SLOTS_MAX, Sighting, Verdict, verdict, wait_slots
from domain.errors import DomainError
from domain.values import Signature, Slot
from infra.postgres.compression import decompress
from infra.solana import metrics
from infra.solana.chain_proof import final_signatures
from infra.solana.fetching import Fetching
from infra.solana.following import Following
from infra.solana.received import SOURCE
from infra.solana.rpc import STATUSES_MAX, SolanaRpc
from infra.solana.streams import PostgresStreams
from infra.solana.wire import Status

ACTOR: Final = "policy:finality"
NEVER: Final = 2**62
"""A slot that no chain reaches: asked about again only when a listing shows it landed."""
CONFLICT_SLOTS: Final = 2
logger = structlog.get_logger(__name__)


class Settling:
    """One pass after another over what is not final yet."""

    def __init__(self, connection: asyncpg.Connection, rpc: SolanaRpc, fetching: Fetching) -> None:
        self._connection = connection
        self._rpc = rpc
        self._fetching = fetching
        self._following = Following(connection)
        self._streams = PostgresStreams(connection)

    async def round(self, stop: asyncio.Event) -> Counter[str]:
        """Settle everything that can be settled now, unless ``stop`` is set; how many came to
        what. Raises RpcFailure when the cluster cannot be asked."""
        outcomes: Counter[str] = Counter()
        await self._following.catch_up()
        tip = await self._rpc.slot()
        while not stop.is_set() and (rows := await self._due(tip)):
            outcomes += await self._settle(rows, tip)
            await self._following.catch_up()
        return outcomes

    async def _due(self, tip: int) -> Sequence[asyncpg.Record]:
        rows: Sequence[asyncpg.Record] = await self._connection.fetch(
            "SELECT stream_id, signature, slot, trades, dropped, tries FROM pending_finality "
            "WHERE due_slot <= $1 AND slot <= $1 ORDER BY due_slot, signature LIMIT $2",
            tip,
            STATUSES_MAX,
        )
        return rows

    async def _settle(self, rows: Sequence[asyncpg.Record], tip: int) -> Counter[str]:
        statuses = (await self._rpc.statuses([row["signature"] for row in rows])).value
        if len(statuses) != len(rows):
            statuses = [None] * len(rows)
        blocks = await final_signatures(
            self._rpc,
            {
                row["slot"]
                for row, status in zip(rows, statuses, strict=True)
                if not row["dropped"] and _is_doubtful(status, row["slot"])
            },
        )
        verdicts = {
            row["stream_id"]: _judged(row, status, blocks.get(row["slot"]))
            for row, status in zip(rows, statuses, strict=True)
        }
        landed = await self._landed(
            {
                Signature(row["signature"]): Slot(status.slot)
                for row, status in zip(rows, statuses, strict=True)
                if verdicts[row["stream_id"]] == "landed" and status is not None
            }
        )
        settlements = {
            row["stream_id"]: one
            for row in rows
            if (one := _settlement(row, verdicts[row["stream_id"]], landed)) is not None
        }
        await self._connection.execute(
            "UPDATE pending_finality SET due_slot = $2 WHERE stream_id = ANY($1)",
            list(settlements),
            tip + CONFLICT_SLOTS,
        )
        refused = await self._record(list(settlements.values()))
        await self._wait(rows, {*(verdicts.keys() - settlements.keys()), *refused}, tip)
        return Counter(
            verdicts[stream] for stream in settlements if stream not in refused
        ) + Counter({"waiting": len(rows) - len(settlements)})

    async def _landed(
        self, places: Mapping[Signature, Slot]
    ) -> Mapping[Signature, DecodedTransaction]:
        """What each did in the block it landed in, as far as it can be had and read."""
        if not places:
            return {}
        holes = await self._fetching.fetch(places, landed=True)
        rows = await self._connection.fetch(
            "SELECT signature, raw FROM landings JOIN unnest($1::text[], $2::bigint[]) "
            "AS wanted (signature, slot) USING (signature, slot)",
            [name for name in places if name not in holes],
            [slot for name, slot in places.items() if name not in holes],
        )
        found = {}
        for signature, raw in rows:
            try:
                found[signature] = decode_transaction(decompress(raw))
            except MalformedTransaction as malformed:
                logger.warning("landing not readable", signature=signature, reason=str(malformed))
        return found

    async def _record(self, settlements: Sequence[Settlement]) -> set[UUID]:
        """Record them together; if one is refused, each alone. Those that failed are returned."""
        try:
            await self._send(settlements)
        except (ConcurrencyConflict, DomainError) as why:
            if len(settlements) == 1:
                logger.warning("not settled", stream=str(settlements[0].transaction), why=str(why))
                return {settlements[0].transaction}
            failed = [await self._record([one]) for one in settlements]
            return set().union(*failed)
        return set()

    async def _send(self, settlements: Sequence[Settlement]) -> None:
        if not settlements:
            return
        message = uuid4()
        command = SettleTransactions(
            message_id=message,
            correlation_id=message,
            actor=ACTOR,
            settlements=tuple(settlements),
        )
        await settle_transactions(command, streams=self._streams)
        for one in settlements:
            metrics.SETTLED.labels(type(one).__name__.lower()).inc()

    async def _wait(self, rows: Sequence[asyncpg.Record], waiting: set[UUID], tip: int) -> None:
        """Ask about these again later, and later each time; in the end not at all about what
        was dropped and can no longer land."""
        await self._connection.executemany(
            "UPDATE pending_finality SET due_slot = $2, tries = tries + 1 WHERE stream_id = $1",
            [
                (row["stream_id"], _next_due(row, tip))
                for row in rows
                if row["stream_id"] in waiting
            ],
        )


def _is_doubtful(status: Status | None, slot: int) -> bool:
    """Whether the finalized chain has to be looked at: nobody knows it, or it is elsewhere."""
    return status is None or (not status.is_final and status.slot != slot)


def _judged(row: asyncpg.Record, status: Status | None, block: frozenset[str] | None) -> Verdict:
    sighting = None if status is None else Sighting(Slot(status.slot), status.is_final)
    inside = None if block is None else row["signature"] in block
    return verdict(Slot(row["slot"]), sighting, inside, dropped=row["dropped"])


def _settlement(
    row: asyncpg.Record, judged: Verdict, landed: Mapping[Signature, DecodedTransaction]
) -> Settlement | None:
    stream, trades = row["stream_id"], tuple(row["trades"])
    match judged:
        case "final":
            return Finality(stream, trades)
        case "dropped":
            return Dropped(stream, trades)
        case "landed" if row["signature"] in landed:
            return Landed(stream, trades, landed[row["signature"]], SOURCE)
    return None


def _next_due(row: asyncpg.Record, tip: int) -> int:
    if row["dropped"] and tip > row["slot"] + LANDS_AGAIN_SLOTS_MAX:
        return NEVER
    return tip + (CONFLICT_SLOTS if row["dropped"] else wait_slots(row["tries"]))
