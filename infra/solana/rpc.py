"""The calls we make, typed; transactions come as the node's own bytes."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Final, Self, TypeVar

import aiohttp
import msgspec
from msgspec import Struct

from infra.solana import wire
from infra.solana.endpoint import FIRST_REST_SECONDS, Endpoint
from infra.solana.endpoints import Call, Endpoints, Result
from infra.solana.errors import EndpointFailed, RpcFailure, RpcRefused, RpcUnavailable
from infra.solana.wire import Commitment, Listed

PAGE_MAX: Final = 1_000
TRANSACTIONS_MAX: Final = 10
"""In one batch: providers refuse larger batches of calls that reach their archives."""
STATUSES_MAX: Final = 256
BALANCES_MAX: Final = 100
CONNECTIONS_MAX: Final = 16
RATE: Final = 10.0
"""Calls a second and endpoint when nobody says otherwise: the smallest plans' allowance."""
_T = TypeVar("_T")


class Page(Struct, frozen=True):
    """One page of an address's history, newest first, and who gave it."""

    entries: Sequence[Listed]
    endpoint: str


class SolanaRpc:
    """A Solana node made of several; every call is bounded in time and may raise RpcFailure."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints: Final = endpoints

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        urls: Sequence[str],
        rate: float = RATE,
        *,
        rest_seconds: float = FIRST_REST_SECONDS,
    ) -> AsyncIterator[Self]:
        """A client for the length of the block."""
        connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
        async with aiohttp.ClientSession(connector=connector) as http:
            yield cls(Endpoints(urls, rate, http, rest_seconds))

    async def slot(self, commitment: Commitment = "finalized") -> int:
        """The newest slot over all endpoints that answer; notes how far each one is."""
        calls = [self._slot_of(endpoint, commitment) for endpoint in self.endpoints.all]
        found = await asyncio.gather(*calls)
        slots = [slot for slot in found if slot is not None]
        if not slots:
            raise RpcUnavailable("no endpoint told its slot")
        return max(slots)

    async def signatures(
        self,
        address: str,
        *,
        commitment: Commitment,
        limit: int = PAGE_MAX,
        before: str | None = None,
        min_slot: int | None = None,
        avoid: Collection[str] = (),
    ) -> Page:
        """One page of the address's history, by a node that has reached ``min_slot``."""
        config: dict[str, object] = {"commitment": commitment, "limit": min(limit, PAGE_MAX)}
        if before is not None:
            config["before"] = before
        if min_slot is not None:
            config["minContextSlot"] = min_slot
        call = ("getSignaturesForAddress", (address, config))
        (result,), endpoint = await self.endpoints.ask([call], avoid=avoid)
        entries: list[Listed] = _decoded(wire.listed, result)
        return Page(entries, endpoint.name)

    async def transactions(
        self,
        signatures: Sequence[str],
        commitment: Commitment = "confirmed",
        avoid: Collection[str] = (),
    ) -> tuple[Sequence[bytes | None], str]:
        """Each transaction as the node wrote it, None where it has none, and who said so; at
        most ``TRANSACTIONS_MAX`` at once."""
        config = {
            "commitment": commitment,
            "encoding": "json",
            "maxSupportedTransactionVersion": 0,
        }
        calls = [("getTransaction", (signature, config)) for signature in signatures]
        results, endpoint = await self.endpoints.ask(calls, avoid=avoid)
        return [_transaction(result) for result in results], endpoint.name

    async def statuses(self, signatures: Sequence[str]) -> wire.Statuses:
        """What became of each, searched for in all of history; at most ``STATUSES_MAX``."""
        config = {"searchTransactionHistory": True}
        (result,), _ = await self.endpoints.ask(
            [("getSignatureStatuses", (list(signatures), config))]
        )
        return _decoded(wire.statuses, result)

    async def block_signatures(self, slot: int) -> wire.BlockSignatures:
        """The finalized block of a slot by signatures; raises RpcRefused when there is none."""
        config = {
            "commitment": "finalized",
            "transactionDetails": "signatures",
            "rewards": False,
            "maxSupportedTransactionVersion": 0,
        }
        (result,), _ = await self.endpoints.ask([("getBlock", (slot, config))])
        return _decoded(wire.block_signatures, result)

    async def next_block(self, slot: int) -> int | None:
        """The first finalized slot above ``slot`` that has a block; None when none is yet."""
        config = {"commitment": "finalized"}
        (result,), _ = await self.endpoints.ask([("getBlocksWithLimit", (slot + 1, 1, config))])
        found: list[int] = _decoded(wire.slots, result)
        return found[0] if found else None

    async def first_block(self) -> int:
        """The oldest slot whose block can be asked for."""
        (result,), _ = await self.endpoints.ask([("getFirstAvailableBlock", ())])
        return _decoded(wire.slot, result)

    async def balances(self, addresses: Sequence[str], min_slot: int) -> wire.Balances:
        """The finalized lamports of at most ``BALANCES_MAX`` accounts, at one slot."""
        config = {
            "commitment": "finalized",
            "encoding": "base64",
            "dataSlice": {"offset": 0, "length": 0},
            "minContextSlot": min_slot,
        }
        (result,), _ = await self.endpoints.ask(
            [("getMultipleAccounts", (list(addresses), config))]
        )
        return _decoded(wire.balances, result)

    async def _slot_of(self, endpoint: Endpoint, commitment: Commitment) -> int | None:
        call: Call = ("getSlot", ({"commitment": commitment},))
        try:
            slot = _decoded(wire.slot, await self.endpoints.ask_one(endpoint, call))
        except (RpcFailure, EndpointFailed):
            return None
        if commitment == "finalized":
            endpoint.slot = slot
        return slot


def _decoded(decoder: msgspec.json.Decoder[_T], result: Result) -> _T:
    if isinstance(result, RpcRefused):
        raise result
    try:
        return decoder.decode(result)
    except msgspec.MsgspecError as unreadable:
        raise RpcUnavailable(f"unreadable result: {unreadable}") from unreadable


def _transaction(result: Result) -> bytes | None:
    if isinstance(result, RpcRefused):
        raise result
    raw = bytes(result)
    return None if raw == b"null" else raw
