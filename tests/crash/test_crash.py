"""Whatever dies, and whenever: nothing acknowledged is lost, nothing happens twice."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.crash.invariants import violations
from tests.crash.killing import kill_at_random
from tests.crash.load import Load
from tests.crash.stack import running_stack

pytestmark = [pytest.mark.crash, pytest.mark.servers]


VARIANT_KILLS = 5
"""Of the very process that is wrong: one such death is caught nearly always, five surely."""


async def crash(
    data_dir: Path, kills: int, seed: int, variant: str | None = None, only: str | None = None
) -> tuple[Counter[str], Load, list[str]]:
    """Run a stack under load, kill, settle, and look at what is left."""
    async with running_stack(data_dir, variant) as stack:
        load = Load(lambda: stack.instance, seed)
        clients = asyncio.create_task(load.run())
        try:
            killed = await kill_at_random(stack, load, kills, seed, only)
        finally:
            load.stop()
            await clients
        return killed, load, await violations(stack, load)


async def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    tmp_path: Path, crash_kills: int, crash_seed: int
) -> None:
    killed, load, wrong = await crash(tmp_path / "data", crash_kills, crash_seed)
    print(
        f"{killed.total()} kills {dict(killed)}, {load.acknowledged} acknowledged requests, "
        f"{len(load.signatures)} transactions, {len(load.trackings)} trackings"
    )
    assert wrong == []


@pytest.mark.parametrize("variant", ["acknowledge_before_commit", "checkpoint_before_effect"])
async def test_a_known_bad_variant_is_caught(tmp_path: Path, variant: str, crash_seed: int) -> None:
    _, _, wrong = await crash(tmp_path / "data", 12, crash_seed, variant)
    assert wrong != []
