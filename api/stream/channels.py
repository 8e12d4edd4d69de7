"""Which channels there are, and which of them an event goes to."""

from typing import Final

from api.ports import Malformed
from domain.chain.decoded import DecodedTrade, TokenAmount
from domain.recorded import RecordedEvent
from domain.signal import Signal
from domain.trade import Trade
from domain.values import (
    SOL_DECIMALS,
    STABLE_COINS,
    WRAPPED_SOL,
    Mint,
    WalletAddress,
    mint_address,
    wallet_address,
)
from projections.last_price import priced_sides

PRICES: Final = "price-updates"
WHALES: Final = "whale-alerts"
SIGNALS: Final = "ai-signals"
NAMED: Final = frozenset((PRICES, WHALES, SIGNALS, "new-tokens", "market-events", "alerts"))
"""Some are fed by later versions; asking for them is right already."""
WALLET: Final = "wallet:"
TOKEN: Final = "token:"  # noqa: S105  # the name of a channel

WHALE_SOL: Final = 100
WHALE_STABLE: Final = 10_000
"""What one trade moves, in SOL or in dollars, to be told to everybody: about the largest in a
thousand on mainnet, so a person can still follow them."""

FED_BY: Final = ("trade.", "signal.")
"""Beginnings of the types that make messages; nothing else is even decoded for the stream."""


def known_channel(text: str) -> str:
    """The channel of that name; raises Malformed, or InvalidAddress."""
    if text in NAMED:
        return text
    if text.startswith(WALLET):
        return of_wallet(wallet_address(text.removeprefix(WALLET)))
    if text.startswith(TOKEN):
        return of_token(mint_address(text.removeprefix(TOKEN)))
    raise Malformed(
        "channels", f"must be wallet:<address>, token:<mint> or {', '.join(sorted(NAMED))}"
    )


def of_wallet(wallet: WalletAddress) -> str:
    """Channel of one wallet."""
    return WALLET + wallet


def of_token(mint: Mint) -> str:
    """Channel of one token."""
    return TOKEN + mint


def channels_of(recorded: RecordedEvent) -> tuple[str, ...]:
    """Where the event is told, in a fixed order; each channel once."""
    match recorded.event:
        case (
            Trade.Recorded(trade=trade)
            | Trade.Retracted(trade=trade)
            | Trade.Reinstated(trade=trade)
        ):
            return _of_trade(trade)
        case Trade.Corrected(was=was, trade=trade):
            return tuple(dict.fromkeys((*_of_trade(trade), *_of_trade(was))))
        case Signal.Issued(token=token):
            return (SIGNALS, of_token(token))
        case Signal.Resolved() | Signal.Retracted():
            return (SIGNALS,)
    return ()


def _of_trade(trade: DecodedTrade) -> tuple[str, ...]:
    channels = [
        of_wallet(trade.trader),
        of_token(trade.token_in.mint),
        of_token(trade.token_out.mint),
    ]
    if priced_sides(trade) is not None:
        channels.append(PRICES)
    if _is_large(trade.token_in) or _is_large(trade.token_out):
        channels.append(WHALES)
    return tuple(dict.fromkeys(channels))


def _is_large(token: TokenAmount) -> bool:
    if token.mint == WRAPPED_SOL:
        return bool(token.amount >= WHALE_SOL * 10**SOL_DECIMALS)
    return token.mint in STABLE_COINS and bool(token.amount >= WHALE_STABLE * 10**token.decimals)
