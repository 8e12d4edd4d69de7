"""What every store of trades promises, and how it is asked."""

from collections.abc import Sequence
from typing import Final

import pytest

from domain.trade import Trade
from domain.values import WRAPPED_SOL, GlobalPosition
from projections.queries import TradeQuery
from projections.trades import Trades, TradeStore
from projections.views import TradeView
from tests.projections.chronicle import (
    ALICE,
    BOB,
    BONK,
    USDC,
    Chronicle,
    at,
    sol,
    swap,
    trade,
    units,
)

Both = tuple[TradeStore, TradeQuery]
START: Final = GlobalPosition(0)


async def project(store: TradeStore, chronicle: Chronicle, *, cut: int = 0) -> None:
    """Everything, in two batches when there is a cut."""
    projection, after = Trades(store), START
    for end in (cut, chronicle.head):
        upto = GlobalPosition(end)
        events = chronicle.recorded[after:upto]
        assert await projection.project(events, after=after, upto=upto) == upto
        after = upto


def slots(found: Sequence[TradeView]) -> list[int]:
    return [view.place.slot for view in found]


async def test_trades_come_newest_first_by_place_in_the_chain(trades: Both) -> None:
    store, query = trades
    places = [at(5, 2), at(9, 0), at(5, None), at(5, 1)]
    await project(store, Chronicle().add(*(trade(one, sol(1), units(1)) for one in places)))
    found = await query.trades(limit=10)
    assert [view.place for view in found] == [places[1], places[0], places[3], places[2]]


async def test_a_trade_comes_back_whole(trades: Both) -> None:
    store, query = trades
    chronicle = Chronicle().add(trade(at(5), sol(1), units(2**64 - 1)))
    await project(store, chronicle)
    (found,) = await query.trades(limit=1)
    recorded, event = chronicle.recorded[0], chronicle.recorded[0].event
    assert isinstance(event, Trade.Recorded)
    assert found == TradeView(
        recorded.position, event.place, event.trade, "1", "confirmed", recorded.recorded_at
    )


async def test_pages_join_without_gap_or_overlap(trades: Both) -> None:
    store, query = trades
    places = [at(slot, index) for slot in range(5) for index in (None, 0, 1)]
    await project(store, Chronicle().add(*(trade(one, sol(1), units(1)) for one in places)))
    found: list[TradeView] = []
    while page := await query.trades(limit=4, before=found[-1].cursor if found else None):
        found += page
    assert found == list(await query.trades(limit=99))
    assert len(found) == len(places)


async def test_trades_are_found_by_wallet_and_by_either_token(trades: Both) -> None:
    store, query = trades
    await project(
        store,
        Chronicle().add(
            trade(at(1), sol(1), units(1)),
            trade(at(2), units(1), sol(1), by=BOB),
            trade(at(3), sol(1), units(1, USDC)),
            trade(at(4), units(1), units(2), by=BOB),
        ),
    )
    assert slots(await query.trades(wallet=BOB, limit=9)) == [4, 2]
    assert slots(await query.trades(token=BONK, limit=9)) == [4, 2, 1]
    assert slots(await query.trades(token=WRAPPED_SOL, limit=2)) == [3, 2]
    assert slots(await query.trades(wallet=ALICE, token=BONK, limit=9)) == [1]
    assert await query.count(wallet=BOB) == 2


@pytest.mark.parametrize("cut", [0, 1, 2])
async def test_a_retracted_trade_is_left_out(trades: Both, cut: int) -> None:
    store, query = trades
    one = trade(at(5), sol(1), units(1))
    chronicle = Chronicle().add(one)
    one.retract()
    await project(store, chronicle.add(one), cut=cut)
    assert not await query.trades(limit=9)
    assert await query.count(wallet=ALICE) == 0


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
async def test_a_reinstated_trade_is_back_where_it_landed(trades: Both, cut: int) -> None:
    store, query = trades
    one = trade(at(5), sol(1), units(1))
    one.retract()
    one.reinstate(at(7, None), swap(sol(2), units(1)), "2")
    await project(store, Chronicle().add(one), cut=cut)
    (found,) = await query.trades(limit=9)
    assert (found.place, found.trade, found.finality) == (
        at(7, None),
        swap(sol(2), units(1)),
        "confirmed",
    )
    assert found.position == 1
    assert found.cursor.index_in_block == -1


@pytest.mark.parametrize("cut", [0, 1, 2])
async def test_a_corrected_and_final_trade_is_shown_as_it_is_now(trades: Both, cut: int) -> None:
    store, query = trades
    one = trade(at(5), sol(1), units(1))
    one.correct(swap(sol(1), units(3, USDC)), "2")
    one.finalize()
    await project(store, Chronicle().add(one), cut=cut)
    (found,) = await query.trades(token=USDC, limit=9)
    assert (found.trade, found.decoder, found.finality) == (
        swap(sol(1), units(3, USDC)),
        "2",
        "finalized",
    )
    assert not await query.trades(token=BONK, limit=9)


async def test_a_repeated_batch_is_dropped_as_a_whole(trades: Both) -> None:
    store, query = trades
    chronicle = Chronicle().add(trade(at(5), sol(1), units(1)))
    await project(store, chronicle)
    again = await Trades(store).project(chronicle.recorded, after=START, upto=GlobalPosition(9))
    assert again == await store.checkpoint() == 1
    assert len(await query.trades(limit=9)) == 1


async def test_a_reset_view_is_empty_and_at_the_beginning(trades: Both) -> None:
    store, query = trades
    await project(store, Chronicle().add(trade(at(5), sol(1), units(1))))
    await store.reset()
    assert await store.checkpoint() == 0
    assert not await query.trades(limit=9)
