"""The log itself, in order, as far as it concerns everybody or the caller."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from msgspec import Struct

from api.documented import problems
from api.encoding import Shown
from api.event_shown import EventShown, is_type, show_event
from api.pagination import LIMIT_DEFAULT, Cursor, Pagination
from api.parameters import POSITION_MAX, CursorText, Limit
from api.ports import Identity, Malformed
from commands.ports import EventLog
from domain.account import Account
from domain.catalogue import CATALOGUE
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from domain.wallet_subscription import WalletSubscription
from projections.ports import LogReader

PAGE: Final = 500
SCANNED_MAX: Final = 5_000
"""Entries looked at for one answer, some 50 ms: a rare type takes several answers, each with a
cursor that goes on where it stopped."""
_cursor: Final = Cursor(int)
_PRIVATE: Final = frozenset(
    name
    for name, event in CATALOGUE.types.items()
    if event.__qualname__.partition(".")[0] in (Account.__name__, WalletSubscription.__name__)
)
"""Types whose events concern one person."""


class EventsShown(Shown, frozen=True):
    """A page in order of position, and the log's head when it was read."""

    events: Sequence[EventShown]
    head: int
    pagination: Pagination


class Wanted(Struct, frozen=True):
    """Which entries."""

    caller: Identity
    type: str | None
    stream: UUID | None

    def __contains__(self, recorded: RecordedEvent) -> bool:
        if self.stream is not None and recorded.stream_id != self.stream:
            return False
        if self.type is not None and not is_type(recorded.type, self.type):
            return False
        return may_see(self.caller, recorded)


def may_see(caller: Identity, recorded: RecordedEvent) -> bool:
    """Whether the entry is public, or the caller's own."""
    if recorded.type not in _PRIVATE:
        return True
    own = caller.account_id
    if recorded.stream_id == own or recorded.metadata.actor == caller.actor:
        return True
    return getattr(recorded.event, "subscriber_id", None) == own


def audit_routes(log: EventLog, reader: LogReader) -> Sequence[HTTPRouteHandler]:
    """``GET /audit/events``."""

    async def scanned(
        wanted: Wanted, after: int, limit: int
    ) -> tuple[list[RecordedEvent], int, bool]:
        """Matching entries, how far we looked, and whether that was the end."""
        found: list[RecordedEvent] = []
        start = after
        while after - start < SCANNED_MAX:
            page = await reader.read(GlobalPosition(after), PAGE)
            for recorded in page:
                if recorded in wanted:
                    if len(found) == limit:
                        return found, after, False
                    found.append(recorded)
                after = recorded.position
            if len(page) < PAGE:
                return found, after, True
        return found, after, False

    async def of_stream(wanted: Wanted, after: int) -> list[RecordedEvent]:
        assert wanted.stream is not None
        events = await log.read_stream(wanted.stream)
        return [event for event in events if event.position > after and event in wanted]

    @get(
        "/audit/events",
        tags=["Audit"],
        summary="The log: everything that was recorded, in order",
        responses=problems(400),
    )
    async def events(
        request: Request[Identity, Any, Any],
        cursor: CursorText = None,
        limit: Limit = LIMIT_DEFAULT,
        after: Annotated[
            int | None,
            QueryParameter(
                name="from", ge=0, le=POSITION_MAX, description="Only above this position"
            ),
        ] = None,
        event_type: Annotated[
            str | None,
            QueryParameter(name="type", description="Type, such as trade.recorded.v1 or trade"),
        ] = None,
        stream: Annotated[UUID | None, QueryParameter(description="Only of this stream")] = None,
    ) -> EventsShown:
        if event_type is not None and not any(
            is_type(name, event_type) for name in CATALOGUE.types
        ):
            raise Malformed("type", f"must be the start of one of {', '.join(CATALOGUE.types)}")
        place = _cursor.read(cursor)
        start = (after or 0) if place is None else place
        wanted = Wanted(request.user, event_type, stream)
        head = await reader.head()
        if stream is None:
            found, seen, at_end = await scanned(wanted, start, limit)
        else:
            rest = await of_stream(wanted, start)
            found, at_end = rest[:limit], len(rest) <= limit
            seen = found[-1].position if found else start
        following = None if at_end else _cursor.write(seen)
        pagination = Pagination(limit, has_more=not at_end, next=following)
        return EventsShown([show_event(recorded) for recorded in found], head, pagination)

    return (events,)
