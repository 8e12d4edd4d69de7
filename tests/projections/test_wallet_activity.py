"""What wallets did and hold, whatever the order it was heard in."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from domain.chain.decoded import Fees
from domain.trade import Trade
from domain.values import GlobalPosition
from projections.ports import Place
from projections.wallet_activity import WalletActivity
from projections.wallet_records import (
    PROFILE,
    ProfileRecord,
    decode_profile,
    decode_token_account,
)
from tests.projections.chronicle import (
    ALICE,
    BOB,
    Chronicle,
    at,
    held,
    lamports,
    reinstate,
    sol,
    swap,
    trade,
    transaction,
    units,
)
from tests.projections.memory_stores import MemoryKeyedStore


class View:
    """The view after everything in a chronicle."""

    def __init__(self, store: MemoryKeyedStore) -> None:
        self._store = store

    def profile(self, wallet: str) -> ProfileRecord:
        return decode_profile(self._store.values[Place(wallet, PROFILE)])

    def amounts(self, wallet: str) -> dict[str, int]:
        return {
            place.field: decode_token_account(value).balance.amount
            for place, value in self._store.values.items()
            if place.key == wallet and place.field != PROFILE
        }


async def given(chronicle: Chronicle) -> View:
    store = MemoryKeyedStore()
    await WalletActivity(store, chronicle).project(
        chronicle.recorded, after=GlobalPosition(0), upto=chronicle.head
    )
    return View(store)


async def test_a_transaction_counts_for_all_whose_balances_it_changed() -> None:
    view = await given(
        Chronicle().add(transaction(at(5), lamports(9, 4), held(0, 7, owner=BOB, account="acc")))
    )
    assert view.profile(ALICE).transaction_count == view.profile(BOB).transaction_count == 1
    assert view.amounts(BOB) == {"acc": 7}


async def test_a_failed_transaction_counts_as_one() -> None:
    view = await given(Chronicle().add(transaction(at(5), lamports(9, 4), failed=True)))
    assert (view.profile(ALICE).transaction_count, view.profile(ALICE).failed_count) == (1, 1)


async def test_the_rent_of_a_token_account_is_nobodys_balance() -> None:
    rent = lamports(0, 2_039_280, of=ALICE)
    rent = type(rent)("acc", ALICE, None, rent.before, rent.after, 9)
    view = await given(Chronicle().add(transaction(at(5), rent, held(0, 7, account="acc"))))
    assert view.profile(ALICE).native is None


async def test_first_and_last_activity_are_the_chains_times() -> None:
    view = await given(Chronicle().add(transaction(at(7)), transaction(at(3)), transaction(at(5))))
    profile = view.profile(ALICE)
    assert (profile.first_seen, profile.last_activity, profile.slot) == (30, 70, 7)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_transactions_out_of_order_leave_the_newest_balance(order: Sequence[int]) -> None:
    past = [
        transaction(at(5, 1), held(0, 10), lamports(100, 90)),
        transaction(at(5, 2), held(10, 25), lamports(90, 80)),
        transaction(at(9, 0), held(25, 4), lamports(80, 70)),
    ]
    view = await given(Chronicle().add(*(past[nth] for nth in order)))
    native = view.profile(ALICE).native
    assert native is not None
    assert (native.amount, list(view.amounts(ALICE).values())) == (70, [4])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_without_an_index_one_starts_where_the_other_ended(order: Sequence[int]) -> None:
    past = [
        transaction(at(5, None, "a"), held(0, 10)),
        transaction(at(5, None, "b"), held(10, 25)),
    ]
    view = await given(Chronicle().add(*(past[nth] for nth in order)))
    assert list(view.amounts(ALICE).values()) == [25]


async def test_an_emptied_account_is_not_filled_by_an_older_transaction() -> None:
    view = await given(
        Chronicle().add(transaction(at(9), held(5, 0)), transaction(at(8), held(0, 5)))
    )
    assert list(view.amounts(ALICE).values()) == [0]


async def test_a_retracted_transaction_gives_back_what_was_there_before() -> None:
    dropped = transaction(at(9), held(10, 25), lamports(90, 80))
    chronicle = Chronicle().add(transaction(at(5), held(0, 10), lamports(99, 90)), dropped)
    dropped.retract()
    view = await given(chronicle.add(dropped))
    native = view.profile(ALICE).native
    assert native is not None
    assert (native.amount, list(view.amounts(ALICE).values())) == (90, [10])
    assert view.profile(ALICE).transaction_count == 1


async def test_a_retraction_leaves_what_a_newer_transaction_set() -> None:
    dropped = transaction(at(9), held(10, 25))
    chronicle = Chronicle().add(dropped, transaction(at(11), held(10, 3)))
    dropped.retract()
    assert list((await given(chronicle.add(dropped))).amounts(ALICE).values()) == [3]


async def test_a_reinstated_transaction_counts_with_what_it_did_there() -> None:
    dropped = transaction(at(9), held(10, 25), lamports(90, 80))
    chronicle = Chronicle().add(transaction(at(5), held(0, 10), lamports(99, 90)), dropped)
    dropped.retract()
    reinstate(dropped, at(12), held(10, 22), lamports(90, 85))
    view = await given(chronicle.add(dropped))
    profile = view.profile(ALICE)
    assert profile.native is not None
    assert (profile.native.amount, list(view.amounts(ALICE).values())) == (85, [22])
    assert (profile.transaction_count, profile.slot) == (2, 12)


async def test_a_second_retraction_takes_back_the_second_place() -> None:
    dropped = transaction(at(9), held(10, 25))
    chronicle = Chronicle().add(transaction(at(5), held(0, 10)), dropped)
    dropped.retract()
    reinstate(dropped, at(12), held(10, 22))
    dropped.retract()
    view = await given(chronicle.add(dropped))
    assert list(view.amounts(ALICE).values()) == [10]
    assert view.profile(ALICE).transaction_count == 1


async def test_a_reinstated_transaction_counts_as_it_came_out_the_second_time() -> None:
    one = transaction(at(9), held(10, 25))
    one.retract()
    one.reinstate(
        at(12),
        fee_payer=ALICE,
        signers=(ALICE,),
        failed=False,
        fees=Fees(),
        transfers=(),
        balance_changes=(held(10, 18),),
        trade_count=0,
        decoder="1",
        source="test",
    )
    view = await given(Chronicle().add(one))
    assert list(view.amounts(ALICE).values()) == [18]
    assert view.profile(ALICE).transaction_count == 1


async def test_trades_are_counted_for_their_trader() -> None:
    kept, dropped = trade(at(5), sol(1), units(2)), trade(at(6), sol(1), units(2))
    chronicle = Chronicle().add(kept, dropped)
    dropped.retract()
    assert (await given(chronicle.add(dropped))).profile(ALICE).trade_count == 1


async def test_a_correction_moves_a_trade_to_its_real_trader() -> None:
    chronicle = Chronicle().add(trade(at(5), sol(1), units(2)))
    first = chronicle.recorded[0].event
    was, now = swap(sol(1), units(2)), swap(sol(1), units(2), by=BOB)
    chronicle.record(Trade.Corrected(first.originator_id, 2, first.timestamp, at(5), was, now, "2"))
    view = await given(chronicle)
    assert (view.profile(ALICE).trade_count, view.profile(BOB).trade_count) == (0, 1)
