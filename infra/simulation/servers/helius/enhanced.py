"""The enhanced transactions API: parse given signatures, or page through an address's history."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from infra.simulation.servers.helius.errors import bad_request
from infra.simulation.servers.history import Commitment
from infra.simulation.servers.packing import Listed
from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.rpc.errors import RpcError
from infra.simulation.servers.rpc.node import Node
from infra.simulation.servers.rpc.parameters import Config, checked_address
from infra.simulation.world.render.helius_enhanced import to_helius_enhanced

SIGNATURES_MAX: Final = 100
PAGE_MAX: Final = 100
SEARCHED_MAX: Final = 1_000
"""How far one call looks for events of a type before it asks the caller to go on."""


class Filters(msgspec.Struct, frozen=True, rename="kebab", kw_only=True):
    """The query of ``GET /v0/addresses/{address}/transactions``."""

    before_signature: str | None = None
    after_signature: str | None = None
    before: str | None = None
    until: str | None = None
    commitment: str = "finalized"
    sort_order: str = "desc"
    source: str | None = None
    type: str | None = None
    limit: int = 100
    token_accounts: str = "none"  # noqa: S105 - not a secret
    gt_slot: int | None = None
    gte_slot: int | None = None
    lt_slot: int | None = None
    lte_slot: int | None = None
    gt_time: int | None = None
    gte_time: int | None = None
    lt_time: int | None = None
    lte_time: int | None = None


class EnhancedTransactions:
    """Both calls, over one node's view."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def parse(self, signatures: list[str], commitment: str) -> list[JsonObject]:
        """The transactions of up to 100 signatures; unknown ones are left out."""
        if not 1 <= len(signatures) <= SIGNATURES_MAX:
            raise bad_request(f"transactions must have from 1 to {SIGNATURES_MAX} entries")
        newest = self._newest(commitment)
        found = (self._node.transaction(signature) for signature in signatures)
        return [to_helius_enhanced(t) for t in found if t is not None and t.slot <= newest]

    def page(self, address: str, filters: Filters) -> list[JsonObject]:
        """One page of an address's history; raises HeliusError as Helius words it."""
        address = _checked(address)
        _check(filters)
        newest = self._newest(filters.commitment)
        listed: Iterator[Listed] = self._node.of_address(address, newest)
        if filters.token_accounts in ("balanceChanged", "all"):
            listed = iter(self._with_token_accounts(address, newest))
        if filters.sort_order == "asc":
            listed = reversed(list(listed))
        inside = (t for t in _cut(listed, filters) if _inside(t, filters))
        if filters.type is None and filters.source is None:
            return [self._shown(entry) for entry in islice(inside, filters.limit)]
        return self._searched(inside, filters)

    def _searched(self, inside: Iterator[Listed], filters: Filters) -> list[JsonObject]:
        found: list[JsonObject] = []
        last: Listed | None = None
        for transaction in islice(inside, SEARCHED_MAX):
            last = transaction
            event = self._shown(transaction)
            if filters.type in (None, event["type"]) and filters.source in (None, event["source"]):
                found.append(event)
                if len(found) >= filters.limit:
                    return found
        if not found and last is not None and next(inside, None) is not None:
            parameter = "before-signature" if filters.sort_order == "desc" else "after-signature"
            raise bad_request(
                "Failed to find events within the search period. To continue search, "
                f"query the API again with the `{parameter}` parameter set to {last.signature}."
            )
        return found

    def _shown(self, entry: Listed) -> JsonObject:
        found = self._node.history.transaction(entry)
        return {} if found is None else to_helius_enhanced(found)

    def _with_token_accounts(self, address: str, newest: int) -> list[Listed]:
        """Also what only the owner's token accounts took part in, newest first."""
        held = self._node.production.world.token_accounts_by_owner(address)
        found = {
            t.signature: t
            for account in (address, *(a for a, _ in held))
            for t in self._node.of_address(account, newest)
        }
        return sorted(found.values(), key=lambda t: (-t.slot, -t.index))

    def _newest(self, commitment: str) -> int:
        if commitment not in ("finalized", "confirmed"):
            raise bad_request("commitment must be finalized or confirmed")
        return self._node.newest(Config(commitment=Commitment(commitment))).slot


def _cut(listed: Iterator[Listed], filters: Filters) -> Iterator[Listed]:
    """What lies between the two signatures; descending starts below ``before``."""
    before = filters.before_signature or filters.before
    after = filters.after_signature or filters.until
    start, stop = (before, after) if filters.sort_order == "desc" else (after, before)
    if start is not None:
        for transaction in listed:
            if transaction.signature == start:
                break
    for transaction in listed:
        if transaction.signature == stop:
            return
        yield transaction


def _inside(transaction: Listed, filters: Filters) -> bool:
    slot, time = transaction.slot, transaction.block_time
    return (
        (filters.gt_slot is None or slot > filters.gt_slot)
        and (filters.gte_slot is None or slot >= filters.gte_slot)
        and (filters.lt_slot is None or slot < filters.lt_slot)
        and (filters.lte_slot is None or slot <= filters.lte_slot)
        and (filters.gt_time is None or time > filters.gt_time)
        and (filters.gte_time is None or time >= filters.gte_time)
        and (filters.lt_time is None or time < filters.lt_time)
        and (filters.lte_time is None or time <= filters.lte_time)
    )


def _check(filters: Filters) -> None:
    if not 1 <= filters.limit <= PAGE_MAX:
        raise bad_request(f"limit must be between 1 and {PAGE_MAX}")
    if filters.sort_order not in ("asc", "desc"):
        raise bad_request("sort-order must be asc or desc")
    if filters.token_accounts not in ("none", "balanceChanged", "all"):
        raise bad_request("token-accounts must be none, balanceChanged or all")
    slots = (filters.gt_slot, filters.gte_slot, filters.lt_slot, filters.lte_slot)
    times = (filters.gt_time, filters.gte_time, filters.lt_time, filters.lte_time)
    if any(s is not None for s in slots) and any(t is not None for t in times):
        raise bad_request("slot and time filters cannot be combined")


def _checked(address: str) -> str:
    try:
        return checked_address(address)
    except RpcError as wrong:
        raise bad_request(f"invalid address: {address}") from wrong
