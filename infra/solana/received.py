"""What we have received under a signature: in the inbox, or later in another block."""

from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg

from domain.chain.documents import RawTransaction, split_document
from domain.values import Signature, Slot
from infra.postgres.compression import compress, decompress
from infra.postgres.inbox import PostgresInbox

SOURCE: Final = "rpc"
ASKED_MAX: Final = 5_000
"""Signatures in one query."""


class Received:
    """The inbox by signature, and the landings beside it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._inbox = PostgresInbox(pool)

    async def places(self, signatures: Sequence[Signature]) -> Mapping[Signature, set[Slot]]:
        """The slots in which each was received; nothing for one that was not."""
        found: dict[Signature, set[Slot]] = {}
        for start in range(0, len(signatures), ASKED_MAX):
            rows = await self._pool.fetch(
                "SELECT signature, slot FROM inbox WHERE signature = ANY($1) "
                "UNION ALL SELECT signature, slot FROM landings WHERE signature = ANY($1)",
                list(signatures[start : start + ASKED_MAX]),
            )
            for signature, slot in rows:
                found.setdefault(signature, set()).add(slot)
        return found

    async def raw(self, places: Mapping[Signature, Slot]) -> Mapping[Signature, bytes]:
        """The bytes of each as it ran in that slot."""
        rows = await self._pool.fetch(
            "SELECT r.signature, r.raw FROM unnest($1::text[], $2::bigint[]) AS w (signature, slot)"
            " JOIN (SELECT signature, slot, raw FROM inbox WHERE signature = ANY($1) UNION ALL"
            "       SELECT signature, slot, raw FROM landings WHERE signature = ANY($1)) AS r"
            " USING (signature, slot)",
            list(places),
            list(places.values()),
        )
        return {signature: decompress(raw) for signature, raw in rows}

    async def keep(self, raws: Sequence[bytes]) -> set[Signature]:
        """Put transactions into the inbox, as a node handed them over; which ones are in now.
        What cannot be read is quarantined there."""
        entries = [entry for raw in raws for entry in split_document(raw)]
        await self._inbox.keep(entries, SOURCE)
        return {entry.signature for entry in entries if isinstance(entry, RawTransaction)}

    async def keep_landings(self, raws: Sequence[bytes]) -> set[Signature]:
        """Keep transactions whose signature the inbox has from another block, and have the
        finality policy look at them."""
        entries = [entry for raw in raws for entry in split_document(raw)]
        good = [entry for entry in entries if isinstance(entry, RawTransaction)]
        await self._pool.executemany(
            "INSERT INTO landings (signature, slot, source, raw) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING",
            [(entry.signature, entry.slot, SOURCE, compress(entry.raw)) for entry in good],
        )
        await self._pool.execute(
            "UPDATE pending_finality SET due_slot = slot, tries = 0 WHERE signature = ANY($1)",
            [entry.signature for entry in good],
        )
        return {entry.signature for entry in good}
