"""Instructions and events have the shapes of recorded mainnet transactions."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.chain.base58 import decode
from infra.simulation.world.programs import ids
from infra.simulation.world.programs.anchor import EVENT_TAG
from infra.simulation.world.render.movements import in_order
from infra.simulation.world.transaction import SimulatedTransaction
from tests.infra.simulation.world.conftest import History

Shape = tuple[int, int]
"""How many accounts, how many bytes of data."""

_COMPARED = {
    program.address: prefix
    for program, prefix in (
        (ids.PUMP, 8),
        (ids.PUMP_AMM, 8),
        (ids.RAYDIUM_V4, 1),
        (ids.WHIRLPOOL, 8),
        (ids.TOKEN, 1),
        (ids.ASSOCIATED_TOKEN, 0),
        (ids.SYSTEM, 4),
        (ids.COMPUTE_BUDGET, 1),
    )
}


@pytest.mark.recorded
def test_shapes_agree_with_recorded_transactions(history: History) -> None:
    folder = Path(os.environ.get("CIPHERX_TEST_DATA", "../shared/data")) / "transactions"
    if not folder.is_dir():
        pytest.skip("recorded transactions are not here (CIPHERX_TEST_DATA)")
    recorded: dict[str, set[Shape]] = defaultdict(set)
    for path in folder.glob("*.json"):
        for key, shape in _recorded(json.loads(path.read_bytes())):
            recorded[key].add(shape)
    compared = set()
    for tx in history.transactions:
        for key, shape in _simulated(tx):
            if key in recorded:
                assert shape in recorded[key], (key, tx.signature)
                compared.add(key)
    assert len(compared) >= 20


_INITIALIZE_MINT = 20


def _simulated(tx: SimulatedTransaction) -> Iterator[tuple[str, Shape]]:
    if tx.failed:
        return
    for compiled in in_order(tx):
        program = tx.accounts[compiled.program_index]
        yield from _shape(program, compiled.data, len(compiled.accounts))


def _recorded(tx: dict[str, Any]) -> Iterator[tuple[str, Shape]]:  # foreign JSON as found
    meta, message = tx.get("meta"), tx.get("transaction", {}).get("message")
    if not meta or not isinstance(message, dict) or "header" not in message:
        return
    loaded = meta.get("loadedAddresses") or {"writable": [], "readonly": []}
    keys = message["accountKeys"] + loaded["writable"] + loaded["readonly"]
    inner = [i for group in meta.get("innerInstructions") or [] for i in group["instructions"]]
    for instruction in [*message.get("instructions", ()), *inner]:
        if "programIdIndex" in instruction:
            program = keys[instruction["programIdIndex"]]
            yield from _shape(program, decode(instruction["data"]), len(instruction["accounts"]))


def _shape(program: str, data: bytes, accounts: int) -> Iterator[tuple[str, Shape]]:
    prefix = _COMPARED.get(program)
    if prefix is None or _has_names(data):
        return
    if program == ids.TOKEN.address and data[0] == _INITIALIZE_MINT:
        prefix = len(data)  # with a freeze authority it is 32 bytes longer
    if data.startswith(EVENT_TAG):
        prefix = 16
    yield f"{program}/{data[:prefix].hex()}", (accounts, len(data))


def _has_names(data: bytes) -> bool:
    """A creation and its event are as long as the names in them."""
    return data[:8].hex() == "181ec828051c0777" or data[8:16].hex() == "1b72a94ddeeb6376"
