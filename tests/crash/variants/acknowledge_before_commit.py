"""The API role with the mistake of answering a delivery before it is committed."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from commands.ports import Receipt
from domain.chain.documents import RawTransaction, Rejected
from infra.postgres.inbox import PostgresInbox
from infra.roles import api
from infra.settings import Settings

LATE_SECONDS: Final = 0.2

_keep = PostgresInbox.keep
_running: set[asyncio.Task[Receipt]] = set()


async def _keep_later(
    self: PostgresInbox, entries: Sequence[RawTransaction | Rejected], source: str
) -> Receipt:
    async def later() -> Receipt:
        await asyncio.sleep(LATE_SECONDS)
        return await _keep(self, entries, source)

    task = asyncio.create_task(later())
    _running.add(task)
    task.add_done_callback(_running.discard)
    return Receipt(len(entries), len(entries), 0, 0)


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Be the API role, but wrong."""
    PostgresInbox.keep = _keep_later  # type: ignore[method-assign]
    await api.run(settings, stop, ready)
