"""The arithmetic of concentrated liquidity never pays out more than it should."""

from hypothesis import given
from hypothesis import strategies as st

from infra.simulation.world.market.concentrated import Q64, Curve, tick_of

_PRICE = Q64 // 3
_CURVE = Curve(
    [_PRICE // 2, _PRICE * 9 // 10, _PRICE * 11 // 10, _PRICE * 2], [10**12, 10**13, 10**12], 3_000
)
amounts = st.integers(min_value=1, max_value=10**11)


@given(amounts, st.booleans())
def test_going_there_and_back_loses(amount: int, a_to_b: bool) -> None:
    there = _CURVE.swap(_CURVE.at(_PRICE), amount, a_to_b=a_to_b)
    assert there is not None
    if there.amount_out:
        back = _CURVE.swap(there.position, there.amount_out, a_to_b=not a_to_b)
        assert back is not None
        assert back.amount_out <= amount


@given(amounts, amounts)
def test_two_halves_pay_no_more_than_the_whole(first: int, second: int) -> None:
    one = _CURVE.swap(_CURVE.at(_PRICE), first, a_to_b=True)
    assert one is not None
    two = _CURVE.swap(one.position, second, a_to_b=True)
    whole = _CURVE.swap(_CURVE.at(_PRICE), first + second, a_to_b=True)
    assert two is not None
    assert whole is not None
    assert one.amount_out + two.amount_out <= whole.amount_out + 2


@given(amounts)
def test_vaults_can_always_pay(amount: int) -> None:
    _, held = _CURVE.deposits(_PRICE)
    step = _CURVE.swap(_CURVE.at(_PRICE), amount * 1_000, a_to_b=True)
    assert step is None or step.amount_out <= held


def test_a_swap_that_runs_out_of_liquidity_is_refused() -> None:
    assert _CURVE.swap(_CURVE.at(_PRICE), 10**30, a_to_b=True) is None


def test_the_tick_of_one_is_zero() -> None:
    assert tick_of(Q64) == 0
    assert tick_of(Q64 * 2) == 13_863
