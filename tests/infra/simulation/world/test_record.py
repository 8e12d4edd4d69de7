"""A history can be written and read again."""

import gzip
from pathlib import Path

import msgspec

from infra.simulation.world.chain import World
from infra.simulation.world.record import record


def test_a_recorded_history_is_one_getTransaction_result_a_line(tmp_path: Path) -> None:  # noqa: N802
    path, truth_path = tmp_path / "history.jsonl.gz", tmp_path / "truth.jsonl.gz"
    written = record(World(5), path, 200, truth_path=truth_path)
    with gzip.open(path, "rb") as lines:
        results = [msgspec.json.decode(line) for line in lines]
    assert len(results) == written >= 200
    assert {"blockTime", "meta", "slot", "transaction", "version"} == set(results[0])
    slots = [result["slot"] for result in results]
    assert slots == sorted(slots)


def test_the_truth_is_kept_apart(tmp_path: Path) -> None:
    path, truth_path = tmp_path / "history.jsonl.gz", tmp_path / "truth.jsonl.gz"
    record(World(5), path, 200, truth_path=truth_path)
    with gzip.open(truth_path, "rb") as lines:
        *trades, rest = [msgspec.json.decode(line) for line in lines]
    assert trades
    assert rest["agents"]
    assert rest["trades"] == []
