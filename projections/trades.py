"""Keeps the history of trades."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol
from uuid import UUID

from msgspec import Struct, structs

from domain.aggregate import DomainEvent
from domain.chain.decoded import DecodedTrade
from domain.recorded import RecordedEvent
from domain.trade import ChainPlace, Finality, Trade
from domain.values import GlobalPosition
from projections.views import TradeView


class TradeChange(Struct, frozen=True):
    """What happened to a trade that is in the view already; None leaves that part alone."""

    finality: Finality | None = None
    trade: DecodedTrade | None = None
    decoder: str | None = None
    place: ChainPlace | None = None


class TradeStore(Protocol):
    """Where the history is kept."""

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied."""
        ...

    async def write(
        self,
        recorded: Mapping[UUID, TradeView],
        changed: Mapping[UUID, TradeChange],
        *,
        after: GlobalPosition,
        upto: GlobalPosition,
    ) -> GlobalPosition:
        """Insert, change and move the checkpoint in one transaction; returns the checkpoint
        there is then. Nothing happens when it was not at ``after``."""
        ...

    async def reset(self) -> None:
        """Throw the view away, checkpoint included."""
        ...


class Trades:
    """Every trade as the log has it now, retracted ones marked."""

    name: ClassVar[str] = "trades-v1"
    handles: ClassVar[tuple[type[DomainEvent], ...]] = (
        Trade.Recorded,
        Trade.Finalized,
        Trade.Retracted,
        Trade.Reinstated,
        Trade.Corrected,
    )

    def __init__(self, store: TradeStore) -> None:
        self._store = store

    async def checkpoint(self) -> GlobalPosition:
        """The last position applied, 0 for a view that is empty or was lost."""
        return await self._store.checkpoint()

    async def project(
        self, events: Sequence[RecordedEvent], *, after: GlobalPosition, upto: GlobalPosition
    ) -> GlobalPosition:
        """Apply the events and move the checkpoint, in one atomic step."""
        recorded, changed = folded(events)
        return await self._store.write(recorded, changed, after=after, upto=upto)

    async def reset(self) -> None:
        """Throw the view away, checkpoint included."""
        await self._store.reset()


def folded(
    events: Sequence[RecordedEvent],
) -> tuple[Mapping[UUID, TradeView], Mapping[UUID, TradeChange]]:
    """The trades that are new, as the last of these events leaves them, and the changes of
    those that were there before."""
    new: dict[UUID, TradeView] = {}
    changed: dict[UUID, TradeChange] = {}
    for recorded in events:
        key, event = recorded.stream_id, recorded.event
        if isinstance(event, Trade.Recorded):
            new[key] = _view(recorded, event)
        elif key in new:
            new[key] = structs.replace(new[key], **_parts(event))
        else:
            changed[key] = structs.replace(changed.get(key, TradeChange()), **_parts(event))
    return new, changed


def _view(recorded: RecordedEvent, event: Trade.Recorded) -> TradeView:
    return TradeView(
        position=recorded.position,
        place=event.place,
        trade=event.trade,
        decoder=event.decoder,
        finality="confirmed",
        recorded_at=recorded.recorded_at,
    )


def _parts(event: DomainEvent) -> dict[str, object]:
    match event:
        case Trade.Finalized():
            return {"finality": "finalized"}
        case Trade.Retracted():
            return {"finality": "retracted"}
        case Trade.Reinstated(place=place, trade=trade, decoder=decoder):
            return {"finality": "confirmed", "place": place, "trade": trade, "decoder": decoder}
        case Trade.Corrected(trade=trade, decoder=decoder):
            return {"trade": trade, "decoder": decoder}
    return {}
