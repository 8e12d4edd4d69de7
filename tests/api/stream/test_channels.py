"""Which channels an event is told on."""

import pytest

from api.ports import Malformed
from api.stream.channels import NAMED, channels_of, known_channel
from api.stream.messages import Messages
from domain.chain.decoded import TokenAmount
from domain.errors import InvalidAddress
from domain.trade import Trade
from domain.values import WRAPPED_SOL, WalletAddress
from tests.projections.chronicle import BONK, USDC, Chronicle, at, sol, trade, units
from tests.support.made_transactions import address

WALLET = WalletAddress(address("trader"))


def told_on(gave: TokenAmount, got: TokenAmount) -> tuple[str, ...]:
    """Channels of a trade."""
    chronicle = Chronicle().add(trade(at(1), gave, got, by=WALLET))
    return channels_of(chronicle.recorded[0])


def test_a_trade_is_told_to_its_wallet_its_tokens_and_prices() -> None:
    named = (f"wallet:{WALLET}", f"token:{WRAPPED_SOL}", f"token:{BONK}", "price-updates")
    assert told_on(sol(10**9), units(5)) == named


@pytest.mark.parametrize(
    ("gave", "got", "large"),
    [
        (sol(100 * 10**9), units(5), True),
        (sol(100 * 10**9 - 1), units(5), False),
        (units(5), units(10_000 * 10**6, USDC), True),
        (units(5), units(10_000 * 10**6 - 1, USDC), False),
        (units(10**18), units(10**18, USDC.replace("E", "F", 1)), False),  # type: ignore[arg-type]
    ],
)
def test_large_trades_are_told_to_everybody(
    gave: TokenAmount, got: TokenAmount, large: bool
) -> None:
    assert ("whale-alerts" in told_on(gave, got)) == large


def test_what_prices_nothing_is_no_price_update() -> None:
    assert "price-updates" not in told_on(units(5), units(5, USDC.replace("E", "F", 1)))  # type: ignore[arg-type]


def test_a_retracted_trade_is_told_where_it_was_told_before() -> None:
    taken = trade(at(1), sol(10**9), units(5))
    taken.retract()
    first, second = Chronicle().add(taken).recorded
    assert isinstance(second.event, Trade.Retracted)
    assert channels_of(first) == channels_of(second)
    assert '"finality":"retracted"' in Messages(second).text(channels_of(second)[0])
    assert '"retracted":true' in Messages(second).text("price-updates")


def test_each_message_is_made_once() -> None:
    (recorded,) = Chronicle().add(trade(at(1), sol(10**9), units(5))).recorded
    messages = Messages(recorded)
    for channel in messages.channels:
        assert messages.text(channel) is messages.text(channel)
        assert f'"channel":"{channel}","position":1,' in messages.text(channel)


def test_known_channels_are_taken_and_others_named() -> None:
    for channel in (*NAMED, f"wallet:{WALLET}", f"token:{BONK}"):
        assert known_channel(channel) == channel
    for channel in ("", "whales", "wallet", "Alerts", "alerts:bob"):
        with pytest.raises(Malformed):
            known_channel(channel)
    for channel in ("wallet:", "token:abc", f"wallet:{WALLET} "):
        with pytest.raises(InvalidAddress):
            known_channel(channel)
