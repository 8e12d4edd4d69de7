"""Transactions and the history of an address, with a real node's paging and its traps."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from infra.simulation.servers.faults import FaultKind, Service
from infra.simulation.servers.history import Commitment
from infra.simulation.servers.packing import Listed
from infra.simulation.servers.replies import JsonObject
from infra.simulation.servers.rpc.chain_methods import below_confirmed, context
from infra.simulation.servers.rpc.errors import invalid
from infra.simulation.servers.rpc.node import Node, status_of
from infra.simulation.servers.rpc.parameters import Config, Parameters, checked_signature
from infra.simulation.servers.rpc.rendering import signature_shown, transaction_shown
from infra.simulation.world.render.errors import error_to_json

PAGE_MAX: Final = 1_000
STATUSES_MAX: Final = 256
RECENT_SLOTS: Final = 150
"""How far the status cache reaches when the caller does not ask to search history."""


class HistoryMethods:
    """getTransaction, getSignaturesForAddress, getSignatureStatuses."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def get_transaction(self, given: Parameters) -> object:
        """A transaction, or null while it is unknown at the commitment asked for."""
        signature, config = checked_signature(given.required(0, str)), given.config(1)
        if config.commitment is Commitment.PROCESSED:
            raise below_confirmed()
        newest = self._node.newest(config)
        found = self._node.transaction(signature)
        if found is None or found.slot > newest.slot:
            return None
        return transaction_shown(found, config)

    def get_signature_statuses(self, given: Parameters) -> object:
        """What became of signatures; null for one that is not, or no longer, on the chain."""
        signatures, config = given.required(0, list[str]), given.config(1)
        if len(signatures) > STATUSES_MAX:
            raise invalid(f"Too many inputs provided; max {STATUSES_MAX}")
        newest = self._node.newest(Config(commitment=Commitment.PROCESSED))
        oldest = 0 if config.search_transaction_history else newest.slot - RECENT_SLOTS
        statuses = [
            self._status(checked_signature(signature), oldest, newest.slot)
            for signature in signatures
        ]
        return {"context": context(newest), "value": statuses}

    def get_signatures_for_address(self, given: Parameters) -> object:
        """One page of an address's history, newest first.

        As on a real node, ``until`` that is not found is not an error: the page simply goes on
        to its limit. ``before`` that is not found gives an empty page.
        """
        address, config = given.address(0), given.config(1)
        limit = PAGE_MAX if config.limit is None else config.limit
        if not 1 <= limit <= PAGE_MAX:
            raise invalid(f"Invalid limit; max {PAGE_MAX}")
        if config.commitment is Commitment.PROCESSED:
            raise below_confirmed()
        before = None if config.before is None else checked_signature(config.before)
        until = None if config.until is None else checked_signature(config.until)
        last_slot = self._node.newest(config).slot
        faults, key = self._node.faults, self._node.next_key(f"page/{address}")
        if faults.strikes(FaultKind.EMPTY_PAGE, key, Service.RPC):
            return []
        if faults.strikes(FaultKind.COMMITMENT_SKEW, key, Service.RPC):
            last_slot = self._node.newest(Config(commitment=Commitment.FINALIZED)).slot
        if until is not None and faults.strikes(FaultKind.UNKNOWN_UNTIL, key, Service.RPC):
            until = None
        listed = self._node.of_address(address, last_slot)
        if faults.strikes(FaultKind.SLOT_DISORDER, key, Service.RPC):
            listed = self._disordered(listed, key)
        page = islice(_between(listed, before, until), limit)
        return [signature_shown(t, status_of(t.slot, self._node)) for t in page]

    def _status(self, signature: str, oldest: int, newest: int) -> JsonObject | None:
        found = self._node.history.listing(signature)
        if found is None or not oldest <= found.slot <= newest:
            return None
        status = status_of(found.slot, self._node)
        error = error_to_json(found.error)
        confirmations = newest - found.slot if status is not Commitment.FINALIZED else None
        return {
            "confirmationStatus": status,
            "confirmations": confirmations,
            "err": error,
            "slot": found.slot,
            "status": {"Ok": None} if error is None else {"Err": error},
        }

    def _disordered(self, listed: Iterator[Listed], key: str) -> Iterator[Listed]:
        """The same, each slot's entries in an order that changes from request to request."""

        def rank(transaction: Listed) -> tuple[int, int]:
            return -transaction.slot, self._node.faults.random(f"{key}/{transaction.signature}")

        return iter(sorted(listed, key=rank))


def _between(listed: Iterator[Listed], before: str | None, until: str | None) -> Iterator[Listed]:
    if before is not None:
        for transaction in listed:
            if transaction.signature == before:
                break
    for transaction in listed:
        if transaction.signature == until:
            return
        yield transaction
