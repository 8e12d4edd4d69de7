"""API keys: recognised by their form before anything is looked up."""

import re

from hypothesis import given
from hypothesis import strategies as st

from infra.security.api_keys import checksum, new_key, parse_key

KEY = new_key()


def test_a_key_has_the_published_form() -> None:
    assert re.fullmatch(r"cx_live_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}", KEY.text)
    assert parse_key(KEY.text) == KEY


def test_no_two_are_alike() -> None:
    assert len({new_key().text for _ in range(100)}) == 100


@given(st.integers(0, len(KEY.text) - 1), st.characters())
def test_a_typo_is_noticed(place: int, character: str) -> None:
    text = KEY.text[:place] + character + KEY.text[place + 1 :]
    assert parse_key(text) == (KEY if text == KEY.text else None)


@given(st.text(max_size=100))
def test_nothing_else_is_a_key(text: str) -> None:
    assert parse_key(text) is None
    assert parse_key("cx_live_" + text) is None


def test_a_right_checksum_alone_makes_no_key() -> None:
    body = "cx_live_" + "é" * 16 + "_" + "a" * 43
    assert parse_key(body + checksum(body)) is None
