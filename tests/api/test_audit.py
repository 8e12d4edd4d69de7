"""The log over HTTP: in order, in readable form, and nobody's business but one's own."""

from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from api.rest import audit
from domain.account import Account, ApiKey
from tests.api.world import ALICE, BOB, World
from tests.projections.chronicle import at, sol, trade, transaction, units
from tests.support.made_transactions import address

PATH = "/v1/audit/events"


async def told(
    client: AsyncTestClient[Litestar], who: str = "alice", /, **query: Any
) -> list[dict[str, Any]]:
    """All events, page by page."""
    events: list[dict[str, Any]] = []
    while True:
        headers = {"Authorization": f"Bearer {who}"}
        answer = (await client.get(PATH, params=query, headers=headers)).json()
        events += answer["events"]
        if not answer["pagination"]["hasMore"]:
            return events
        query["cursor"] = answer["pagination"]["next"]


async def test_events_are_told_in_order_with_names_and_exact_amounts(
    world: World, alice: AsyncTestClient[Litestar]
) -> None:
    await world.record(transaction(at(1)), trade(at(1), sol(10**18), units(5)))
    events = await told(alice, limit=1)
    assert [one["position"] for one in events] == [1, 2]
    assert events[1]["type"] == "trade.recorded.v1"
    assert events[1]["data"]["place"]["slot"] == 1
    assert events[1]["data"]["trade"]["tokenIn"]["amount"] == "1000000000000000000"
    assert "originatorId" not in events[1]["data"]


async def test_type_stream_and_position_choose(
    world: World, alice: AsyncTestClient[Litestar], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    monkeypatch.setattr(audit, "SCANNED_MAX", 4)
    first = trade(at(1), sol(1), units(5))
    await world.record(first, *(transaction(at(slot)) for slot in range(2, 12)))
    await world.record(trade(at(12), sol(2), units(5)))
    assert [one["position"] for one in await told(alice, type="trade")] == [1, 12]
    assert [one["position"] for one in await told(alice, type="trade.recorded.v1")] == [1, 12]
    assert [one["position"] for one in await told(alice, stream=str(first.id))] == [1]
    assert [one["position"] for one in await told(alice, "alice", **{"from": 10})] == [11, 12]
    assert await told(alice, stream=str(UUID(int=9))) == []


async def test_an_account_is_told_to_its_owner_alone_and_stays_sealed(
    world: World, alice: AsyncTestClient[Litestar]
) -> None:
    account = Account.register("index", b"sealed e-mail", b"sealed hash")
    account.issue_api_key(ApiKey("key", b"sealed secret", b"sealed label", (), None))
    await world.record(account, actor=f"user:{ALICE}")
    assert await told(alice, "bob") == []
    registered, issued = await told(alice)
    assert registered["data"]["email"] == registered["data"]["passwordHash"] == "sealed"
    assert issued["data"]["key"]["label"] == issued["data"]["key"]["secretHash"] == "sealed"


async def test_who_follows_whom_is_told_to_nobody_else(
    world: World, alice: AsyncTestClient[Litestar]
) -> None:
    answer = await alice.post("/v1/wallets/track", json={"address": address("followed")})
    path = f"/v1/wallets/track/{answer.json()['trackingId']}"
    await alice.patch(path, json={"paused": True})
    await alice.delete(path)
    assert await told(alice, "bob") == []
    assert [one["data"].get("subscriberId") for one in await told(alice)] == [
        str(ALICE),
        None,
        str(ALICE),
    ]
    assert str(BOB) not in str(world.log.recorded)


async def test_a_wrong_parameter_is_named(alice: AsyncTestClient[Litestar]) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"type": "nothing"}, "type"),
        ({"type": "tra"}, "type"),
        ({"stream": "x"}, "stream"),
        ({"from": -1}, "from"),
        ({"from": 2**63}, "from"),
        ({"cursor": "x"}, "cursor"),
    ]
    for query, field in wrong:
        answer = await alice.get(PATH, params=query)
        assert answer.status_code == 400, query
        assert answer.json()["error"]["details"][0]["field"] == field
