"""``cipherx events``: the log, readable."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Annotated, Final
from uuid import UUID

import asyncpg
from cyclopts import Parameter

from api.encoding import encode
from api.event_shown import is_type, show_event
from domain.catalogue import CATALOGUE
from domain.recorded import RecordedEvent
from domain.values import GlobalPosition
from infra.cli.environment import command_settings
from infra.cli.up import DataDir
from infra.postgres.commit import LOG_APPENDED
from infra.postgres.group_commit import GroupCommit
from infra.postgres.log import PostgresLog
from infra.roles.needs import needed
from infra.supervisor.expected import WRONG_USAGE
from projections.pause import happened

PAGE: Final = 500
LOOK_SECONDS: Final = 1.0
"""How late an event is shown at most when its notification was lost."""


def events(
    *,
    start: Annotated[int, Parameter(name="--from", help="Only above this position.")] = 0,
    stream: Annotated[UUID | None, Parameter(help="Only of this stream.")] = None,
    event_type: Annotated[
        str | None, Parameter(name="--type", help="Only of this type, as trade or trade.recorded.")
    ] = None,
    follow: Annotated[bool, Parameter(help="Go on as the log grows.", negative="")] = False,
    json: Annotated[bool, Parameter(help="One JSON object a line.", negative="")] = False,
    data_dir: DataDir = None,
) -> int:
    """Show the log in order. Personal data is sealed, here too."""
    if event_type is not None and not any(is_type(name, event_type) for name in CATALOGUE.types):
        known = ", ".join(CATALOGUE.types)
        print(f"cipherx: no event type {event_type!r}; there are {known}", file=sys.stderr)
        return WRONG_USAGE
    database_url = needed(command_settings(data_dir).database_url, "DATABASE_URL")

    def wanted(recorded: RecordedEvent) -> bool:
        return (stream is None or recorded.stream_id == stream) and (
            event_type is None or is_type(recorded.type, event_type)
        )

    async def show() -> None:
        async for recorded in entries(database_url, start, follow=follow):
            if wanted(recorded):
                print(line(recorded, as_json=json), flush=follow)

    try:
        asyncio.run(show())
    except BrokenPipeError:  # a reader such as head has seen enough
        sys.stderr.close()
    return 0


async def entries(database_url: str, start: int, *, follow: bool) -> AsyncIterator[RecordedEvent]:
    """Everything above ``start``, and what comes when asked to follow."""
    connection = await asyncpg.connect(database_url)
    try:
        appended = asyncio.Event()
        if follow:
            await connection.add_listener(LOG_APPENDED, lambda *_: appended.set())
        log = PostgresLog(connection, GroupCommit(""))  # reads only: its writer never starts
        position = GlobalPosition(start)
        while True:
            appended.clear()
            page = await log.read(position, PAGE)
            for recorded in page:
                position = recorded.position
                yield recorded
            if not page:
                if not follow:
                    return
                await happened(appended, LOOK_SECONDS)
    finally:
        await connection.close()


def line(recorded: RecordedEvent, *, as_json: bool) -> str:
    """One entry."""
    shown = show_event(recorded)
    if as_json:
        return encode(shown).decode()
    time = f"{recorded.recorded_at:%Y-%m-%d %H:%M:%S}"
    said = encode(shown.data).decode()
    return f"{recorded.position:>9}  {time}  {recorded.type:<32}  {shown.actor}  {said}"
