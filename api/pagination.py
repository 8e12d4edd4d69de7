"""Lists in pages: an opaque cursor that stays true under inserts, or a page number."""

import base64
import binascii
from typing import Final, Generic, TypeVar

import msgspec

from api.encoding import Shown
from api.ports import Malformed

LIMIT_DEFAULT: Final = 20
LIMIT_MAX: Final = 100
PAGED_MAX: Final = 900
"""How deep page numbers reach: each reads all pages before it. A cursor reaches everything."""
CURSOR_CHARACTERS_MAX: Final = 256

T = TypeVar("T")


class Pagination(Shown, frozen=True):
    """How to go on: ``next`` is the cursor of the next page, None at the end.

    ``total`` is None where counting would cost more than the page.
    """

    limit: int
    has_more: bool
    next: str | None
    total: int | None = None
    page: int | None = None
    per_page: int | None = None


class Cursor(Generic[T]):
    """An opaque text for a place of one kind of list, and back."""

    def __init__(self, kind: type[T]) -> None:
        self._decode = msgspec.msgpack.Decoder(kind).decode

    def write(self, place: T) -> str:
        """The text for a place."""
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(place)).rstrip(b"=").decode()

    def read(self, text: str | None) -> T | None:
        """The place of a text we wrote; raises Malformed for any other."""
        if text is None:
            return None
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            if len(text) > CURSOR_CHARACTERS_MAX:
                raise Malformed("cursor", "must be the next of an earlier answer")
            return self._decode(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError) as error:
            raise Malformed("cursor", "must be the next of an earlier answer") from error


def paged(page: int | None, per_page: int | None, limit: int) -> tuple[int, int]:
    """How many entries to skip and how many to show; raises Malformed too deep down."""
    shown = per_page or limit
    skipped = ((page or 1) - 1) * shown
    if skipped + shown > PAGED_MAX:
        raise Malformed("page", f"pages reach {PAGED_MAX} entries deep; go on with the cursor")
    return skipped, shown
