"""The same seed gives the same bytes, whatever the process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.simulation.world.chain import World
from infra.simulation.world.record import blocks, record

_DIGEST = """
import hashlib
from infra.simulation.world.chain import World
from infra.simulation.world.record import blocks
digest = hashlib.sha256()
for block in blocks(World(11), 600):
    for tx in block.transactions:
        digest.update(tx.wire + repr(tx.meta).encode())
print(digest.hexdigest())
"""
ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_another_process_makes_the_same_chain(hash_seed: str) -> None:
    digest = hashlib.sha256()
    for block in blocks(World(11), 600):
        for tx in block.transactions:
            digest.update(tx.wire + repr(tx.meta).encode())
    other = subprocess.run(
        [sys.executable, "-c", _DIGEST],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == digest.hexdigest()


def test_a_recording_is_the_same_bytes_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl.gz", tmp_path / "second.jsonl.gz"
    record(World(3), first, 300)
    record(World(3), second, 300)
    assert first.read_bytes() == second.read_bytes()


def test_another_seed_is_another_world() -> None:
    one, two = World(1).next_block(), World(2).next_block()
    assert one.blockhash != two.blockhash
