"""What the parts that follow the chain last said of themselves, for the doctor and the API."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import msgspec

from domain.coverage.freshness import Seen
from domain.values import Slot

CHAIN: Final = "chain"
"""What the watchdog says."""
FLEET: Final = "fleet"
"""What the fleet's last pass found before it repaired it."""


async def say(
    connection: asyncpg.Pool | asyncpg.Connection, name: str, document: Mapping[str, object]
) -> None:
    """Replace what was said under the name."""
    await connection.execute(
        "INSERT INTO follow_status VALUES ($1, $2, clock_timestamp()) "
        "ON CONFLICT (name) DO UPDATE SET document = $2, at = clock_timestamp()",
        name,
        msgspec.json.encode(document).decode(),
    )


async def said(
    connection: asyncpg.Pool | asyncpg.Connection, name: str
) -> tuple[dict[str, Any], datetime] | None:
    """What was last said, and when; None when nothing ever was."""
    row = await connection.fetchrow("SELECT document, at FROM follow_status WHERE name = $1", name)
    return None if row is None else (msgspec.json.decode(row[0], type=dict[str, Any]), row[1])


async def last_seen(connection: asyncpg.Pool | asyncpg.Connection) -> Seen | None:
    """The tip as any process last saw it, and for how long it has not moved; None if never."""
    found = await said(connection, CHAIN)
    if found is None or not found[0]["tip"]:
        return None
    moved_at = datetime.fromisoformat(found[0]["movedAt"])
    return Seen(Slot(found[0]["tip"]), (datetime.now(UTC) - moved_at).total_seconds())
