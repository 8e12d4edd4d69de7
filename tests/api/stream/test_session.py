"""One client: who it is, what it asks for, and when it has to go."""

from datetime import UTC, datetime, timedelta

import pytest

from api.stream.inbound import SAID_MAX
from domain.values import WalletAddress
from tests.api.stream.stream_client import StreamClient
from tests.api.world import ALICE, World
from tests.projections.chronicle import at, sol, trade, units
from tests.support.made_transactions import address

WALLET = WalletAddress(address("trader"))
CHANNEL = f"wallet:{WALLET}"
TRADES = 400
"""More than an outbox holds."""


async def happen(world: World, *slots: int) -> None:
    """Trades of the wallet."""
    await world.record(*(trade(at(slot), sol(slot), units(slot), by=WALLET) for slot in slots))


async def test_who_is_known_hears_what_they_asked_for(live: World) -> None:
    async with StreamClient.known(live) as client:
        answer = await client.subscribe(CHANNEL)
        assert answer == {"type": "subscribed", "channels": [CHANNEL], "position": 0}
        await happen(live, 1, 2)
        heard = [await client.next(), await client.next()]
        assert [(one["channel"], one["position"]) for one in heard] == [(CHANNEL, 1), (CHANNEL, 2)]
        assert heard[0]["data"]["slot"] == 1


async def test_ping_tells_the_position_reached(live: World) -> None:
    await happen(live, 1)
    await live.told()
    async with StreamClient.known(live) as client:
        client.say(type="ping")
        assert await client.next() == {"type": "pong", "position": 1}


async def test_who_unsubscribes_hears_no_more(live: World) -> None:
    async with StreamClient.known(live) as client:
        await client.subscribe(CHANNEL, "price-updates")
        client.say(type="unsubscribe", channels=[CHANNEL])
        assert (await client.next())["type"] == "unsubscribed"
        await happen(live, 1)
        assert (await client.next())["channel"] == "price-updates"


@pytest.mark.parametrize(
    "first",
    [
        '{"type":"auth","token":"mallory"}',
        '{"type":"auth","token":""}',
        '{"type":"auth","token":7}',
        '{"type":"auth"}',
        '{"type":"subscribe","channels":["whale-alerts"]}',
        '{"type":"auth","token":"' + "x" * 5_000 + '"}',
        "[" * 50_000,
        "",
        "null",
    ],
)
async def test_whoever_else_is_told_and_ended(live: World, first: str) -> None:
    async with StreamClient.connected(live) as client:
        client.say_text(first)
        answer = await client.next()
        assert answer["error"]["code"] == "UNAUTHORIZED"
        assert await client.next() == {"type": "close", "code": 1008}


async def test_a_scope_that_does_not_read_is_not_enough(live: World) -> None:
    async with StreamClient.connected(live) as client:
        client.say(type="auth", token="alice:write")
        assert (await client.next())["error"]["code"] == "INSUFFICIENT_SCOPE"
        assert await client.next() == {"type": "close", "code": 1008}


async def test_whoever_says_nothing_is_ended(live: World) -> None:
    async with StreamClient.connected(live, auth_seconds_max=0.01) as client:
        assert "no auth" in (await client.next())["error"]["message"]
        assert await client.next() == {"type": "close", "code": 1008}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{", "INVALID_MESSAGE"),
        ('{"type":"dance"}', "INVALID_MESSAGE"),
        ('{"type":"auth","token":"alice"}', "INVALID_MESSAGE"),
        ('{"type":"subscribe","channels":"all"}', "INVALID_MESSAGE"),
        ('{"type":"subscribe","channels":["all"]}', "INVALID_VALUE"),
        ('{"type":"subscribe","channels":["wallet:x"]}', "INVALID_VALUE"),
        ('{"type":"subscribe","channels":["alerts"],"from":-1}', "INVALID_VALUE"),
        ('{"type":"subscribe","channels":["alerts"],"from":5}', "INVALID_VALUE"),
        ('{"type":"subscribe","channels":["alerts"],"from":1e400}', "INVALID_MESSAGE"),
        ('{"type":"unsubscribe","channels":["token:"]}', "INVALID_VALUE"),
    ],
)
async def test_what_makes_no_sense_is_answered_and_the_client_stays(
    live: World, said: str, code: str
) -> None:
    async with StreamClient.known(live) as client:
        client.say_text(said)
        assert (await client.next())["error"]["code"] == code
        client.say_bytes(b"\x00")
        assert (await client.next())["error"]["code"] == "INVALID_MESSAGE"
        client.say(type="ping")
        assert (await client.next())["type"] == "pong"


async def test_too_many_messages_end_it(live: World) -> None:
    async with StreamClient.known(live) as client:
        for _ in range(SAID_MAX):
            client.say(type="ping")
        told = await client.until("close")
        assert told[-2]["error"]["code"] == "RATE_LIMIT_EXCEEDED"


async def test_too_many_channels_are_refused(live: World) -> None:
    channels = [f"wallet:{address(number)}" for number in range(1_001)]
    async with StreamClient.known(live) as client:
        assert (await client.subscribe(*channels))["error"]["code"] == "INVALID_VALUE"
        assert (await client.subscribe(*channels[:1_000]))["type"] == "subscribed"


async def test_a_credential_that_expires_ends_it(live: World) -> None:
    live.credentials.expires_at = datetime.now(UTC) + timedelta(seconds=0.05)
    async with StreamClient.known(live) as client:
        told = await client.until("close")
        assert "expired" in told[-2]["error"]["message"]
        assert told[-1]["code"] == 1008


async def test_a_credential_that_is_revoked_ends_it_at_once(live: World) -> None:
    async with StreamClient.known(live) as client, StreamClient.known(live, "bob") as other:
        live.credentials.revoked.add("alice")
        live.hub._tell_account(ALICE)
        assert (await client.next())["error"]["code"] == "UNAUTHORIZED"
        assert await client.next() == {"type": "close", "code": 1008}
        other.say(type="ping")
        assert (await other.next())["type"] == "pong"


async def test_a_client_that_does_not_read_delays_nobody(live: World) -> None:
    async with StreamClient.known(live) as stuck, StreamClient.known(live) as other:
        await stuck.subscribe(CHANNEL)
        await other.subscribe(CHANNEL)
        stuck.reading = False
        for first in range(1, TRADES, 100):
            await happen(live, *range(first, first + 100))
            for position in range(first, first + 100):
                assert (await other.next())["position"] == position
        stuck.reading = True
        told = await stuck.until("gap")
        positions = [one["position"] for one in told[:-1]]
        assert positions == list(range(1, len(positions) + 1))
        gap = told[-1]
        assert (gap["from"], gap["to"]) == (positions[-1] + 1, TRADES)
        answer = await stuck.subscribe(CHANNEL, **{"from": positions[-1]})
        while answer["type"] == "message":
            positions.append(answer["position"])
            answer = await stuck.next()
        assert answer["verdict"] == f"replayed {gap['missed']}"
        assert positions == list(range(1, TRADES + 1))
