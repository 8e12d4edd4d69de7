"""Faults strike by seed and key, and stop when they were told to."""

import pytest

from infra.simulation.servers.fault_flags import fault_orders
from infra.simulation.servers.faults import FaultKind, FaultNotAllowed, FaultOrder, Faults, Service

KEYS = [f"signature-{number}" for number in range(1_000)]


def faults(seed: int = 1) -> Faults:
    return Faults(seed, lambda: 0)


def hits(armed: Faults, kind: FaultKind = FaultKind.DROP) -> list[str]:
    return [key for key in KEYS if armed.strikes(kind, key)]


def test_the_same_seed_strikes_the_same_keys_in_any_order() -> None:
    one, other = faults(), faults()
    for armed in (one, other):
        armed.arm(FaultOrder(kind=FaultKind.DROP, percent=30))
    backwards = {key for key in reversed(KEYS) if _hit(other, key)}
    assert hits(one) == [key for key in KEYS if key in backwards]


def _hit(armed: Faults, key: str) -> bool:
    return armed.strikes(FaultKind.DROP, key) is not None


def test_another_seed_strikes_other_keys() -> None:
    one, other = faults(1), faults(2)
    for armed in (one, other):
        armed.arm(FaultOrder(kind=FaultKind.DROP, percent=30))
    assert hits(one) != hits(other)


@pytest.mark.parametrize("percent", [1, 10, 50, 100])
def test_a_fault_strikes_about_its_share(percent: int) -> None:
    armed = faults()
    armed.arm(FaultOrder(kind=FaultKind.DROP, percent=percent))
    assert len(hits(armed)) == pytest.approx(percent * 10, abs=45)


def test_a_fault_strikes_no_more_often_than_it_may() -> None:
    armed = faults()
    armed.arm(FaultOrder(kind=FaultKind.DROP, times=3))
    assert hits(armed) == KEYS[:3]


def test_a_fault_ends_on_time() -> None:
    now = 0
    armed = Faults(1, lambda: now)
    armed.arm(FaultOrder(kind=FaultKind.OUTAGE, lasts_ms=500))
    assert armed.strikes(FaultKind.OUTAGE, "a")
    now = 500
    assert not armed.strikes(FaultKind.OUTAGE, "b")
    assert armed.armed() == []


def test_a_fault_of_one_service_spares_the_others() -> None:
    armed = faults()
    armed.arm(FaultOrder(kind=FaultKind.OUTAGE, service=Service.RPC))
    assert armed.strikes(FaultKind.OUTAGE, "a", Service.RPC)
    assert not armed.strikes(FaultKind.OUTAGE, "a", Service.HELIUS)


def test_what_was_struck_is_told() -> None:
    armed = faults()
    fault = armed.arm(FaultOrder(kind=FaultKind.REPEAT))
    armed.strikes(FaultKind.REPEAT, "a")
    assert [(s.fault, s.kind, s.key) for s in armed.struck()] == [(fault.id, FaultKind.REPEAT, "a")]


def test_flags_say_everything_an_order_can() -> None:
    first, second = fault_orders("drop=10%; delay=30%,amount=50,for=2s,times=4,service=helius")
    assert (first.kind, first.percent) == (FaultKind.DROP, 10)
    assert second == FaultOrder(
        kind=FaultKind.DELAY,
        percent=30,
        amount=50,
        lasts_ms=2_000,
        times=4,
        service=Service.HELIUS,
    )


@pytest.mark.parametrize("flags", ["explode", "drop=ten", "drop,amount=x", "drop,service=x"])
def test_flags_nobody_knows_are_refused(flags: str) -> None:
    with pytest.raises(FaultNotAllowed):
        fault_orders(flags)


@pytest.mark.parametrize(("percent", "amount"), [(0, 1), (101, 1), (10, -1)])
def test_orders_out_of_bounds_are_refused(percent: int, amount: int) -> None:
    with pytest.raises(FaultNotAllowed):
        faults().arm(FaultOrder(kind=FaultKind.DROP, percent=percent, amount=amount))
