"""Addresses and signatures, judged as Solana's own library judges them."""

from collections.abc import Callable

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from solders.pubkey import Pubkey
from solders.signature import Signature

from domain.errors import DomainError, InvalidAddress, InvalidSignature
from domain.values import mint_address, signature, wallet_address
from tests.support.strategies import addresses, signatures

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Lengths around what 32 and 64 bytes take, "1" often (it stands for a zero byte), some strangers.
base58_like = st.text(
    st.one_of(st.sampled_from(BASE58), st.just("1"), st.just("z"), st.sampled_from("0OIl é𝟙")),
    min_size=0,
    max_size=95,
)


def accepts(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except (DomainError, ValueError):
        return False
    return True


@for_any(addresses)
def test_every_address_is_accepted_as_it_is(text: str) -> None:
    assert str(wallet_address(text)) == str(mint_address(text)) == text


@for_any(signatures)
def test_every_signature_is_accepted_as_it_is(text: str) -> None:
    assert signature(text) == text


@for_any(base58_like)
def test_texts_are_judged_as_the_chain_judges_them(text: str) -> None:
    assert accepts(wallet_address, text) == accepts(Pubkey.from_string, text)
    assert accepts(mint_address, text) == accepts(Pubkey.from_string, text)
    assert accepts(signature, text) == accepts(Signature.from_string, text)


@for_any(addresses, st.integers(0, 43), st.characters())
def test_an_address_with_one_wrong_character_is_judged_as_the_chain_does(
    text: str, place: int, character: str
) -> None:
    damaged = text[:place] + character + text[place + 1 :]
    assert accepts(wallet_address, damaged) == accepts(Pubkey.from_string, damaged)


@for_any(st.integers(0, 70).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_only_32_bytes_are_an_address_and_only_64_a_signature(raw: bytes) -> None:
    text = base58(raw)
    assert accepts(wallet_address, text) == (len(raw) == 32)
    assert accepts(signature, text) == (len(raw) == 64)


@pytest.mark.parametrize("text", ["", "1" * 31, "1" * 33, "z" * 44, "z" * 10_000_000])
def test_a_text_of_the_wrong_length_is_refused_with_little_of_it(text: str) -> None:
    with pytest.raises(InvalidAddress, match="must be base58 of 32 bytes") as refused:
        wallet_address(text)
    assert len(str(refused.value)) < 200
    with pytest.raises(InvalidSignature, match="must be base58 of 64 bytes"):
        signature(text)


def test_the_system_program_is_an_address() -> None:
    assert wallet_address("1" * 32) == str(Pubkey.default())


def base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text
