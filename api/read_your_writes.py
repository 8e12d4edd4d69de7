"""A client sees what it just changed: the answer waits, bounded, for the view."""

from typing import Final

from domain.values import GlobalPosition
from projections.ports import StoreUnavailable
from projections.queries import Checkpoints

WAIT_SECONDS_MAX: Final = 2.0
"""Views are milliseconds behind. One that is further is told by ``/health/ready``; the write is
durable either way, so the answer does not wait longer."""


async def applied(
    checkpoints: Checkpoints, projection: str, position: GlobalPosition | None
) -> bool:
    """Wait until the view shows the position; None, when nothing changed, needs no waiting.

    False when it does not show it yet, be it late or away: the write itself is durable.
    """
    if position is None:
        return True
    try:
        return await checkpoints.wait_for(projection, position, WAIT_SECONDS_MAX)
    except StoreUnavailable:
        return False
