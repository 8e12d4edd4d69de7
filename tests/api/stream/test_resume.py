"""Resuming: the verdicts, and no gap and no repeat whatever happens meanwhile."""

import asyncio

import pytest

from api.stream import replay
from domain.values import WalletAddress
from tests.api.stream.stream_client import StreamClient
from tests.api.world import World
from tests.projections.chronicle import at, sol, trade, transaction, units
from tests.support.made_transactions import address

WALLET = WalletAddress(address("trader"))
CHANNEL = f"wallet:{WALLET}"


async def happen(world: World, *slots: int, wallet: WalletAddress = WALLET) -> None:
    """Trades of the wallet."""
    await world.record(*(trade(at(slot), sol(slot), units(slot), by=wallet) for slot in slots))


async def test_what_was_missed_is_replayed_and_then_it_goes_on(live: World) -> None:
    await happen(live, 1, 2, 3)
    async with StreamClient.known(live) as client:
        client.say(type="subscribe", channels=[CHANNEL], **{"from": 1})
        told = await client.until("resumed")
        assert [one["position"] for one in told] == [2, 3, 3]
        verdict = told[-1]
        assert (verdict["verdict"], verdict["replayed"], verdict["from"]) == ("replayed 2", 2, 1)
        await happen(live, 4)
        assert (await client.next())["position"] == 4


async def test_nothing_missed_is_told(live: World) -> None:
    await happen(live, 1)
    await live.record(transaction(at(2)))
    await happen(live, 3, wallet=WalletAddress(address("other")))
    async with StreamClient.known(live) as client:
        answer = await client.subscribe(CHANNEL, **{"from": 1})
        assert (answer["verdict"], answer["position"]) == ("nothing missed", 3)


async def test_what_is_too_far_back_is_told_and_the_rest_replayed(
    live: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "REPLAY_MAX", 2)
    await happen(live, 1, 2, 3, 4)
    async with StreamClient.known(live) as client:
        client.say(type="subscribe", channels=[CHANNEL], **{"from": 0})
        told = await client.until("message")
        assert told[0]["verdict"] == "cannot replay before 3"
        rest = await client.until("resumed")
        assert [one["position"] for one in told[1:] + rest] == [3, 4, 4]


async def test_resuming_what_is_live_repeats_only_what_was_asked_for(live: World) -> None:
    async with StreamClient.known(live) as client:
        await client.subscribe(CHANNEL)
        await happen(live, 1)
        assert (await client.next())["position"] == 1
        client.say(type="subscribe", channels=[CHANNEL], **{"from": 1})
        assert (await client.next())["verdict"] == "nothing missed"
        await happen(live, 2)
        assert (await client.next())["position"] == 2


async def test_nothing_is_lost_or_repeated_while_trades_go_on(live: World) -> None:
    async def keep_happening() -> None:
        for first in range(1, 301, 10):
            await happen(live, *range(first, first + 10))
            await asyncio.sleep(0)

    happening = asyncio.create_task(keep_happening())
    heard: list[int] = []
    while len(heard) < 300:
        async with StreamClient.known(live) as client:
            client.say(type="subscribe", channels=[CHANNEL], **{"from": heard[-1] if heard else 0})
            for _ in range(37):
                answer = await client.next()
                if answer["type"] == "message":
                    heard.append(answer["position"])
                if len(heard) == 300:
                    break
    await happening
    assert heard == list(range(1, 301))
