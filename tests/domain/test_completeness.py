"""Ranges of slots, listings and balances: what may be claimed of a wallet's history."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.completeness import (
    CoveredRange,
    Evidence,
    State,
    known_through,
    state_of,
    with_late_finds,
    with_range,
)
from domain.coverage.balance import Agreement, Anchor, Movement, agreement
from domain.coverage.finality import Sighting, Verdict, verdict, wait_slots
from domain.coverage.listing import Cursor, Listing, back_to, mistrusted
from domain.coverage.look import Coverage, Look, after_look
from domain.values import Signature, Slot

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = Signature("a"), Signature("b"), Signature("c")


def evidence(number: int = 0) -> Evidence:
    at = BEGAN + timedelta(seconds=number)
    return Evidence(UUID(int=number), "node", 1, 5, 1, Slot(0), at)


def covered(first: int, last: int, state: State = "complete", number: int = 0) -> CoveredRange:
    reason = "why" if state == "unknown" else None
    return CoveredRange(Slot(first), Slot(last), state, evidence(number), reason)


def listing(
    entries: dict[Signature, int], *, first: int = 100, as_of: int = 1_000, **more: object
) -> Listing:
    slots = {name: Slot(slot) for name, slot in entries.items()}
    given: dict[str, object] = {"to_start": False, "flaw": None, **more}
    return Listing(slots, Slot(first), Slot(as_of), 1, "node", **given)  # type: ignore[arg-type]


ranges = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(0, 10),
        st.sampled_from(["complete", "backfilled", "unknown"]),
    ),
    max_size=8,
)


@given(ranges)
def test_each_slot_is_in_the_state_that_was_said_of_it_last(
    said: list[tuple[int, int, State]],
) -> None:
    kept: list[CoveredRange] = []
    expected: dict[int, State] = {}
    for number, (first, length, state) in enumerate(said):
        kept = with_range(kept, covered(first, first + length, state, number))
        expected.update(dict.fromkeys(range(first, first + length + 1), state))
    found = {slot: one.state for one in kept for slot in range(one.first, one.last + 1)}
    assert found == expected
    assert all(one.last < other.first for one, other in pairwise(kept))


@given(ranges, st.integers(0, 50), st.integers(0, 10))
def test_of_several_slots_the_weakest_state_is_told(
    said: list[tuple[int, int, State]], first: int, length: int
) -> None:
    kept: list[CoveredRange] = []
    for number, (start, size, state) in enumerate(said):
        kept = with_range(kept, covered(start, start + size, state, number))
    of_slot = {slot: one.state for one in kept for slot in range(one.first, one.last + 1)}
    states = {of_slot.get(slot, "unknown") for slot in range(first, first + length + 1)}
    order: list[State] = ["unknown", "backfilled", "complete"]
    weakest = next(state for state in order if state in states)
    assert state_of(kept, Slot(first), Slot(first + length)) == weakest


def test_neighbours_in_the_same_state_become_one_with_both_counts() -> None:
    (one,) = with_range([covered(1, 9, number=1)], covered(10, 20, number=2))
    assert (one.first, one.last, one.evidence.listed) == (1, 20, 10)
    assert one.evidence.listing_id == UUID(int=2)


def test_a_late_find_makes_a_complete_range_a_backfilled_one() -> None:
    before = [covered(1, 9), covered(10, 20, "unknown"), covered(21, 30)]
    after = with_late_finds(before, [Slot(5), Slot(15)], evidence(7))
    assert [one.state for one in after] == ["backfilled", "unknown", "complete"]


def test_what_may_be_relied_on_is_the_newest_unbroken_stretch() -> None:
    parts = [
        covered(1, 9),
        covered(10, 12, "unknown"),
        covered(13, 20),
        covered(21, 25, "backfilled"),
    ]
    assert known_through(parts) == (13, 25)
    assert known_through([covered(1, 2, "unknown")]) is None
    assert known_through([covered(1, 9), covered(10, 12, "unknown")]) == (1, 9)


CURSOR = Cursor(Slot(500), B)


@pytest.mark.parametrize(
    ("found", "cursor", "lamports", "why"),
    [
        (listing({A: 900, B: 500}), CURSOR, 5, None),
        (listing({A: 900}), CURSOR, 5, "lacks"),
        (listing({}, to_start=True), CURSOR, 5, "lacks"),
        (listing({A: 900, B: 500}, first=450), CURSOR, 5, "above"),
        (listing({A: 900, B: 500}, first=450, to_start=True), CURSOR, 5, None),
        (listing({}, to_start=True), None, 0, None),
        (listing({}, to_start=True), None, 5, "empty"),
        (listing({A: 900, B: 500}, flaw="broken"), CURSOR, 5, "broken"),
    ],
)
def test_a_listing_that_contradicts_what_is_known_is_not_trusted(
    found: Listing, cursor: Cursor | None, lamports: int, why: str | None
) -> None:
    judged = mistrusted(found, cursor, back_to(Slot(500)), lamports)
    assert judged is None if why is None else why in (judged or "")


def moves(*changes: tuple[int, int, int]) -> list[Movement]:
    return [Movement(Slot(slot), before, after) for slot, before, after in changes]


@pytest.mark.parametrize(
    ("movements", "end", "expected"),
    [
        (moves((1, 100, 90), (2, 90, 70)), 70, "agrees"),
        (moves((1, 90, 70), (1, 100, 90)), 70, "agrees"),  # order inside a slot is not known
        (moves((1, 100, 90), (3, 85, 70)), 70, "differs"),  # one of slot 2 was left out
        (moves((1, 100, 90)), 70, "differs"),  # the newest was left out
        (moves((1, 100, 90), (99, 90, 1)), 90, "agrees"),  # what came later does not count
        (moves(), 0, "agrees"),
        (moves(), 5, "unchecked"),
    ],
)
def test_lamports_only_move_by_transactions_that_are_known(
    movements: list[Movement], end: int, expected: Agreement
) -> None:
    assert agreement(movements, Anchor(Slot(50), end)) == expected


@given(st.lists(st.integers(-50, 50).filter(bool), min_size=2, max_size=12), st.data())
def test_leaving_out_any_transaction_since_the_known_one_shows(
    changes: list[int], data: st.DataObject
) -> None:
    lamports, movements = 10_000, []
    for slot, change in enumerate(changes):
        movements.append(Movement(Slot(slot), lamports, lamports + change))
        lamports += change
    end = Anchor(Slot(len(changes)), lamports)
    assert agreement(movements, end) == "agrees"
    hidden = data.draw(st.integers(1, len(changes) - 1))
    assert agreement([*movements[:hidden], *movements[hidden + 1 :]], end) == "differs"


def look(found: Listing, **more: object) -> Look:
    given: dict[str, object] = {
        "mistrust": None,
        "missing": (),
        "holes": (),
        "agreement": "agrees",
        "end": Anchor(found.as_of, 7),
    }
    return Look(found, **(given | more))  # type: ignore[arg-type]


def test_a_good_look_claims_up_to_a_minute_before_it() -> None:
    after = after_look(Coverage(), look(listing({A: 900, B: 500})), evidence())
    assert [(one.first, one.last, one.state) for one in after.ranges] == [(100, 850, "complete")]
    assert after.cursor == Cursor(Slot(900), A)
    assert after.reason is None


@pytest.mark.parametrize(
    "against",
    [{"mistrust": "a lie"}, {"holes": (A,)}, {"agreement": "differs"}, {"agreement": "unchecked"}],
)
def test_a_look_that_anything_speaks_against_claims_nothing(against: dict[str, object]) -> None:
    before = after_look(Coverage(), look(listing({B: 500}, as_of=600)), evidence(1))
    bad = look(listing({A: 900, B: 500}), **against)
    after = after_look(before, bad, evidence(2))
    assert [(one.first, one.last, one.state) for one in after.ranges] == [
        (100, 450, "complete"),
        (451, 850, "unknown"),
    ]
    assert (after.through, after.cursor) == (before.through, before.cursor)
    good = after_look(after, look(listing({A: 900, B: 500}, as_of=2_000)), evidence(3))
    assert [one.state for one in good.ranges] == ["complete", "backfilled"]
    assert good.through == 1_850


def test_what_was_missing_is_told_as_backfilled_and_what_is_fresh_is_not() -> None:
    before = after_look(Coverage(), look(listing({B: 500}, as_of=600)), evidence(1))
    late = look(listing({A: 700, B: 500}), missing=(A,))
    assert after_look(before, late, evidence(2)).ranges[-1].state == "backfilled"
    fresh = look(listing({C: 990, B: 500}), missing=(C,))
    assert {one.state for one in after_look(before, fresh, evidence(2)).ranges} == {"complete"}


@pytest.mark.parametrize(
    ("sighting", "in_block", "dropped", "expected"),
    [
        (Sighting(Slot(5), is_final=True), None, False, "final"),
        (Sighting(Slot(7), is_final=True), None, False, "landed"),
        (Sighting(Slot(7), is_final=True), None, True, "landed"),
        (Sighting(Slot(5), is_final=False), None, False, "wait"),
        (Sighting(Slot(7), is_final=False), False, False, "dropped"),
        (Sighting(Slot(7), is_final=False), None, False, "wait"),
        (None, False, False, "dropped"),
        (None, False, True, "wait"),
        (None, None, False, "wait"),  # nobody knows it, which proves nothing
        (None, True, False, "wait"),  # one node contradicts another
    ],
)
def test_only_the_finalized_chain_drops_a_transaction(
    sighting: Sighting | None, in_block: bool | None, dropped: bool, expected: Verdict
) -> None:
    assert verdict(Slot(5), sighting, in_block, dropped=dropped) == expected


def test_asking_again_becomes_rarer_up_to_an_hour() -> None:
    waits = [wait_slots(tries) for tries in range(40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (8, 9_000)
