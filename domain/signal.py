"""One forecast about one token, and how it turned out."""

from decimal import Decimal
from typing import Final, Literal, Self
from uuid import UUID

from domain.aggregate import Aggregate, Created, DomainEvent, event, stream_id
from domain.errors import InvalidValue, NotAllowed
from domain.values import Mint, UnixSeconds

Action = Literal["BUY", "SELL", "HOLD"]
Outcome = Literal["target", "stop", "expiry"]

CONFIDENCE_MAX: Final = Decimal(1)


class Signal(Aggregate):
    """A forecast with a calibrated confidence; it is resolved once, or taken back before."""

    TOPIC = "Signal"

    class Issued(Created, frozen=True, array_like=True):
        TOPIC = "signal.issued.v1"
        model: str
        token: Mint
        issued_for: UnixSeconds
        action: Action
        confidence: Decimal
        entry_price: Decimal
        target_price: Decimal
        stop_price: Decimal
        expires_at: UnixSeconds
        reasoning: str

    class Resolved(DomainEvent, frozen=True, array_like=True):
        TOPIC = "signal.resolved.v1"
        outcome: Outcome
        price: Decimal
        at: UnixSeconds

    class Retracted(DomainEvent, frozen=True, array_like=True):
        TOPIC = "signal.retracted.v1"
        reason: str

    @staticmethod
    def create_id(model: str, token: Mint, issued_for: UnixSeconds) -> UUID:
        """One model says one thing about one token at one time."""
        return stream_id("signal", model, token, str(issued_for))

    @classmethod
    def issue(
        cls,
        *,
        model: str,
        token: Mint,
        issued_for: UnixSeconds,
        action: Action,
        confidence: Decimal,
        entry_price: Decimal,
        target_price: Decimal,
        stop_price: Decimal,
        expires_at: UnixSeconds,
        reasoning: str,
    ) -> Self:
        """State a forecast in quote units per token; raises InvalidValue when it contradicts
        itself: a confidence outside 0 to 1, a price not above 0, a target or stop on the wrong
        side of the entry, an expiry not after its time."""
        _judge(action, confidence, entry_price, target_price, stop_price)
        if expires_at <= issued_for:
            raise InvalidValue("expires_at", expires_at, f"must be after {issued_for}")
        return cls(
            model,
            token,
            issued_for,
            action,
            confidence,
            entry_price,
            target_price,
            stop_price,
            expires_at,
            reasoning,
        )

    def resolve(self, outcome: Outcome, price: Decimal, at: UnixSeconds) -> None:
        """Say how it turned out, once; raises NotAllowed when retracted or told otherwise."""
        if self.retracted:
            raise NotAllowed("signal", "it was retracted")
        if self.outcome not in (None, outcome):
            raise NotAllowed("signal", f"it was already resolved as {self.outcome}")
        if self.outcome is None:
            self._resolved(outcome, price, at)

    def retract(self, reason: str) -> None:
        """Take it back before it is resolved; raises NotAllowed afterwards."""
        if self.outcome is not None:
            raise NotAllowed("signal", f"it was already resolved as {self.outcome}")
        if not self.retracted:
            self._retracted(reason)

    @event(Issued)
    def __init__(
        self,
        model: str,
        token: Mint,
        issued_for: UnixSeconds,
        action: Action,
        confidence: Decimal,
        entry_price: Decimal,
        target_price: Decimal,
        stop_price: Decimal,
        expires_at: UnixSeconds,
        reasoning: str,
    ) -> None:
        self.model, self.token, self.issued_for = model, token, issued_for
        self.action, self.confidence = action, confidence
        self.entry_price, self.target_price, self.stop_price = entry_price, target_price, stop_price
        self.expires_at = expires_at
        self.outcome: Outcome | None = None
        self.retracted = False

    @event(Resolved)
    def _resolved(self, outcome: Outcome, price: Decimal, at: UnixSeconds) -> None:
        self.outcome = outcome

    @event(Retracted)
    def _retracted(self, reason: str) -> None:
        self.retracted = True


def _judge(
    action: Action, confidence: Decimal, entry: Decimal, target: Decimal, stop: Decimal
) -> None:
    if not (confidence.is_finite() and 0 <= confidence <= CONFIDENCE_MAX):
        raise InvalidValue("confidence", confidence, "must be from 0 to 1")
    for field, price in (("entry_price", entry), ("target_price", target), ("stop_price", stop)):
        if not (price.is_finite() and price > 0):
            raise InvalidValue(field, price, "must be above 0")
    if action == "BUY" and not stop < entry < target:
        raise InvalidValue("target_price", target, "a BUY needs stop < entry < target")
    if action == "SELL" and not target < entry < stop:
        raise InvalidValue("target_price", target, "a SELL needs target < entry < stop")
