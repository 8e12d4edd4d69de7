"""Base58: what is decoded is what was encoded, and sizes are told without decoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chain import base58
from domain.values import signature, wallet_address


@given(st.binary(max_size=400))
def test_decoding_undoes_encoding(raw: bytes) -> None:
    assert base58.decode(base58.encode(raw)) == raw


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "abc ", "é", "\0"])
def test_other_characters_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not base58"):
        base58.decode(text)


def test_text_longer_than_any_instruction_is_refused_unread() -> None:
    with pytest.raises(ValueError, match="too long"):
        base58.decode("2" * (base58.DATA_CHARACTERS_MAX + 1))


_SIZES = st.sampled_from([0, 1, 31, 32, 33, 63, 64, 65, 66])
_EDGES = st.builds(
    lambda size, zeros, fill: (bytes(zeros) + bytes([fill]) * size)[:size],
    _SIZES,
    st.integers(0, 66),
    st.sampled_from([0, 1, 127, 255]),
)


@given(st.one_of(_EDGES, st.binary(min_size=30, max_size=66)))
def test_sizes_are_told_as_decoding_would(raw: bytes) -> None:
    text = base58.encode(raw)
    assert base58.is_signature(text) == (len(raw) == 64)
    assert base58.is_address(text) == (len(raw) == 32)


@given(st.text(alphabet=base58.ALPHABET + "0Iéß", max_size=90))
def test_sizes_agree_with_the_domains_own_check(text: str) -> None:
    assert base58.is_signature(text) == _accepts(signature, text)
    assert base58.is_address(text) == _accepts(wallet_address, text)


def _accepts(check: object, text: str) -> bool:
    from domain.errors import InvalidValue

    try:
        check(text)  # type: ignore[operator]  # either of the two checks
    except InvalidValue:
        return False
    return True
