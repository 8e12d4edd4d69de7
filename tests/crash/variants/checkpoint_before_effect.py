"""The projecting role with the mistake of two steps: the checkpoint first, then the effect."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from domain.values import GlobalPosition
from infra.redis.keyed_store import RedisKeyedStore
from infra.roles import project
from infra.settings import Settings
from projections.ports import Place, Snapshot

BETWEEN_SECONDS: Final = 0.1

_write = RedisKeyedStore.write


async def _write_in_two_steps(
    self: RedisKeyedStore,
    seen: Snapshot,
    changes: Mapping[Place, bytes | None],
    upto: GlobalPosition,
) -> GlobalPosition:
    found = await _write(self, seen, {}, upto)
    if changes and found == upto:
        await asyncio.sleep(BETWEEN_SECONDS)
        await _write(self, Snapshot(seen.build, upto, {}), changes, upto)
    return found


async def run(settings: Settings, stop: asyncio.Event, ready: Callable[[], None]) -> None:
    """Be the projecting role, but wrong."""
    RedisKeyedStore.write = _write_in_two_steps  # type: ignore[method-assign]
    await project.run(settings, stop, ready)
