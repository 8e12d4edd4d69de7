"""Keeps Helius's webhooks in step with who is watched; one process at a time."""

from collections.abc import Sequence
from typing import Final

import asyncpg
import structlog
from msgspec import Struct

from domain.coverage.fleet import SHARD_ADDRESSES_MAX, Drift, Shard, drift, plan
from infra.solana import metrics
from infra.solana.following import Following, watched
from infra.solana.helius import HeliusWebhooks, Order
from infra.solana.status import FLEET, say

REPAIRED: Final = Drift(missing=0, surplus=0, twice=0, switched_off=0)
logger = structlog.get_logger(__name__)


class Target(Struct, frozen=True):
    """Where deliveries go, and what they carry to be let in."""

    url: str
    auth_header: str
    shard_max: int = SHARD_ADDRESSES_MAX


class Fleet:
    """Read, compare, write: safe only for whoever holds the fleet's lock."""

    def __init__(
        self, connection: asyncpg.Connection, helius: HeliusWebhooks, target: Target
    ) -> None:
        self._connection = connection
        self._following = Following(connection)
        self._helius = helius
        self._target = target

    async def reconcile(self) -> Drift:
        """Make what is registered what is wanted; returns how far apart they were.

        Raises HeliusFailed; what was done until then stands, and the next pass goes on from it.
        Webhooks that deliver elsewhere are somebody else's and stay as they are.
        """
        await self._following.catch_up()  # a log half read would take webhooks down
        wanted = frozenset(await watched(self._connection))
        shards = await self._shards()
        found = drift(wanted, shards)
        await self._say(wanted, shards, found)
        todo = plan(wanted, shards, self._target.shard_max)
        # Grow before shrinking: an address that moves is heard twice rather than never.
        for addresses in todo.create:
            await self._helius.create(self._order(addresses))
        for webhook_id, addresses in todo.replace.items():
            await self._helius.replace(webhook_id, self._order(addresses))
        for webhook_id in todo.enable:
            logger.warning("helius had switched a webhook off", webhook=webhook_id)
            await self._helius.enable(webhook_id)
        for webhook_id in todo.delete:
            await self._helius.delete(webhook_id)
        if not todo.is_empty:
            logger.info("webhooks changed", wanted=len(wanted), **_named(found))
            await self._say(wanted, shards, REPAIRED)
        return found

    async def _shards(self) -> Sequence[Shard]:
        """Ours, each by its id: the list cuts addresses short."""
        ours = [
            one.webhook_id
            for one in await self._helius.listed()
            if one.webhook_url == self._target.url and one.webhook_type.startswith("raw")
        ]
        whole = [await self._helius.get(webhook_id) for webhook_id in ours]
        return [Shard(w.webhook_id, frozenset(w.account_addresses), w.active) for w in whole]

    def _order(self, addresses: frozenset[str]) -> Order:
        return Order(self._target.url, sorted(addresses), self._target.auth_header)

    async def _say(self, wanted: frozenset[str], shards: Sequence[Shard], found: Drift) -> None:
        """What stands now: a drift that stays is one that could not be repaired."""
        for side, count in _named(found).items():
            metrics.FLEET_DRIFT.labels(side).set(count)
        document = {"wanted": len(wanted), "shards": len(shards), **_named(found)}
        await say(self._connection, FLEET, document)


def _named(found: Drift) -> dict[str, int]:
    return {name: getattr(found, name) for name in found.__struct_fields__}
