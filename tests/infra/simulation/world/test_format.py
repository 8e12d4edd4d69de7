"""Transactions are what a Solana client expects them to be."""

import base64
from itertools import pairwise
from typing import cast

import msgspec
import pytest
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_status import (
    EncodedConfirmedTransactionWithStatusMeta,
    UiConfirmedBlock,
)

from infra.simulation.world.render import (
    UnsupportedTransactionVersion,
    block_to_json,
    to_json,
)
from infra.simulation.world.render.rpc import Encoding
from infra.simulation.world.transaction import LEGACY, SimulatedTransaction
from tests.infra.simulation.world.conftest import History


def test_every_signature_verifies(history: History) -> None:
    for tx in history.transactions:
        parsed = VersionedTransaction.from_bytes(tx.wire)
        assert all(parsed.verify_with_results())
        assert tuple(str(signature) for signature in parsed.signatures) == tx.signatures


def test_the_wire_says_what_the_message_says(history: History) -> None:
    for tx in history.transactions:
        parsed = VersionedTransaction.from_bytes(tx.wire)
        assert bytes(parsed) == tx.wire
        message = parsed.message
        assert isinstance(message, Message if tx.message.version == LEGACY else MessageV0)
        assert tuple(map(str, message.account_keys)) == tx.message.static_accounts
        assert str(message.recent_blockhash) == tx.message.recent_blockhash
        for told, signed in zip(tx.message.instructions, message.instructions, strict=True):
            assert told.program_index == signed.program_id_index
            assert told.accounts == bytes(signed.accounts)
            assert told.data == bytes(signed.data)


def test_a_transaction_fits_into_a_packet(history: History) -> None:
    assert max(len(tx.wire) for tx in history.transactions) <= 1_232


@pytest.mark.parametrize("encoding", ["json", "jsonParsed", "base64"])
def test_a_client_reads_every_transaction(history: History, encoding: Encoding) -> None:
    for tx in history.transactions[:1_000]:
        text = msgspec.json.encode(to_json(tx, encoding)).decode()
        read = EncodedConfirmedTransactionWithStatusMeta.from_json(text)
        assert read.slot == tx.slot
        meta = read.transaction.meta
        assert meta is not None
        assert meta.fee == tx.meta.fee
        assert (meta.err is None) == (tx.meta.err is None)


def test_a_client_reads_a_block(history: History) -> None:
    block = history.blocks[-1]
    read = UiConfirmedBlock.from_json(msgspec.json.encode(block_to_json(block)).decode())
    assert str(read.blockhash) == block.blockhash
    assert read.transactions is not None
    assert len(read.transactions) == len(block.transactions)


def test_blocks_follow_each_other(history: History) -> None:
    for before, after in pairwise(history.blocks):
        assert after.parent_slot == before.slot
        assert after.slot > before.slot
        assert after.previous_blockhash == before.blockhash
        assert after.block_height == before.block_height + 1
        assert after.block_time >= before.block_time


def test_base64_is_the_signed_bytes(history: History) -> None:
    tx = history.transactions[0]
    shown = cast("list[str]", to_json(tx, "base64")["transaction"])
    assert base64.b64decode(shown[0]) == tx.wire


def test_a_client_that_does_not_know_versions_is_refused_version_0(history: History) -> None:
    new = next(tx for tx in history.transactions if tx.message.version == 0)
    old = next(tx for tx in history.transactions if tx.message.version == LEGACY)
    with pytest.raises(UnsupportedTransactionVersion):
        to_json(new, "json", None)
    assert "version" not in to_json(old, "json", None)


def test_both_versions_lookup_tables_and_failures_occur(history: History) -> None:
    kinds = {(tx.message.version, bool(tx.message.lookups)) for tx in history.transactions}
    assert kinds == {(LEGACY, False), (0, False), (0, True)}
    assert any(tx.failed for tx in history.transactions)


def test_lookup_tables_hold_what_was_loaded(history: History) -> None:
    for tx in history.transactions:
        loaded: tuple[list[str], list[str]] = ([], [])
        for lookup in tx.message.lookups:
            table = history.world.account(lookup.table)
            assert table is not None
            for rows, found in ((lookup.writable, loaded[0]), (lookup.readonly, loaded[1])):
                found += [_row(table.data, row) for row in rows]
        assert tuple(loaded[0]) == tx.meta.loaded_writable
        assert tuple(loaded[1]) == tx.meta.loaded_readonly


def test_compute_units_stay_within_the_limit_and_logs_nest(history: History) -> None:
    for tx in history.transactions:
        assert 0 < tx.meta.compute_units_consumed <= 1_400_000
        assert _nesting(tx) == 0


def _nesting(tx: SimulatedTransaction) -> int:
    depth = 0
    for line in tx.meta.log_messages:
        if " invoke [" in line:
            depth += 1
            assert line.endswith(f"[{depth}]")
        elif line.startswith("Program ") and (line.endswith(" success") or " failed: " in line):
            depth -= 1
    return depth


def _row(data: bytes, row: int) -> str:
    start = 56 + 32 * row
    return str(Pubkey(data[start : start + 32]))
