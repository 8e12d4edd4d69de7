"""Refusals name the thing, the rule and what was found, and repeat little of it."""

from domain.errors import InvalidAddress, NotAllowed, NotFound, NotPositive, StaleVersion


def test_a_refusal_says_what_was_found_and_what_is_the_rule() -> None:
    assert str(NotPositive("min_notional", 0)) == "min_notional 0: must be at least 1"
    assert str(NotAllowed("trade 5x", "it is final")) == "trade 5x: it is final"
    assert str(NotFound("API key", "k1")) == "no API key 'k1'"
    assert str(StaleVersion(3, 5)) == "version 3 is stale: the present one is 5"


def test_a_flood_of_text_is_not_repeated() -> None:
    assert len(str(InvalidAddress("x" * 1_000_000))) < 200
    assert len(str(NotFound("wallet", "x" * 1_000_000))) < 200


def test_control_characters_are_shown_not_sent() -> None:
    assert "\n" not in str(InvalidAddress("a\nFAKE LOG LINE"))
    assert "\x1b" not in str(NotFound("wallet", "\x1b[2J"))
