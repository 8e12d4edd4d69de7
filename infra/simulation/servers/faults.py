"""Misbehaviour on request: which call is struck is decided by the seed, not by chance or timing."""

import hashlib
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec

ARMED_MAX: Final = 200
"""Faults armed at once; a test that needs more has a mistake."""
STRUCK_KEPT: Final = 10_000
"""Strikes remembered for ``GET /control/faults/struck``; the oldest are forgotten first."""
_HASH_RANGE: Final = 1 << 64


class FaultKind(StrEnum):
    """What can go wrong; ``MEANING`` says how each behaves and what its amount counts."""

    DROP = "drop"
    REPEAT = "repeat"
    REORDER = "reorder"
    DELAY = "delay"
    CORRUPT = "corrupt"
    WRONG_AUTH = "wrong-auth"
    WEBHOOK_OFF = "webhook-off"
    RATE_LIMIT = "rate-limit"
    LAG = "lag"
    OUTAGE = "outage"
    MISSING_HISTORY = "missing-history"
    LATE_HISTORY = "late-history"
    UNKNOWN_UNTIL = "unknown-until"
    EMPTY_PAGE = "empty-page"
    SLOT_DISORDER = "slot-disorder"
    COMMITMENT_SKEW = "commitment-skew"
    FORK = "fork"


MEANING: Final[dict[FaultKind, str]] = {
    FaultKind.DROP: "a webhook delivery is never sent",
    FaultKind.REPEAT: "a delivery is sent again, `amount` more times",
    FaultKind.REORDER: "a delivery waits until `amount` later ones have gone out",
    FaultKind.DELAY: "a delivery is held back `amount` milliseconds",
    FaultKind.CORRUPT: "a delivery's body is cut short and one byte is changed",
    FaultKind.WRONG_AUTH: "a delivery carries another Authorization value",
    FaultKind.WEBHOOK_OFF: "a webhook that would deliver is switched off instead, silently",
    FaultKind.RATE_LIMIT: "a request is answered 429 with Retry-After `amount` seconds",
    FaultKind.LAG: "the node answers as it was `amount` slots ago",
    FaultKind.OUTAGE: "a request's connection is closed without an answer; sockets are cut",
    FaultKind.MISSING_HISTORY: "a transaction is left out of every answer while this is armed",
    FaultKind.LATE_HISTORY: "a transaction is left out until `amount` slots after its own",
    FaultKind.UNKNOWN_UNTIL: "`until` is treated as never heard of: the newest page, no error",
    FaultKind.EMPTY_PAGE: "getSignaturesForAddress answers an empty page",
    FaultKind.SLOT_DISORDER: "signatures of one slot are listed in another order",
    FaultKind.COMMITMENT_SKEW: "history is listed as of finalized while slots are not",
    FaultKind.FORK: "the next `amount` blocks are confirmed and then dropped by the cluster",
}

_AMOUNTS: Final[dict[FaultKind, int]] = {
    FaultKind.REPEAT: 1,
    FaultKind.REORDER: 3,
    FaultKind.DELAY: 2_000,
    FaultKind.RATE_LIMIT: 1,
    FaultKind.LAG: 20,
    FaultKind.LATE_HISTORY: 40,
    FaultKind.FORK: 4,
}


class Service(StrEnum):
    """Which of the servers a fault is meant for."""

    ANY = "any"
    RPC = "rpc"
    HELIUS = "helius"
    TELEGRAM = "telegram"
    MAIL = "mail"


class FaultOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault as asked for; what is left out takes the kind's usual value."""

    kind: FaultKind
    percent: int = 100
    amount: int | None = None
    lasts_ms: int | None = None
    times: int | None = None
    service: Service = Service.ANY


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """An armed fault: strikes ``percent`` of the keys it is asked about."""

    id: int
    kind: FaultKind
    percent: int
    amount: int
    times: int | None
    ends_ms: int | None
    service: Service


class Strike(msgspec.Struct, frozen=True):
    """One thing a fault was done to."""

    fault: int
    kind: FaultKind
    key: str


class FaultNotAllowed(Exception):
    """The order breaks a bound; the message says which."""


class Faults:
    """Arms and disarms faults and says, per key, whether one strikes.

    The same seed, the same orders and the same keys give the same strikes in any order of
    asking, so a failing run can be repeated.
    """

    def __init__(self, seed: int, clock: Callable[[], int]) -> None:
        self._seed = seed
        self._clock = clock
        self._armed: dict[int, Fault] = {}
        self._counts: dict[int, int] = {}
        self._next_id = 1
        self._struck: deque[Strike] = deque(maxlen=STRUCK_KEPT)

    def arm(self, order: FaultOrder) -> Fault:
        """Arm one fault; raises FaultNotAllowed outside the bounds."""
        if not 0 < order.percent <= 100:
            raise FaultNotAllowed(f"percent {order.percent}: must be from 1 to 100")
        amount = _AMOUNTS.get(order.kind, 0) if order.amount is None else order.amount
        if amount < 0:
            raise FaultNotAllowed(f"amount {amount}: must not be negative")
        self._forget_ended()
        if len(self._armed) >= ARMED_MAX:
            raise FaultNotAllowed(f"{ARMED_MAX} faults are armed already; disarm some first")
        fault = Fault(
            id=self._next_id,
            kind=order.kind,
            percent=order.percent,
            amount=amount,
            times=order.times,
            ends_ms=None if order.lasts_ms is None else self._clock() + order.lasts_ms,
            service=order.service,
        )
        self._next_id += 1
        self._armed[fault.id] = fault
        self._counts[fault.id] = 0
        return fault

    def disarm(self, fault_id: int) -> bool:
        """Take one fault away; False when it is not armed."""
        self._counts.pop(fault_id, None)
        return self._armed.pop(fault_id, None) is not None

    def disarm_all(self) -> None:
        """Behave well from now on."""
        self._armed.clear()
        self._counts.clear()

    @property
    def any_armed(self) -> bool:
        """Whether there is anything to ask about."""
        return bool(self._armed)

    def armed(self) -> list[Fault]:
        """The faults in force, oldest first."""
        self._forget_ended()
        return list(self._armed.values())

    def struck(self) -> list[Strike]:
        """What was struck, oldest first, at most ``STRUCK_KEPT``."""
        return list(self._struck)

    def strikes(self, kind: FaultKind, key: str, service: Service = Service.ANY) -> Fault | None:
        """The fault of ``kind`` that hits ``key``, or None; a hit is counted and remembered."""
        if not self._armed:
            return None
        self._forget_ended()
        for fault in self._armed.values():
            if fault.kind is kind and _serves(fault, service) and self._hits(fault, key):
                self._counts[fault.id] += 1
                self._struck.append(Strike(fault.id, kind, key))
                return fault
        return None

    def random(self, key: str) -> int:
        """A number below 2**64 that depends on the seed and ``key`` alone."""
        digest = hashlib.blake2b(f"{self._seed}/{key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest)

    def _hits(self, fault: Fault, key: str) -> bool:
        if fault.times is not None and self._counts[fault.id] >= fault.times:
            return False
        return self.random(f"{fault.id}/{key}") * 100 < fault.percent * _HASH_RANGE

    def _forget_ended(self) -> None:
        now = self._clock()
        for fault in list(self._armed.values()):
            if fault.ends_ms is not None and fault.ends_ms <= now:
                self.disarm(fault.id)


def _serves(fault: Fault, service: Service) -> bool:
    return Service.ANY in (fault.service, service) or fault.service is service
