"""The arithmetic of a concentrated-liquidity pool in Q64.64, all of it integers.

Formulas: Uniswap v3 white paper, sections 6.2 and 6.3, with the rounding of Orca's
`math/token_math.rs` (always in the pool's favour).
"""

import math
from bisect import bisect_right
from typing import Final

from msgspec import Struct

Q64: Final = 1 << 64
MILLION: Final = 1_000_000
_TICK_BASE: Final = math.log(1.0001)


class Position(Struct, frozen=True):
    """Where the price stands: square root of the price, liquidity, and the range it is in."""

    sqrt_price: int
    liquidity: int
    band: int


class Step(Struct, frozen=True):
    """The outcome of a swap: what it paid out, the fee kept, and where the price went."""

    amount_out: int
    fee: int
    position: Position


class Curve:
    """Liquidity by price band: ``edges[i]`` to ``edges[i + 1]`` has ``depths[i]``.

    Beyond the outer edges there is none, and a swap that gets there stops.
    """

    def __init__(self, edges: list[int], depths: list[int], fee_millionths: int) -> None:
        self.edges = edges
        self.depths = depths
        self.fee_millionths = fee_millionths

    def at(self, sqrt_price: int) -> Position:
        """Where a price stands on this curve."""
        band = bisect_right(self.edges, sqrt_price) - 1
        return Position(sqrt_price, self.depths[band], band)

    def swap(self, start: Position, amount_in: int, *, a_to_b: bool) -> Step | None:
        """Walk the bands with ``amount_in``; None when liquidity ends first."""
        price, liquidity, band = start.sqrt_price, start.liquidity, start.band
        remaining, out, fees = amount_in, 0, 0
        while remaining > 0:
            if not 0 <= band < len(self.depths):
                return None
            liquidity = self.depths[band]
            edge = self.edges[band] if a_to_b else self.edges[band + 1]
            net = remaining * (MILLION - self.fee_millionths) // MILLION
            needed = _needed(price, edge, liquidity, a_to_b=a_to_b)
            if net < needed:
                after = _advanced(price, liquidity, net, a_to_b=a_to_b)
                out += _paid(price, after, liquidity, a_to_b=a_to_b)
                fees += remaining - net
                price, remaining = after, 0
            else:
                fee = -(-needed * self.fee_millionths // (MILLION - self.fee_millionths))
                out += _paid(price, edge, liquidity, a_to_b=a_to_b)
                fees += fee
                remaining -= needed + fee
                price = edge
                band += -1 if a_to_b else 1
        return Step(out, fees, Position(price, liquidity, band))

    def deposits(self, sqrt_price: int) -> tuple[int, int]:
        """Tokens A and B that must be in the vaults at this price."""
        a = b = 0
        for low, high, depth in zip(self.edges, self.edges[1:], self.depths, strict=False):
            upper, lower = max(high, sqrt_price), max(low, sqrt_price)
            if lower < upper:
                a += -(-(depth << 64) * (upper - lower) // (upper * lower))
            top, bottom = min(high, sqrt_price), min(low, sqrt_price)
            if bottom < top:
                b += -(-depth * (top - bottom) // Q64)
        return a, b


def tick_of(sqrt_price: int) -> int:
    """The tick a square root of price lies in."""
    return math.floor(2 * math.log(sqrt_price / Q64) / _TICK_BASE)


def sqrt_price_of(base_amount: int, quote_amount: int) -> int:
    """Square root of quote per base, in Q64.64."""
    return math.isqrt((quote_amount << 128) // base_amount)


def _needed(price: int, edge: int, liquidity: int, *, a_to_b: bool) -> int:
    if a_to_b:
        return -(-(liquidity << 64) * (price - edge) // (price * edge))
    return -(-liquidity * (edge - price) // Q64)


def _advanced(price: int, liquidity: int, amount: int, *, a_to_b: bool) -> int:
    if a_to_b:
        scaled = liquidity << 64
        return -(-scaled * price // (scaled + amount * price))
    return price + (amount << 64) // liquidity


def _paid(price: int, after: int, liquidity: int, *, a_to_b: bool) -> int:
    if a_to_b:
        return liquidity * (price - after) // Q64
    return (liquidity << 64) * (after - price) // (after * price)
