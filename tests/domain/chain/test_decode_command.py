"""`cipherx decode`: files, folders, lines, compressed or not, to JSON lines; bad input goes on."""

import gzip
import io
import json
from pathlib import Path
from typing import Any  # JSON as it comes

import pytest

from infra.cli.decode import decode
from tests.domain.chain.scene import SIGNATURE, Scene, key
from tests.domain.chain.test_trades import bought_on_raydium, routed

SOL = "So11111111111111111111111111111111111111112"


def run(*paths: Path) -> tuple[int, list[dict[str, Any]], str]:
    out, errors = io.BytesIO(), io.BytesIO()
    code = decode(list(paths), json_out=out, errors=errors)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    return code, told, errors.getvalue().decode()


def test_a_trade_is_a_line_and_its_transaction_another(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(bought_on_raydium().raw())
    code, (trade, transaction), errors = run(file)
    assert (code, errors) == (0, "")
    assert trade == {
        "kind": "trade",
        "signature": SIGNATURE,
        "slot": 300_000_000,
        "blockTime": 1_730_000_000,
        "path": "0",
        "trader": key("ann"),
        "signer": key("ann"),
        "side": "buy",
        "in": {"mint": SOL, "amount": "1000000000", "decimals": 9},
        "out": {"mint": key("cat"), "amount": "5000000", "decimals": 6},
        "venue": "raydium-v4",
        "pool": key("pool"),
        "legs": [
            {
                "venue": "raydium-v4",
                "pool": key("pool"),
                "in": {"mint": SOL, "amount": "1000000000", "decimals": 9},
                "out": {"mint": key("cat"), "amount": "5000000", "decimals": 6},
            }
        ],
        "decoder": trade["decoder"],
    }
    assert transaction["kind"] == "transaction"
    assert transaction["failed"] is False
    assert transaction["feePayer"] == key("ann")
    assert transaction["fees"] == {
        "network": "5000",
        "priority": "0",
        "tip": "0",
        "platform": "0",
        "rent": "0",
        "transferFee": [],
    }


def test_a_transfer_is_a_line(tmp_path: Path) -> None:
    scene = Scene("ann")
    scene.wallet("bob")
    scene.pay("ann", "bob", 5)
    file = tmp_path / "one.json"
    file.write_bytes(scene.raw())
    _, (transfer, _), _ = run(file)
    assert (transfer["from"], transfer["to"]) == (key("ann"), key("bob"))
    assert (transfer["mint"], transfer["amount"], transfer["decimals"]) == (SOL, "5", 9)


def test_a_folder_is_read_through_and_bad_files_are_named(tmp_path: Path) -> None:
    raw = routed().raw()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json.gz").write_bytes(gzip.compress(raw))
    (tmp_path / "b.jsonl").write_bytes(raw + b"\n" + b"oops\n" + raw + b"\n")
    (tmp_path / "c.json").write_bytes(b'{"slot": 1}')
    (tmp_path / "d.json.gz").write_bytes(b"not gzip")
    (tmp_path / "e.txt").write_bytes(b"not looked at")
    (tmp_path / "f.json").write_bytes(b"[%s,{},%s]" % (raw, raw))
    code, told, errors = run(tmp_path)
    assert code == 1
    assert [line["kind"] for line in told].count("trade") == 5
    for name in ("b.jsonl:2", "c.json", "d.json.gz", "f.json: entry 1"):
        assert name in errors
    assert "e.txt" not in errors


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, told, errors = run(tmp_path / "nothing.json")
    assert (code, told) == (1, [])
    assert "nothing.json" in errors


def test_a_block_takes_its_slot_from_the_files_name(tmp_path: Path) -> None:
    result = routed().result()
    block = {"transactions": [{"transaction": result["transaction"], "meta": result["meta"]}]}
    (tmp_path / "424242.json").write_text(json.dumps(block))
    code, told, _ = run(tmp_path)
    assert code == 0
    assert {line["slot"] for line in told} == {424242}


def test_what_lacks_its_slot_is_told_and_named(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps({**routed().result(), "slot": None}))
    code, told, errors = run(tmp_path)
    assert code == 1
    assert "slot" in errors
    assert {line["slot"] for line in told} == {None}


def test_stdin_is_read_when_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = routed().raw()
    for body in (raw + b"\n" + raw, json.dumps([json.loads(raw)] * 2, indent=1).encode()):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body)))
        code, told, errors = run()
        assert (code, errors) == (0, "")
        assert [line["kind"] for line in told].count("trade") == 2
