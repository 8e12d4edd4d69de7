"""Shapes: the same transaction reads the same in every encoding, and bad input is named."""

import gzip
import json
from collections.abc import Callable
from typing import Any  # JSON as it comes

import pytest

from domain.chain.decoded import DecodedTransaction
from domain.chain.decoder import decode_transaction
from domain.chain.documents import RawTransaction, split_document
from domain.chain.errors import MalformedTransaction
from domain.values import Slot
from tests.domain.chain.scene import Scene
from tests.domain.chain.test_trades import bought_on_raydium, routed
from tests.support.recorded_data import recorded_data

Json = dict[str, Any]


def block(name: str, slot: int) -> list[DecodedTransaction]:
    document = gzip.decompress((recorded_data("blocks") / name).read_bytes())
    entries = split_document(document, Slot(slot))
    return [decode_transaction(e.raw) for e in entries if isinstance(e, RawTransaction)]


@pytest.mark.recorded
def test_a_block_reads_the_same_in_json_and_base64() -> None:
    plain = block("254170887.json.gz", 254170887)
    assert len(plain) == 602
    assert block("254170887.base64.as_found.json.gz", 254170887) == plain


@pytest.mark.recorded
def test_a_block_reads_the_same_parsed() -> None:
    slot = 147078735
    plain = block(f"{slot}.json.rpc_response.json.gz", slot)
    assert plain
    assert block(f"{slot}.json_parsed.rpc_response.json.gz", slot) == plain
    assert block(f"{slot}.base64.rpc_response.json.gz", slot) == plain


@pytest.mark.recorded
def test_what_helius_enhances_tells_the_same_changes() -> None:
    folder = recorded_data("webhooks/enhanced")
    told = 0
    for file in sorted(folder.glob("*.json")):
        for entry in split_document(file.read_bytes()):
            if isinstance(entry, RawTransaction):
                decoded = decode_transaction(entry.raw)
                assert decoded.signature == entry.signature
                told += 1
    assert told >= 10


def test_an_enhanced_entry_gives_the_trade() -> None:
    scene = bought_on_raydium()
    assert decode_transaction(enhanced(scene)).trades == decode_transaction(scene.raw()).trades


def enhanced(scene: Scene) -> bytes:
    """The scene as Helius would tell it."""
    result = json.loads(scene.raw())
    meta, message = result["meta"], result["transaction"]["message"]
    keys = message["accountKeys"]
    held = {balance["accountIndex"]: balance for balance in meta["postTokenBalances"]}
    was = {balance["accountIndex"]: balance for balance in meta["preTokenBalances"]}

    def change(at: int) -> list[Json]:
        if at not in held:
            return []
        amount = held[at]["uiTokenAmount"]["amount"]
        before = was[at]["uiTokenAmount"]["amount"] if at in was else "0"
        raw = {
            "tokenAmount": str(int(amount) - int(before)),
            "decimals": held[at]["uiTokenAmount"]["decimals"],
        }
        return [
            {
                "mint": held[at]["mint"],
                "tokenAccount": keys[at],
                "userAccount": held[at]["owner"],
                "rawTokenAmount": raw,
            }
        ]

    def spelt(instruction: Json) -> Json:
        accounts = instruction["accounts"]
        assert isinstance(accounts, list)
        return {
            "programId": keys[instruction["programIdIndex"]],
            "accounts": [keys[at] for at in accounts],
            "data": instruction["data"],
        }

    called = {group["index"]: group["instructions"] for group in meta["innerInstructions"]}
    entry = {
        "signature": result["transaction"]["signatures"][0],
        "slot": result["slot"],
        "timestamp": result["blockTime"],
        "feePayer": keys[0],
        "fee": meta["fee"],
        "transactionError": None,
        "accountData": [
            {
                "account": keys[at],
                "nativeBalanceChange": after - before,
                "tokenBalanceChanges": change(at),
            }
            for at, (before, after) in enumerate(
                zip(meta["preBalances"], meta["postBalances"], strict=True)
            )
        ],
        "instructions": [
            {**spelt(instruction), "innerInstructions": [spelt(i) for i in called.get(at, [])]}
            for at, instruction in enumerate(message["instructions"])
        ],
    }
    return json.dumps(entry).encode()


def spoil(change: Callable[[Json], object]) -> bytes:
    result = routed().result()
    change(result)
    return json.dumps(result).encode()


def meta(result: Json) -> dict[str, object]:
    found = result["meta"]
    assert isinstance(found, dict)
    return found


def inner(result: Json) -> list[dict[str, object]]:
    groups = meta(result)["innerInstructions"]
    assert isinstance(groups, list)
    return groups


def called(result: Json, **fields: object) -> None:
    instructions = inner(result)[0]["instructions"]
    assert isinstance(instructions, list)
    instructions[0].update(fields)


def balance(result: Json, **fields: object) -> None:
    balances = meta(result)["postTokenBalances"]
    assert isinstance(balances, list)
    balances[0].update(fields)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda r: r.pop("slot"), "slot"),
        (lambda r: r.pop("meta"), "meta"),
        (lambda r: r.pop("transaction"), "transaction"),
        (lambda r: meta(r).update(fee=-1), "meta.fee"),
        (lambda r: meta(r).update(fee=2**70), "meta.fee"),
        (lambda r: meta(r).update(preBalances=[1]), "meta.preBalances"),
        (lambda r: inner(r)[0].update(index=9), "meta.innerInstructions[0].index"),
        (lambda r: inner(r)[0].update(index=-1), "meta.innerInstructions[0].index"),
        (lambda r: inner(r).append(inner(r)[0]), "meta.innerInstructions[1].index"),
        (
            lambda r: called(r, accounts=[0, 1, 200]),
            "meta.innerInstructions[0].instructions[0].accounts",
        ),
        (
            lambda r: called(r, programIdIndex=200),
            "meta.innerInstructions[0].instructions[0].programIdIndex",
        ),
        (lambda r: called(r, programIdIndex=None), "programIdIndex"),
        (lambda r: called(r, data="0OIl"), "meta.innerInstructions[0].instructions[0].data"),
        (lambda r: called(r, data="2" * 20_000), "too long"),
        (
            lambda r: inner(r)[0].update(instructions=inner(r)[0]["instructions"] * 2000),  # type: ignore[operator]
            "over 1024",
        ),
        (lambda r: balance(r, accountIndex=200), "meta.postTokenBalances[0].accountIndex"),
        (lambda r: balance(r, mint="other"), "meta.postTokenBalances[0].mint"),
        (
            lambda r: balance(r, uiTokenAmount={"amount": "-5", "decimals": 6}),
            "meta.postTokenBalances[0].uiTokenAmount.amount",
        ),
        (
            lambda r: balance(r, uiTokenAmount={"amount": str(2**64), "decimals": 6}),
            "over 64 bits",
        ),
        (
            lambda r: balance(r, uiTokenAmount={"amount": "１２", "decimals": 6}),
            "meta.postTokenBalances[0].uiTokenAmount.amount",
        ),
    ],
)
def test_what_is_wrong_is_named(change: Callable[[Json], object], named: str) -> None:
    with pytest.raises(MalformedTransaction) as refused:
        decode_transaction(spoil(change))
    assert named in str(refused.value)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"slot":' + b"[" * 9999])
def test_bytes_that_are_no_transaction_are_refused(raw: bytes) -> None:
    with pytest.raises(MalformedTransaction):
        decode_transaction(raw)


def test_a_fee_nobody_tells_is_what_left_the_balances() -> None:
    raw = spoil(lambda result: meta(result).pop("fee"))
    assert decode_transaction(raw).fees == decode_transaction(routed().raw()).fees


def test_a_slot_may_come_from_the_caller() -> None:
    raw = spoil(lambda result: result.update(slot=None))
    assert decode_transaction(raw, Slot(7)).slot == 7


def test_yellowstones_numbers_may_be_text() -> None:
    def change(result: Json) -> None:
        result["blockTime"] = {"timestamp": "1730000000"}
        for field in ("preBalances", "postBalances"):
            meta(result)[field] = [str(lamports) for lamports in result["meta"][field]]
        meta(result)["fee"] = "5000"

    assert decode_transaction(spoil(change)) == decode_transaction(routed().raw())
