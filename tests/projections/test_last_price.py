"""What tokens last traded for."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from domain.values import WRAPPED_SOL, GlobalPosition, Mint
from projections.last_price import KEPT, LastPrice, decode_prices, price_place
from projections.views import TokenPrice
from tests.projections.chronicle import BONK, USDC, Chronicle, at, sol, swap, trade, units
from tests.projections.memory_stores import MemoryKeyedStore


async def price_of(mint: Mint, chronicle: Chronicle) -> TokenPrice | None:
    store = MemoryKeyedStore()
    await LastPrice(store).project(chronicle.recorded, after=GlobalPosition(0), upto=chronicle.head)
    value = store.values.get(price_place(mint))
    return None if value is None else decode_prices(value).newest[0].price


async def test_a_purchase_and_a_sale_price_a_token_alike() -> None:
    bought = await price_of(BONK, Chronicle().add(trade(at(5), sol(30), units(20))))
    sold = await price_of(BONK, Chronicle().add(trade(at(5), units(20), sol(30))))
    assert bought == sold
    assert bought is not None
    assert (bought.quote, bought.quote_amount, bought.amount) == (WRAPPED_SOL, 30, 20)


async def test_stable_coins_price_sol() -> None:
    found = await price_of(WRAPPED_SOL, Chronicle().add(trade(at(5), sol(7), units(900, USDC))))
    assert found is not None
    assert (found.quote, found.quote_amount, found.amount) == (USDC, 900, 7)


@pytest.mark.parametrize(
    ("gave", "got"),
    [
        (units(1), units(2, Mint("other"))),
        (sol(0), units(2)),
        (sol(1), units(0)),
        (sol(1), sol(1)),
    ],
)
async def test_what_prices_nothing_is_left_out(gave: object, got: object) -> None:
    chronicle = Chronicle().add(trade(at(5), gave, got))  # type: ignore[arg-type]
    assert await price_of(BONK, chronicle) is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_newest_by_place_in_the_chain_counts(order: Sequence[int]) -> None:
    past = [trade(at(5, nth), sol(100 + nth), units(1)) for nth in range(3)]
    found = await price_of(BONK, Chronicle().add(*(past[nth] for nth in order)))
    assert found is not None
    assert found.quote_amount == 102


async def test_a_retracted_trade_gives_back_the_price_before_it() -> None:
    dropped = trade(at(6), sol(9), units(1))
    chronicle = Chronicle().add(trade(at(5), sol(4), units(1)), dropped)
    dropped.retract()
    found = await price_of(BONK, chronicle.add(dropped))
    assert found is not None
    assert found.quote_amount == 4


async def test_when_all_trades_are_retracted_there_is_no_price() -> None:
    trades = [trade(at(slot), sol(slot), units(1)) for slot in range(1, KEPT + 3)]
    chronicle = Chronicle().add(*trades)
    for one in trades:
        one.retract()
    assert await price_of(BONK, chronicle.add(*trades)) is None


async def test_a_correction_replaces_the_price() -> None:
    corrected = trade(at(6), sol(9), units(1))
    chronicle = Chronicle().add(corrected)
    corrected.correct(swap(sol(5), units(1)), "2")
    found = await price_of(BONK, chronicle.add(corrected))
    assert found is not None
    assert found.quote_amount == 5
