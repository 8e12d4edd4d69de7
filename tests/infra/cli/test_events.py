"""The log on the command line."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from commands.bus import command_bus
from commands.messages import TrackWallet
from domain.values import Lamports, wallet_address
from domain.wallet_subscription import AlertPreferences
from infra.cli.events import entries, events, line
from infra.postgres.log import PostgresLog
from infra.postgres.pool import create_pool
from tests.support.made_transactions import address

pytestmark = pytest.mark.servers


async def record(database_url: str, count: int) -> None:
    """Some trackings."""
    pool = await create_pool(database_url, application_name="test")
    async with pool, PostgresLog.open(pool, database_url) as log:
        for number in range(count):
            await command_bus(log).send(
                TrackWallet(
                    message_id=uuid4(),
                    correlation_id=uuid4(),
                    actor="operator",
                    subscriber_id=UUID(int=1),
                    wallet=wallet_address(address(number)),
                    preferences=AlertPreferences(Lamports(1)),
                )
            )


async def test_the_log_is_told_in_order(fresh_database: str) -> None:
    await record(fresh_database, 3)
    told = [recorded async for recorded in entries(fresh_database, 1, follow=False)]
    assert [recorded.position for recorded in told] == [2, 3]
    shown = json.loads(line(told[0], as_json=True))
    assert (shown["position"], shown["type"]) == (2, "wallet-subscription.opened.v1")
    assert shown["data"]["preferences"]["minNotional"] == "1"
    assert "wallet-subscription.opened.v1" in line(told[0], as_json=False)


async def test_following_waits_for_what_comes(fresh_database: str) -> None:
    following = entries(fresh_database, 0, follow=True)
    await record(fresh_database, 1)
    assert (await anext(following)).position == 1
    await record(fresh_database, 1)
    await record(fresh_database, 2)
    assert (await anext(following)).position == 2
    await following.aclose()  # type: ignore[attr-defined]  # it is a generator


def test_an_unknown_type_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert events(event_type="nothing", data_dir=tmp_path) == 2
    assert "trade.recorded.v1" in capsys.readouterr().err
