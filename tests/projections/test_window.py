"""The newest entries, without gaps."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from domain.values import GlobalPosition
from projections.entry import Entry
from projections.window import Window
from tests.projections.chronicle import Chronicle, at, entry, transaction

ENTRIES = [entry(one) for one in Chronicle().add(*(transaction(at(n)) for n in range(20))).recorded]


def positions(entries: Sequence[Entry] | None) -> list[int] | None:
    return None if entries is None else [one.position for one in entries]


def test_entries_are_handed_out_above_a_position() -> None:
    window = Window(GlobalPosition(0), 10)
    window.extend(ENTRIES[:5])
    assert positions(window.above(GlobalPosition(2), 2)) == [3, 4]
    assert positions(window.above(GlobalPosition(5), 2)) == []


def test_the_oldest_make_room() -> None:
    window = Window(GlobalPosition(0), 3)
    window.extend(ENTRIES[:5])
    assert window.above(GlobalPosition(1), 9) is None
    assert positions(window.above(GlobalPosition(2), 9)) == [3, 4, 5]


def test_a_gap_is_noticed_and_nothing_is_added() -> None:
    window = Window(GlobalPosition(0), 10)
    assert not window.add(ENTRIES[1])
    assert window.last == 0


def test_a_restart_forgets() -> None:
    window = Window(GlobalPosition(0), 10)
    window.extend(ENTRIES[:5])
    window.restart(GlobalPosition(9))
    assert window.above(GlobalPosition(5), 9) is None
    assert window.add(ENTRIES[9])


@given(st.lists(st.integers(0, 19)), st.integers(1, 8))
def test_whatever_arrives_the_window_is_gapless(arrivals: list[int], size_max: int) -> None:
    window = Window(GlobalPosition(0), size_max)
    for nth in arrivals:
        while not window.add(ENTRIES[nth]):
            window.add(ENTRIES[window.last])
    kept = positions(window.above(GlobalPosition(max(0, window.last - size_max)), 99))
    assert kept == list(range(max(0, window.last - size_max) + 1, window.last + 1))
