"""The history of trades, folded."""

from projections.trades import TradeChange, folded
from tests.projections.chronicle import Chronicle, at, sol, swap, trade, units


def test_a_new_trade_is_as_its_last_event_leaves_it() -> None:
    one = trade(at(5), sol(1), units(2))
    one.correct(swap(sol(1), units(3)), "2")
    one.finalize()
    new, changed = folded(Chronicle().add(one).recorded)
    view = new[one.id]
    assert (view.position, view.finality, view.decoder) == (1, "finalized", "2")
    assert view.trade == swap(sol(1), units(3))
    assert not changed


def test_changes_of_an_older_trade_are_collected() -> None:
    one = trade(at(5), sol(1), units(2))
    chronicle = Chronicle().add(one)
    one.correct(swap(sol(1), units(3)), "2")
    one.retract()
    new, changed = folded(chronicle.add(one).recorded[1:])
    assert not new
    assert changed == {one.id: TradeChange("retracted", swap(sol(1), units(3)), "2")}


def test_a_reinstated_trade_stands_at_its_new_place() -> None:
    one = trade(at(5), sol(1), units(2))
    chronicle = Chronicle().add(one)
    one.retract()
    one.reinstate(at(9, 3), swap(sol(1), units(4)), "1")
    new, changed = folded(chronicle.add(one).recorded[1:])
    assert not new
    assert changed == {
        one.id: TradeChange("confirmed", swap(sol(1), units(4)), "1", place=at(9, 3))
    }
