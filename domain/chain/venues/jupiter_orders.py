"""Jupiter's keeper-signed orders: DCA, limit v1 and v2, value averaging.

Layout: sevenlabs-hq/carbon, decoders/jupiter-dca-decoder, limit-order-decoder and
jupiter-limit-order-2-decoder. An escrow of the order gives, its maker gets, a keeper signs.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from domain.chain import base58
from domain.chain.transaction import Call
from domain.chain.venues.layout import Venue, event

_FILLED: Final = event("Filled")
_FILLS: Final = frozenset(
    sha256(f"global:{name}".encode()).digest()[:8] for name in ("fill_order", "flash_fill_order")
)


def _dca(call: Call, keys: Sequence[str]) -> tuple[str, str] | None:
    """The Filled event starts with the user and the DCA account that holds their tokens."""
    data = call.data
    if len(data) < 80 or not data.startswith(_FILLED):
        return None
    return base58.encode(data[48:80]), base58.encode(data[16:48])


def _limit(call: Call, keys: Sequence[str]) -> tuple[str, str] | None:
    """Order, reserve, maker, taker."""
    if call.data[:8] not in _FILLS or len(call.accounts) < 4:
        return None
    return keys[call.accounts[0]], keys[call.accounts[2]]


def _limit_v2(call: Call, keys: Sequence[str]) -> tuple[str, str] | None:
    """Taker, maker, order, reserve."""
    if call.data[:8] not in _FILLS or len(call.accounts) < 4:
        return None
    return keys[call.accounts[2]], keys[call.accounts[1]]


DCA: Final = Venue(
    "jupiter-dca", ("DCA265Vj8a9CEuX1eb1LWRnDT7uK6q1xMipnNyatn23M",), kind="orders", order=_dca
)
LIMIT: Final = Venue(
    "jupiter-limit",
    ("jupoNjAxXgZ4rjzxzPMP4oxduvQsQtZzyknqvzYNrNu",),
    kind="orders",
    order=_limit,
)
LIMIT_V2: Final = Venue(
    "jupiter-limit-v2",
    ("j1o2qRpjcyUwEvwtcfhEQefh773ZgjxcVRry7LDqg5X",),
    kind="orders",
    order=_limit_v2,
)
VALUE_AVERAGE: Final = Venue(
    "jupiter-va", ("VALaaymxQh2mNy2trH9jUqHT1mTow76wpTcGmSWSwJe",), kind="orders"
)
