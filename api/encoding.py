"""JSON as we answer it: camelCase, exact decimals as numbers, times in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from litestar.response import Response
from msgspec import Struct, json

from domain.values import SOL_DECIMALS, UnixSeconds

encode: Final = json.Encoder(decimal_format="number").encode


class Shown(Struct, frozen=True, rename="camel"):
    """Base of everything that is answered."""


class Exact(Shown, frozen=True):
    """An amount to the last base unit; one token is ``10 ** decimals`` of them."""

    amount: str
    decimals: int


class JsonAnswer(Response[Any]):
    """Encodes with our encoder: the framework's would turn decimals into strings."""

    def render(
        self, content: Any, media_type: Any, enc_hook: Callable[[Any], Any] | None = None
    ) -> bytes:
        """The body: bytes as they are, anything else as JSON."""
        if isinstance(content, bytes):
            return content
        if media_type is not None and "json" not in str(media_type):
            return bytes(super().render(content, media_type, enc_hook or _no_hook))
        return b"" if content is None else encode(content)


def _no_hook(value: Any) -> Any:
    raise TypeError(f"cannot answer {type(value).__name__}")


def display(amount: int, decimals: int) -> Decimal:
    """The amount in whole tokens, exactly."""
    return without_zeros(Decimal(amount).scaleb(-decimals))


def without_zeros(number: Decimal) -> Decimal:
    """The same number without zeros at its end, and without an exponent."""
    shorter = number.normalize()
    return Decimal(int(shorter)) if int(shorter) == shorter else shorter


def sol(lamports: int) -> Exact:
    """Lamports, exactly."""
    return Exact(str(lamports), SOL_DECIMALS)


def moment(seconds: UnixSeconds | None) -> datetime | None:
    """Chain time as a time; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
