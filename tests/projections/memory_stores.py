"""Stores of views in memory, held to the same contracts as the real ones."""

from collections.abc import AsyncIterator, Mapping, Sequence
from uuid import UUID

from msgspec import structs

from domain.values import GlobalPosition, Mint, WalletAddress
from projections.api_keys import KeyChange, KeyIssued, KeyRevoked
from projections.ports import Place, Snapshot
from projections.trades import TradeChange
from projections.views import KeyHolder, TradeCursor, TradeView


class MemoryKeyedStore:
    """A KeyedStore as a dict."""

    def __init__(self) -> None:
        self.values: dict[Place, bytes] = {}
        self.position = GlobalPosition(0)
        self._build = 0

    async def read(self, places: Sequence[Place]) -> Snapshot:
        """The values now."""
        found = {place: self.values.get(place) for place in places}
        return Snapshot(str(self._build), self.position, found)

    async def write(
        self, seen: Snapshot, changes: Mapping[Place, bytes | None], upto: GlobalPosition
    ) -> GlobalPosition:
        """Put the values and move the checkpoint, unless it is elsewhere."""
        if (seen.build, seen.checkpoint) == (str(self._build), self.position):
            for place, value in changes.items():
                self.values.pop(place, None)
                if value is not None:
                    self.values[place] = value
            self.position = upto
        return self.position

    async def places(self) -> AsyncIterator[Sequence[Place]]:
        """Every place there is."""
        yield list(self.values)

    async def reset(self) -> None:
        """Throw the view away."""
        self.values, self.position = {}, GlobalPosition(0)
        self._build += 1


class MemoryTradeStore:
    """A TradeStore and a TradeQuery over one dict."""

    def __init__(self) -> None:
        self.views: dict[UUID, TradeView] = {}
        self.position = GlobalPosition(0)

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied."""
        return self.position

    async def write(
        self,
        recorded: Mapping[UUID, TradeView],
        changed: Mapping[UUID, TradeChange],
        *,
        after: GlobalPosition,
        upto: GlobalPosition,
    ) -> GlobalPosition:
        """Insert, change and move the checkpoint, unless it is elsewhere."""
        if after == self.position:
            self.views.update(recorded)
            for stream_id, change in changed.items():
                parts = {name: getattr(change, name) for name in change.__struct_fields__}
                known = {name: part for name, part in parts.items() if part is not None}
                self.views[stream_id] = structs.replace(self.views[stream_id], **known)
            self.position = upto
        return self.position

    async def trades(
        self,
        *,
        wallet: WalletAddress | None = None,
        token: Mint | None = None,
        before: TradeCursor | None = None,
        limit: int,
    ) -> Sequence[TradeView]:
        """At most ``limit`` trades older than ``before``; retracted ones are left out."""
        found = [
            view
            for view in self.views.values()
            if view.finality != "retracted"
            and wallet in (None, view.trade.trader)
            and token in (None, view.trade.token_in.mint, view.trade.token_out.mint)
            and (before is None or _key(view.cursor) < _key(before))
        ]
        return sorted(found, key=lambda view: _key(view.cursor), reverse=True)[:limit]

    async def count(self, *, wallet: WalletAddress) -> int:
        """How many trades of the wallet there are."""
        return len(await self.trades(wallet=wallet, limit=len(self.views)))

    async def reset(self) -> None:
        """Throw the view away."""
        self.views, self.position = {}, GlobalPosition(0)


def _key(cursor: TradeCursor) -> tuple[int, int, int]:
    return cursor.slot, cursor.index_in_block, cursor.position


class MemoryApiKeyStore:
    """An ApiKeyStore and an ApiKeyQuery over one dict."""

    def __init__(self) -> None:
        self.keys: dict[str, KeyHolder] = {}
        self.position = GlobalPosition(0)

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied."""
        return self.position

    async def write(
        self, changes: Sequence[KeyChange], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the changes and move the checkpoint, unless it is elsewhere."""
        if after == self.position:
            for change in changes:
                self._apply(change)
            self.position = upto
        return self.position

    async def holder(self, key_id: str) -> KeyHolder | None:
        """The account behind a key id."""
        return self.keys.get(key_id)

    def _apply(self, change: KeyChange) -> None:
        if isinstance(change, KeyIssued):
            self.keys[change.key_id] = KeyHolder(change.key_id, change.account_id, revoked=False)
            return
        for key_id, holder in self.keys.items():
            named = change.key_id == key_id if isinstance(change, KeyRevoked) else False
            owned = getattr(change, "account_id", None) == holder.account_id
            if named or owned:
                self.keys[key_id] = structs.replace(holder, revoked=True)

    async def reset(self) -> None:
        """Throw the view away."""
        self.keys, self.position = {}, GlobalPosition(0)
