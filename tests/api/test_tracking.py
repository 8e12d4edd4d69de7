"""Following wallets: idempotent, guarded by versions, and nobody else's business."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.world import World
from tests.support.made_transactions import address

WALLET = address("followed")
BOB = {"Authorization": "Bearer bob"}


async def track(client: AsyncTestClient[Litestar], **alerts: Any) -> str:
    """Follow the wallet, and return the tracking's id."""
    body = {"address": WALLET, "alerts": alerts} if alerts else {"address": WALLET}
    answer = await client.post("/v1/wallets/track", json=body)
    assert answer.status_code == 201, answer.text
    assert set(answer.json()) == {"success", "trackingId", "webhook"}
    return str(answer.json()["trackingId"])


async def listed(client: AsyncTestClient[Litestar]) -> list[Any]:
    """The caller's trackings."""
    found: list[Any] = (await client.get("/v1/wallets/track")).json()["trackings"]
    return found


async def test_what_was_tracked_is_listed_at_once(alice: AsyncTestClient[Litestar]) -> None:
    tracking = await track(alice, minTransaction=2.5, newTokens=False)
    (shown,) = await listed(alice)
    assert (shown["trackingId"], shown["address"]) == (tracking, WALLET)
    wishes = {"minTransaction": 2.5, "newTokens": False, "largeTransfers": True}
    assert shown["alerts"] == wishes


async def test_tracking_twice_is_one_tracking(
    world: World, alice: AsyncTestClient[Litestar]
) -> None:
    assert await track(alice) == await track(alice)
    assert len(world.log.recorded) == 1


async def test_a_change_is_guarded_by_the_version(alice: AsyncTestClient[Litestar]) -> None:
    path = f"/v1/wallets/track/{await track(alice)}"
    etag = (await alice.get(path)).headers["etag"]
    changed = await alice.patch(path, json={"paused": True}, headers={"If-Match": etag})
    assert (changed.status_code, changed.json()["paused"]) == (200, True)
    assert changed.headers["etag"] != etag
    stale = await alice.patch(path, json={"paused": False}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "STALE_VERSION")
    assert (await listed(alice))[0]["paused"] is True
    wrong = await alice.patch(path, json={}, headers={"If-Match": "three"})
    assert wrong.json()["error"]["details"][0]["field"] == "If-Match"


async def test_a_change_leaves_the_rest(alice: AsyncTestClient[Litestar]) -> None:
    path = f"/v1/wallets/track/{await track(alice, minTransaction=3)}"
    await alice.patch(path, json={"alerts": {"newTokens": False}})
    (shown,) = await listed(alice)
    assert shown["alerts"] == {"minTransaction": 3, "newTokens": False, "largeTransfers": True}


async def test_untracking_twice_is_fine(alice: AsyncTestClient[Litestar]) -> None:
    path = f"/v1/wallets/track/{await track(alice)}"
    assert [(await alice.delete(path)).status_code for _ in range(2)] == [204, 204]
    assert await listed(alice) == []
    assert (await alice.get(path)).status_code == 404


async def test_somebody_elses_is_told_like_an_absent_one(
    alice: AsyncTestClient[Litestar],
) -> None:
    tracking = await track(alice)
    absent = "00000000-0000-4000-8000-000000000000"
    for method in ("GET", "PATCH", "DELETE"):
        answers = [
            await alice.request(
                method,
                f"/v1/wallets/track/{each}",
                headers=BOB | {"X-Request-Id": "same"},
                json={} if method == "PATCH" else None,
            )
            for each in (tracking, absent)
        ]
        theirs, none = (answer.text.replace(tracking, absent) for answer in answers)
        assert answers[0].status_code == 404
        assert theirs == none
    assert (await alice.get("/v1/wallets/track", headers=BOB)).json()["trackings"] == []
    assert len(await listed(alice)) == 1


WRONG: list[tuple[object, str]] = [
    ({}, "address"),
    ({"address": 3}, "address"),
    ({"address": None}, "address"),
    ({"address": WALLET, "alerts": []}, "alerts"),
    ({"address": WALLET, "alerts": {"minTransaction": True}}, "minTransaction"),
    ({"address": WALLET, "alerts": {"minTransaction": 0}}, "alerts.minTransaction"),
    ({"address": WALLET, "alerts": {"minTransaction": "NaN"}}, "alerts.minTransaction"),
    ({"address": WALLET, "alerts": {"minTransaction": "1e999999"}}, "alerts.minTransaction"),
    ({"address": WALLET, "alerts": {"minTransaction": "1e-999999"}}, "alerts.minTransaction"),
    ({"address": WALLET, "alerts": {"minTransaction": 0.0000000001}}, "alerts.minTransaction"),
    ([], "body"),
    (None, "body"),
]


async def test_a_wrong_field_is_named(world: World, alice: AsyncTestClient[Litestar]) -> None:
    for body, field in WRONG:
        answer = await alice.post("/v1/wallets/track", json=body)
        assert answer.status_code == 400, body
        assert answer.json()["error"]["details"][0]["field"].endswith(field)
    assert world.log.recorded == []
