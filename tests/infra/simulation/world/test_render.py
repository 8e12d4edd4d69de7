"""The forms of a transaction: base58, amounts, Helius raw and enhanced."""

import json
import os
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from infra.simulation.world.render import to_helius_enhanced, to_helius_raw
from infra.simulation.world.render.base58 import base58
from infra.simulation.world.render.rpc import ui_amount
from tests.infra.simulation.world.conftest import History

Json = dict[str, object]


@given(st.binary(min_size=32, max_size=32))
def test_base58_agrees_with_solana(key: bytes) -> None:
    assert base58(key) == str(Pubkey(key))


@given(st.binary(max_size=400))
def test_base58_keeps_leading_zeros(data: bytes) -> None:
    encoded = base58(b"\0\0" + data)
    assert encoded.startswith("11")
    assert encoded[2:] == base58(data)


def test_an_amount_is_told_exactly() -> None:
    assert ui_amount(1_500_000, 6)["uiAmountString"] == "1.5"
    assert ui_amount(0, 6) == {
        "amount": "0",
        "decimals": 6,
        "uiAmount": None,
        "uiAmountString": "0",
    }
    assert ui_amount(7, 9)["uiAmountString"] == "0.000000007"


def test_a_raw_entry_says_where_in_the_block_it_is(history: History) -> None:
    for tx in history.blocks[-1].transactions:
        assert to_helius_raw(tx)["indexWithinBlock"] == tx.index


def test_an_enhanced_entry_accounts_for_every_lamport(history: History) -> None:
    for tx in history.transactions[:500]:
        told = cast("list[Json]", to_helius_enhanced(tx)["accountData"])
        changes = [cast("int", account["nativeBalanceChange"]) for account in told]
        assert sum(changes) == -tx.meta.fee


def test_a_failed_transaction_has_an_error_and_no_transfers(history: History) -> None:
    failed = next(tx for tx in history.transactions if tx.failed)
    told = to_helius_enhanced(failed)
    assert told["transactionError"]
    assert told["nativeTransfers"] == told["tokenTransfers"] == []


@pytest.mark.recorded
def test_the_shapes_are_those_that_were_recorded(history: History) -> None:
    folder = Path(os.environ.get("CIPHERX_TEST_DATA", "../shared/data"))
    if not folder.is_dir():
        pytest.skip("recorded transactions are not here (CIPHERX_TEST_DATA)")
    raw = json.loads((folder / "webhooks/raw/devnet_as_received.json").read_text())
    received = raw[0] if isinstance(raw, list) else raw
    made = to_helius_raw(history.transactions[0])
    assert set(received) - set(made) == set()
    assert set(received["meta"]) - set(cast("Json", made["meta"])) == set()
