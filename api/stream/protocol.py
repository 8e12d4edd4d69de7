"""What clients say on the stream, and what we answer besides messages."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct

from api.encoding import encode

CHANNELS_MAX: Final = 1_000
"""For one connection; a client that follows more is better served by ``price-updates``."""
CLOSE_PROTOCOL: Final = 1008
"""Not allowed to go on: no credential, expired, too many messages."""
CLOSE_SLOW: Final = 1013
"""Try again later, from the position reached."""
Code = Literal[
    "UNAUTHORIZED",
    "INSUFFICIENT_SCOPE",
    "INVALID_MESSAGE",
    "INVALID_VALUE",
    "RATE_LIMIT_EXCEEDED",
    "SERVICE_UNAVAILABLE",
    "TOO_SLOW",
]


class _Said(Struct, frozen=True, tag_field="type"):
    pass


class Auth(_Said, frozen=True, tag="auth"):
    """The first message: an access token or an API key."""

    token: str


class Subscribe(_Said, frozen=True, tag="subscribe"):
    """Be told of these from now on, or from after a position that was reached before."""

    channels: list[str]
    position: int | None = msgspec.field(name="from", default=None)


class Unsubscribe(_Said, frozen=True, tag="unsubscribe"):
    """Be told of these no more."""

    channels: list[str]


class Ping(_Said, frozen=True, tag="ping"):
    """Answered with ``pong`` and the position reached."""


Said = Auth | Subscribe | Unsubscribe | Ping
decode_said: Final = msgspec.json.Decoder(Said).decode


def ready(account_id: object, source: str) -> str:
    """The credential is good; ``source`` says whether what follows is live or simulated."""
    return _frame("ready", accountId=account_id, source=source)


def subscribed(channels: Sequence[str], position: int) -> str:
    """Everything after ``position`` will be told."""
    return _frame("subscribed", channels=channels, position=position)


def unsubscribed(channels: Sequence[str]) -> str:
    """Nothing more of these."""
    return _frame("unsubscribed", channels=channels)


def pong(position: int) -> str:
    """We are there, and have told everything up to ``position``."""
    return _frame("pong", position=position)


def resumed(channels: Sequence[str], start: int, replayed: int, position: int) -> str:
    """How many messages between ``start`` and ``position`` were sent again."""
    verdict = f"replayed {replayed}" if replayed else "nothing missed"
    return _verdict(verdict, channels, start, position, replayed)


def cannot_replay(channels: Sequence[str], start: int, oldest: int, position: int) -> str:
    """What came before ``oldest`` is not sent again; the rest follows."""
    return _verdict(f"cannot replay before {oldest}", channels, start, position, 0)


def gap(first: int, last: int, missed: int) -> str:
    """The client was too slow for so many messages, the first and last at these positions."""
    return encode({"type": "gap", "from": first, "to": last, "missed": missed}).decode()


def error(code: Code, message: str) -> str:
    """Something the client said, or did, is not right."""
    return _frame("error", error={"code": code, "message": message})


def _verdict(
    verdict: str, channels: Sequence[str], start: int, position: int, replayed: int
) -> str:
    said = {
        "type": "resumed",
        "verdict": verdict,
        "channels": channels,
        "from": start,
        "position": position,
        "replayed": replayed,
    }
    return encode(said).decode()


def _frame(kind: str, **fields: object) -> str:
    return encode({"type": kind, **fields}).decode()
