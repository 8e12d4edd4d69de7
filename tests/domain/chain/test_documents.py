"""Documents: every shape is cut into its transactions, and no bad entry loses the others."""

import json
from time import process_time

import msgspec
import pytest

from domain.chain.decoder import decode_transaction
from domain.chain.documents import RawTransaction, Rejected, split_document
from domain.chain.errors import MalformedTransaction
from domain.values import Slot
from tests.domain.chain.scene import SIGNATURE, Scene

RESULT = Scene("ann").result()
ONE = json.dumps(RESULT).encode()
DEEP = b"[" * 100_000


def split(document: bytes, slot: int | None = None) -> list[RawTransaction | Rejected]:
    return list(split_document(document, None if slot is None else Slot(slot)))


def only(document: bytes, slot: int | None = None) -> RawTransaction:
    (found,) = split(document, slot)
    assert isinstance(found, RawTransaction), found
    return found


def reason(document: bytes) -> str:
    (found,) = split(document)
    assert isinstance(found, Rejected), found
    return found.reason


def test_a_single_result_is_kept_byte_for_byte() -> None:
    found = only(ONE)
    assert (found.raw, found.signature, found.slot) == (ONE, SIGNATURE, 300_000_000)
    assert (found.block_time, found.index_in_block) == (1_730_000_000, None)


def test_a_response_is_unwrapped() -> None:
    assert only(b'{"jsonrpc":"2.0","id":1,"result":%s}' % ONE).raw == ONE


def test_a_webhook_body_gives_every_entry_in_order() -> None:
    second = json.dumps({**RESULT, "indexWithinBlock": 7}).encode()
    first_found, second_found = split(b"[%s,%s]" % (ONE, second))
    assert isinstance(first_found, RawTransaction)
    assert isinstance(second_found, RawTransaction)
    assert (first_found.raw, second_found.raw) == (ONE, second)
    assert second_found.index_in_block == 7


def test_json_lines_give_an_entry_a_line() -> None:
    assert [type(found) for found in split(ONE + b"\n\n" + b"{oops\n" + ONE)] == [
        RawTransaction,
        Rejected,
        RawTransaction,
    ]


def test_an_entry_of_a_block_becomes_self_contained() -> None:
    entry = {"transaction": RESULT["transaction"], "meta": RESULT["meta"], "version": 0}
    block = json.dumps({"blockTime": 5, "parentSlot": 8, "transactions": [entry, entry]}).encode()
    _, second = split(block, slot=9)
    assert isinstance(second, RawTransaction)
    assert (second.slot, second.index_in_block, second.block_time) == (9, 1, 5)
    decoded = decode_transaction(second.raw)
    assert (decoded.slot, decoded.index_in_block) == (9, 1)


def test_a_block_without_its_slot_is_refused_entry_by_entry() -> None:
    assert "slot: missing" in reason(json.dumps({"transactions": [RESULT]}).encode())


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        (b"{}", "slot"),
        (b"null", "object"),
        (b"7", "object"),
        (b"[]", "object"),
        (b'{"slot":null}', "slot"),
        (b'{"slot":-1}', "$.slot"),
        (b'{"slot":1.5}', "$.slot"),
        (b'{"slot":true}', "$.slot"),
        (b'{"slot":"5"}', "$.slot"),
        (b'{"slot":9223372036854775808}', "$.slot"),
        (b'{"slot":1,"blockTime":9223372036854775808}', "$.blockTime"),
        (b'{"slot":1,"transaction":{}}', "transaction.signatures"),
        (b'{"slot":1,"transaction":{"signatures":[]}}', "transaction.signatures"),
        (b'{"slot":1,"transaction":{"signatures":["abc"]}}', "signature"),
        (b'{"slot":1,"transaction":{"signatures":[5]}}', "$.transaction.signatures[0]"),
        (b'{"slot":1,"transaction":["A","base64"]}', "transaction[0]"),
        (b'{"slot":1,"transaction":["AQ==","base58"]}', "transaction"),
        (b'{"slot":1,"signature":"\xff"}', "UTF-8"),
        (b'{"result":null}', "result"),
        (b'{"result":{"result":{}}}', "result"),
        (b'{"error":{"code":-32009}}', "error"),
    ],
)
def test_a_bad_entry_is_rejected_by_name_beside_a_good_one(entry: bytes, named: str) -> None:
    bad, good = split(b"[%s,%s]" % (entry, ONE))
    assert isinstance(bad, Rejected)
    assert named in bad.reason
    assert (bad.entry, bad.raw) == (0, entry)
    assert isinstance(good, RawTransaction)


def test_of_a_repeated_key_both_readers_take_the_last() -> None:
    twice = ONE.replace(b'{"slot": 300000000', b'{"slot": 1, "slot": 2', 1)
    assert only(twice).slot == decode_transaction(twice).slot == 2


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"   ",
        b"nope",
        b"[",
        b"{",
        b'"text"',
        b"[1,]",
        ONE[:-9],
        DEEP,
        b'{"x":' + DEEP,
        b"\xff",
    ],
)
def test_a_document_nobody_can_read_is_refused_as_a_whole(document: bytes) -> None:
    with pytest.raises(MalformedTransaction, match="document"):
        split(document)


def test_an_empty_webhook_body_holds_nothing() -> None:
    assert split(b"[]") == []


def test_splitting_costs_a_fraction_of_decoding() -> None:
    body = b"[" + b",".join([ONE] * 200) + b"]"
    start = process_time()
    split(body)
    middle = process_time()
    msgspec.json.decode(body)
    assert middle - start < 3 * (process_time() - middle) + 0.01
