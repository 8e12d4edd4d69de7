"""Answers what tokens last traded for."""

from collections.abc import Sequence

from domain.values import Mint
from infra.redis.keyed_store import RedisKeyedStore
from projections.last_price import decode_prices, price_place
from projections.views import TokenPrice


class RedisPriceQuery:
    """Reads the view ``last-price-v1``."""

    def __init__(self, store: RedisKeyedStore) -> None:
        self._store = store

    async def last_prices(self, mints: Sequence[Mint]) -> Sequence[TokenPrice | None]:
        """The newest trade's price for each mint, None where none is known, in order."""
        places = [price_place(mint) for mint in mints]
        values = (await self._store.read(list(dict.fromkeys(places)))).values
        return [_newest(values[place]) for place in places]


def _newest(value: bytes | None) -> TokenPrice | None:
    return None if value is None else decode_prices(value).newest[0].price
