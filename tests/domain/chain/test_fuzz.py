"""Bad input ends in an error that names what is wrong; `fuzz.py` beside it tries a million."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.chain.decoder import decode_transaction
from domain.chain.errors import MalformedTransaction
from tests.domain.chain import fuzz
from tests.domain.chain.scene import Scene, key
from tests.domain.chain.test_trades import routed

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
_FIELDS = st.sampled_from(
    ["slot", "blockTime", "transaction", "meta", "result", "accountData", "indexWithinBlock"]
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes(raw: bytes) -> None:
    assert fuzz.verdict(raw) is None


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(_FIELDS, _JSON))
def test_json_of_the_right_names(entry: dict[str, object]) -> None:
    assert fuzz.verdict(json.dumps(entry).encode()) is None


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_good_transactions_spoilt(chance: random.Random) -> None:
    assert fuzz.verdict(fuzz.spoilt(chance.choice(SOURCES), chance)) is None


SOURCES = fuzz.seeds()


def test_thousands_of_spoilt_transactions() -> None:
    assert fuzz.run(4_000, seed=20, sources=SOURCES) == []


def test_ten_thousand_inner_instructions_are_refused_by_name() -> None:
    scene = routed()
    scene.inner[0] *= 10_000
    assert fuzz.verdict(scene.raw()) is None
    with pytest.raises(MalformedTransaction, match=r"meta.innerInstructions\[0\].*over 1024"):
        decode_transaction(scene.raw())


def test_as_many_calls_as_allowed_are_no_hang() -> None:
    scene = routed()
    scene.inner[0] = (scene.inner[0] * 200)[:1000]
    assert fuzz.verdict(scene.raw()) is None


def test_calls_that_claim_to_be_very_deep_are_no_hang() -> None:
    scene = routed()
    for at, call in enumerate(scene.inner[0]):
        call["stackHeight"] = min(at + 2, 64)
    assert fuzz.verdict(scene.raw()) is None


def test_an_entry_without_any_instruction() -> None:
    scene = Scene("ann")
    scene.wallet("bob")
    scene.slip("ann", "bob", 5)
    assert fuzz.verdict(scene.raw()) is None
    assert decode_transaction(scene.raw()).transfers[0].recipient == key("bob")


def test_text_for_numbers_beside_bytes_that_are_no_text() -> None:
    raw = routed().raw().replace(b'"fee": 5000', b'"fee": "5000"').replace(b"Token", b"T\xa0\xf4")
    with pytest.raises(MalformedTransaction, match="not UTF-8"):
        decode_transaction(raw)
