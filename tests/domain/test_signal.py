"""What a signal decides."""

from decimal import Decimal
from typing import Any

import pytest

from domain.errors import InvalidValue, NotAllowed
from domain.signal import Signal
from domain.values import Mint, UnixSeconds
from tests.support.given import Given, given, happened, when_new

TOKEN = Mint("DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263")
ISSUED_FOR, LATER = UnixSeconds(1_790_000_000), UnixSeconds(1_790_001_000)
BUY: dict[str, Any] = {
    "model": "momentum",
    "token": TOKEN,
    "issued_for": ISSUED_FOR,
    "action": "BUY",
    "confidence": Decimal("0.75"),
    "entry_price": Decimal(100),
    "target_price": Decimal(120),
    "stop_price": Decimal(90),
    "expires_at": UnixSeconds(1_790_003_600),
    "reasoning": "volume doubled within an hour",
}
SELL = BUY | {"action": "SELL", "target_price": Decimal(80), "stop_price": Decimal(110)}


def issue() -> Signal:
    return Signal.issue(**BUY)


def given_issued() -> Given[Signal]:
    return given(issue)


def given_on_target() -> Given[Signal]:
    return given(issue, lambda s: s.resolve("target", Decimal(121), LATER))


def given_retracted() -> Given[Signal]:
    return given(issue, lambda s: s.retract("bad data"))


@pytest.mark.parametrize("forecast", [BUY, SELL, BUY | {"action": "HOLD"}])
def test_a_forecast_is_issued(forecast: dict[str, Any]) -> None:
    when_new(lambda: Signal.issue(**forecast)).then(happened(Signal.Issued, **forecast))


@pytest.mark.parametrize("confidence", [Decimal(0), Decimal(1)])
def test_a_confidence_of_none_or_all_is_a_confidence(confidence: Decimal) -> None:
    forecast = BUY | {"confidence": confidence}
    when_new(lambda: Signal.issue(**forecast)).then(happened(Signal.Issued, **forecast))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confidence", Decimal("-0.01")),
        ("confidence", Decimal("1.01")),
        ("confidence", Decimal("NaN")),
        ("confidence", Decimal("Infinity")),
        ("entry_price", Decimal(0)),
        ("target_price", Decimal(-1)),
        ("stop_price", Decimal("NaN")),
        ("target_price", Decimal("Infinity")),
    ],
)
def test_a_number_that_means_nothing_is_refused(field: str, value: Decimal) -> None:
    when_new(lambda: Signal.issue(**BUY | {field: value})).then_refused(InvalidValue, field)


@pytest.mark.parametrize(
    "forecast",
    [
        BUY | {"target_price": Decimal(100)},
        BUY | {"stop_price": Decimal(100)},
        BUY | {"target_price": Decimal(80), "stop_price": Decimal(110)},
        SELL | {"target_price": Decimal(100)},
        SELL | {"stop_price": Decimal(100)},
        SELL | {"target_price": Decimal(120), "stop_price": Decimal(90)},
    ],
)
def test_a_target_or_stop_on_the_wrong_side_is_refused(forecast: dict[str, Any]) -> None:
    when_new(lambda: Signal.issue(**forecast)).then_refused(InvalidValue, "needs")


def test_a_forecast_that_expires_when_it_begins_is_refused() -> None:
    when_new(lambda: Signal.issue(**BUY | {"expires_at": ISSUED_FOR})).then_refused(
        InvalidValue, "expires_at"
    )


def test_a_signal_is_resolved_once() -> None:
    given_issued().when(lambda s: s.resolve("target", Decimal(121), LATER)).then(
        happened(Signal.Resolved, outcome="target", price=Decimal(121), at=LATER)
    )
    given_on_target().when(lambda s: s.resolve("target", Decimal(121), LATER)).then_nothing()


def test_a_resolved_signal_keeps_its_outcome() -> None:
    given_on_target().when(lambda s: s.resolve("stop", Decimal(90), LATER)).then_refused(
        NotAllowed, "target"
    )
    given_on_target().when(lambda s: s.retract("bad data")).then_refused(NotAllowed, "target")


def test_a_signal_is_taken_back_once() -> None:
    given_issued().when(lambda s: s.retract("bad data")).then(
        happened(Signal.Retracted, reason="bad data")
    )
    given_retracted().when(lambda s: s.retract("another reason")).then_nothing()


def test_what_was_taken_back_has_no_outcome() -> None:
    given_retracted().when(lambda s: s.resolve("target", Decimal(121), LATER)).then_refused(
        NotAllowed, "retracted"
    )


def test_model_token_and_time_together_name_the_stream() -> None:
    streams = {
        issue().id,
        Signal.create_id("momentum", TOKEN, ISSUED_FOR),
        Signal.create_id("reversal", TOKEN, ISSUED_FOR),
        Signal.create_id("momentum", Mint("another"), ISSUED_FOR),
        Signal.create_id("momentum", TOKEN, LATER),
    }
    assert len(streams) == 4
