"""One whole CipherX over real servers: from a delivery to every answer, and what it withstands."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import psutil
import pytest
import pytest_asyncio

from infra.instance import Instance
from tests.crash.stack import Stack, running_stack
from tests.support.made_transactions import address, swap

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]

MINT = address("mint", 1)
ANSWER_SECONDS_MAX = 30.0
GROWTH_BYTES_MAX = 40 * 1024 * 1024
"""Of memory, while bodies of 100 MB are refused: far less than one of them."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack for all tests here."""
    async with running_stack(Path(tmp_path_factory.mktemp("journey")) / "data") as stack:
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(running: Stack) -> AsyncIterator[aiohttp.ClientSession]:
    """A client without a credential."""
    timeout = aiohttp.ClientTimeout(ANSWER_SECONDS_MAX)
    async with aiohttp.ClientSession(running.instance.api, timeout=timeout) as session:
        yield session


class Listening:
    """A stream client."""

    def __init__(self, stream: aiohttp.ClientWebSocketResponse) -> None:
        self.stream = stream

    @classmethod
    @contextlib.asynccontextmanager
    async def to(
        cls, instance: Instance, http: aiohttp.ClientSession, token: str | None = None
    ) -> AsyncIterator["Listening"]:
        """A client that is known."""
        async with http.ws_connect(instance.stream) as stream:
            listening = cls(stream)
            await stream.send_json({"type": "auth", "token": token or instance.api_key})
            assert (await listening.next())["type"] == "ready"
            yield listening

    async def ask(self, **message: Any) -> dict[str, Any]:
        """Say something, and the answer."""
        await self.stream.send_json(message)
        return await self.next()

    async def next(self) -> dict[str, Any]:
        """The next message; closing is one too."""
        message = await self.stream.receive(ANSWER_SECONDS_MAX)
        if message.type is not aiohttp.WSMsgType.TEXT:
            return {"type": "close", "code": self.stream.close_code}
        answer: dict[str, Any] = msgspec.json.decode(message.data)
        return answer


async def deliver(
    http: aiohttp.ClientSession, instance: Instance, numbers: range, wallet: str
) -> dict[str, Any]:
    """Swaps of one wallet, as Helius delivers them."""
    body = b"[" + b",".join(swap(each, wallet=wallet, mint=MINT) for each in numbers) + b"]"
    headers = {"Authorization": instance.webhook_secret}
    async with http.post("/webhooks/helius", data=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found


async def got(
    http: aiohttp.ClientSession, path: str, token: str, method: str = "GET", **body: Any
) -> tuple[int, Any]:
    """Status and answer."""
    headers = {"Authorization": f"Bearer {token}"}
    json = body if method in ("POST", "PATCH") else None
    async with http.request(method, path, headers=headers, json=json) as answer:
        return answer.status, msgspec.json.decode(await answer.read() or b"null")


async def until(http: aiohttp.ClientSession, path: str, token: str, status: int) -> dict[str, Any]:
    """The answer once it has that status."""
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        while True:
            found, answer = await got(http, path, token)
            if found == status:
                return dict(answer)
            await asyncio.sleep(0.02)


async def test_a_delivery_comes_out_everywhere(running: Stack, http: aiohttp.ClientSession) -> None:
    instance, wallet = running.instance, address("journey")
    key = str(instance.api_key)
    async with Listening.to(instance, http) as listening:
        channels = [f"wallet:{wallet}", "price-updates"]
        assert (await listening.ask(type="subscribe", channels=channels))["type"] == "subscribed"
        delivered = await deliver(http, instance, range(1), wallet)
        assert delivered == {"received": 1, "accepted": 1, "duplicate": 0, "quarantined": 0}
        heard = [await listening.next() for _ in channels]
        assert sorted(one["channel"] for one in heard) == sorted(channels)
    delivered = await deliver(http, instance, range(1), wallet)
    assert (delivered["accepted"], delivered["duplicate"]) == (0, 1)
    profile = await until(http, f"/v1/wallets/{wallet}", key, 200)
    assert (profile["tradeCount"], profile["transactionCount"]) == (1, 1)
    async with asyncio.timeout(ANSWER_SECONDS_MAX):
        while not (await got(http, f"/v1/wallets/{wallet}/trades", key))[1]["trades"]:
            await asyncio.sleep(0.02)
    _, trades = await got(http, f"/v1/wallets/{wallet}/trades", key)
    assert trades["trades"][0]["signature"] == heard[0]["data"]["signature"]
    position = heard[0]["position"]
    _, events = await got(http, f"/v1/audit/events?from={position - 1}&limit=1", key)
    assert events["events"][0]["type"] == "trade.recorded.v1"


async def test_people_keep_apart(running: Stack, http: aiohttp.ClientSession) -> None:
    wallet = address("followed")
    tokens = []
    for name in ("ann", "ben"):
        login = {"email": f"{name}@example.org", "password": "correct horse battery"}
        async with http.post("/v1/auth/register", json=login) as answer:
            assert answer.status == 201, await answer.text()
        async with http.post("/v1/auth/login", json=login) as answer:
            tokens.append((await answer.json())["token"])
    ann, ben = tokens
    status, tracked = await got(http, "/v1/wallets/track", ann, "POST", address=wallet)
    assert status == 201
    assert (await got(http, "/v1/wallets/track", ann))[1]["pagination"]["total"] == 1
    assert (await got(http, "/v1/wallets/track", ben))[1]["pagination"]["total"] == 0
    path = f"/v1/wallets/track/{tracked['trackingId']}"
    assert [(await got(http, path, who))[0] for who in (ann, ben)] == [200, 404]
    types = {
        one["type"]
        for one in (await got(http, "/v1/audit/events?limit=100&type=account", ben))[1]["events"]
    }
    assert types == {"account.registered.v1"}
    _, account = await got(http, "/v1/account", ben)
    assert account["email"] == "ben@example.org"


async def test_a_revoked_key_opens_nothing_and_its_stream_ends(
    running: Stack, http: aiohttp.ClientSession
) -> None:
    owner = str(running.instance.api_key)
    _, made = await got(http, "/v1/account/keys", owner, "POST", label="short-lived")
    key = made["secret"]
    assert (await got(http, "/v1/account", key))[0] == 200
    async with Listening.to(running.instance, http, key) as listening:
        path = f"/v1/account/keys/{made['key']['keyId']}"
        assert (await got(http, path, owner, "DELETE"))[0] == 204
        assert (await listening.next())["error"]["code"] == "UNAUTHORIZED"
        assert await listening.next() == {"type": "close", "code": 1008}
    await until(http, "/v1/account", key, 401)


async def test_a_client_resumes_where_it_was(running: Stack, http: aiohttp.ClientSession) -> None:
    instance, wallet = running.instance, address("resumed")
    channel = f"wallet:{wallet}"
    async with Listening.to(instance, http) as listening:
        await listening.ask(type="subscribe", channels=[channel])
        await deliver(http, instance, range(1_000, 1_010), wallet)
        heard = [(await listening.next())["position"] for _ in range(4)]
    await deliver(http, instance, range(1_010, 1_020), wallet)
    async with Listening.to(instance, http) as listening:
        answer = await listening.ask(type="subscribe", channels=[channel], **{"from": heard[-1]})
        while len(heard) < 20:
            if answer["type"] == "message":
                heard.append(answer["position"])
            else:
                assert answer["verdict"] in {"nothing missed", f"replayed {len(heard) - 4}"}
            answer = await listening.next() if len(heard) < 20 else answer
    key = str(instance.api_key)
    _, page = await got(http, f"/v1/audit/events?type=trade&from={heard[0] - 1}&limit=100", key)
    logged = [one["position"] for one in page["events"] if one["data"]["trade"]["trader"] == wallet]
    assert heard == logged


async def test_a_body_of_100_mb_is_refused_and_never_held(
    running: Stack, http: aiohttp.ClientSession
) -> None:
    process = psutil.Process(running.victims()["api"])
    before = process.memory_info().rss

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield bytes(1024 * 1024)

    headers = {"Authorization": running.instance.webhook_secret}
    for path in ("/webhooks/helius", "/v1/auth/login"):
        with contextlib.suppress(aiohttp.ClientConnectionError):  # answered before it is sent
            async with http.post(path, data=endless(), headers=headers) as answer:
                assert answer.status == 413
    assert process.memory_info().rss - before < GROWTH_BYTES_MAX
    async with http.get("/health/live") as answer:
        assert answer.status == 200


async def test_a_page_of_another_origin_gets_no_stream(
    running: Stack, http: aiohttp.ClientSession
) -> None:
    stream = running.instance.stream
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(stream, origin="https://evil.example")
    assert refused.value.status == 403
    async with http.ws_connect(stream, origin=running.instance.api) as own:
        assert not own.closed


async def test_a_client_that_never_reads_is_ended_and_nobody_waits_for_it(
    running: Stack, http: aiohttp.ClientSession
) -> None:
    instance, wallet = running.instance, address("busy")
    channels = [f"wallet:{wallet}", f"token:{MINT}", "price-updates"]
    async with Listening.to(instance, http) as listening:
        await listening.ask(type="subscribe", channels=channels[:1])
        stuck = await asyncio.to_thread(_never_reading, instance, channels)
        with stuck:
            clients = await _clients(http)
            for first in range(10_000, 14_000, 100):
                await deliver(http, instance, range(first, first + 100), wallet)
                heard = [(await listening.next())["type"] for _ in range(100)]
                assert heard == ["message"] * 100
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                while await _clients(http) >= clients:
                    await asyncio.sleep(0.1)


def _never_reading(instance: Instance, channels: list[str]) -> socket.socket:
    """A connection that subscribes and then reads nothing, with the smallest of buffers."""
    host, port = instance.api.removeprefix("http://").split(":")
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    stuck.connect((host, int(port)))
    stuck.sendall(
        b"GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    stuck.recv(1_024)
    stuck.sendall(_frame({"type": "auth", "token": instance.api_key}))
    stuck.sendall(_frame({"type": "subscribe", "channels": channels}))
    return stuck


def _frame(message: dict[str, Any]) -> bytes:
    """A masked text frame; a mask of zeros changes nothing."""
    text = msgspec.json.encode(message)
    return bytes([0x81, 0xFE]) + len(text).to_bytes(2, "big") + bytes(4) + text


async def _clients(http: aiohttp.ClientSession) -> float:
    async with http.get("/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return next(float(one.split()[1]) for one in lines if one.startswith("cipherx_stream_clients"))
