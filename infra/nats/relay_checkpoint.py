"""How far the log is published, kept over the leader's own connection."""

import asyncpg


class RelayCheckpoint:
    """Dies with the leadership: whoever lost the connection can no longer move it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._stored = 0

    async def open(self) -> int:
        """Return the stored position. Moving it need not be durable: a forgotten move only
        publishes again what readers drop, and a sync to disk per batch would cost latency."""
        await self._connection.execute("SET synchronous_commit TO off")
        self._stored = await self._connection.fetchval("SELECT position FROM relay_checkpoint")
        return self._stored

    async def move(self, position: int) -> None:
        """Remember that everything up to ``position`` is in the stream."""
        if position == self._stored:
            # Still a sign of life from the connection, without which we lead no more.
            await self._connection.execute("SELECT 1")
            return
        await self._connection.execute("UPDATE relay_checkpoint SET position = $1", position)
        self._stored = position
