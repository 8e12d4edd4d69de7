"""One transaction that adds a group of appends to the log.

The head row is the only lock: whoever holds it hands out positions, so positions are gapless
and in commit order, across processes too.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
from msgspec import Struct

from commands.ports import ConcurrencyConflict
from domain.values import GlobalPosition
from infra.postgres.rows import COLUMNS, PendingEvent

LOG_APPENDED: Final = "log_appended"
"""NOTIFY channel; a wake-up with the new head, never the only way to learn of it."""

Outcome = GlobalPosition | ConcurrencyConflict
Alongside = Callable[[asyncpg.Connection], Awaitable[None]]
"""Work for the same transaction, such as moving a checkpoint."""


class Append(Struct, frozen=True):
    """Events for one stream, all or none, if it stands at ``expected_version``."""

    stream_id: UUID
    expected_version: int
    events: Sequence[PendingEvent]
    metadata: bytes


async def commit(
    connection: asyncpg.Connection, group: Sequence[Append], alongside: Alongside | None = None
) -> Sequence[Outcome]:
    """Append every stream that stands where its caller expects; tell the others why not.

    An append that lost but whose very events are in the log already (same metadata, so the
    same append: its first answer was lost) is told its position instead. Outcomes are in the
    order of ``group``. Raises what the connection raises; then nothing is known, and calling
    again with the same group is safe.
    """
    try:
        return await _transaction(connection, group, alongside, trusting=True)
    except asyncpg.UniqueViolationError:  # a stream that was to be new is there already
        return await _transaction(connection, group, alongside, trusting=False)


async def _transaction(
    connection: asyncpg.Connection,
    group: Sequence[Append],
    alongside: Alongside | None,
    *,
    trusting: bool,
) -> Sequence[Outcome]:
    await connection.execute("BEGIN")
    try:
        outcomes, move_head = await _append(connection, group, trusting=trusting)
        if alongside is not None:
            await alongside(connection)
        await connection.execute(move_head + "COMMIT")
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    return outcomes


async def _append(
    connection: asyncpg.Connection, group: Sequence[Append], *, trusting: bool
) -> tuple[Sequence[Outcome], str]:
    """``trusting`` spares new streams the look-up, a fifth of the transaction, and leaves them to
    the table's unique constraint: most streams are new, and few of those are not."""
    streams = list(
        dict.fromkeys(
            append.stream_id for append in group if append.expected_version or not trusting
        )
    )
    head, head_recorded_at, found = await connection.fetchrow("SELECT * FROM lock_log($1)", streams)
    versions = dict(zip(streams, found or (), strict=True))
    outcomes: list[Outcome] = []
    winners: list[tuple[int, Append]] = []
    position: int = head
    for append in group:
        version = versions.get(append.stream_id, 0)
        if version != append.expected_version:
            outcomes.append(ConcurrencyConflict(append.stream_id, append.expected_version, version))
            continue
        winners.append((position, append))
        position += len(append.events)
        versions[append.stream_id] = version + len(append.events)
        outcomes.append(GlobalPosition(position))
    move_head = ""
    if winners:
        recorded_at = max(datetime.now(UTC), head_recorded_at)
        await connection.copy_records_to_table(
            "events", records=_records(winners, recorded_at), columns=COLUMNS
        )
        move_head = _move_head(position, recorded_at)
    if len(winners) < len(group):
        await _recognise_repeats(connection, group, outcomes)
    return outcomes, move_head


def _move_head(position: int, recorded_at: datetime) -> str:
    return (
        f"UPDATE log_head SET position = {position:d}, "  # noqa: S608  # our own integer and clock
        f"recorded_at = '{recorded_at.isoformat()}'; NOTIFY {LOG_APPENDED}, '{position:d}';"
    )


def _records(
    winners: Sequence[tuple[int, Append]], recorded_at: datetime
) -> Iterator[tuple[int, UUID, int, str, bytes, bytes, datetime]]:
    for position, append in winners:
        stream_id, metadata = append.stream_id, append.metadata
        for place, (version, event_type, data) in enumerate(append.events, position + 1):
            yield place, stream_id, version, event_type, data, metadata, recorded_at


async def _recognise_repeats(
    connection: asyncpg.Connection, group: Sequence[Append], outcomes: list[Outcome]
) -> None:
    lost = [
        (place, append)
        for place, (append, outcome) in enumerate(zip(group, outcomes, strict=True))
        if isinstance(outcome, ConcurrencyConflict)
    ]
    rows = await connection.fetch(
        "SELECT e.position, e.metadata FROM unnest($1::uuid[], $2::integer[]) "
        "WITH ORDINALITY AS lost (stream_id, version, place) "
        "LEFT JOIN events e USING (stream_id, version) ORDER BY lost.place",
        [append.stream_id for _, append in lost],
        [append.expected_version + len(append.events) for _, append in lost],
    )
    for (place, append), row in zip(lost, rows, strict=True):
        if row["metadata"] == append.metadata:
            outcomes[place] = GlobalPosition(row["position"])
