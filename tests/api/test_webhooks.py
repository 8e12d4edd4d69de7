"""What Helius delivers: who may, what is answered, what is refused."""

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.world import SECRETS, World
from tests.support.made_transactions import swap

HOOK = "/webhooks/helius"


async def deliver(
    client: AsyncTestClient[Litestar], body: bytes, secret: str = SECRETS[0]
) -> tuple[int, dict[str, object]]:
    """Status and answer of one delivery."""
    answer = await client.post(HOOK, content=body, headers={"Authorization": secret})
    return answer.status_code, answer.json()


async def test_a_delivery_is_answered_with_what_became_of_it(
    alice: AsyncTestClient[Litestar],
) -> None:
    body = b"[" + swap(1) + b"," + swap(2) + b"," + swap(1) + b',{"no":"transaction"},7]'
    counts = {"received": 5, "accepted": 2, "duplicate": 1, "quarantined": 2}
    assert await deliver(alice, body) == (200, counts)


async def test_both_secrets_are_good_while_one_replaces_the_other(
    alice: AsyncTestClient[Litestar],
) -> None:
    assert [(await deliver(alice, b"[]", secret))[0] for secret in SECRETS] == [200, 200]


@pytest.mark.parametrize(
    "wrong", ["", "Bearer " + SECRETS[0], SECRETS[0] + "x", SECRETS[0][:-1], "é"]
)
async def test_anything_else_is_unauthorized(
    world: World, alice: AsyncTestClient[Litestar], wrong: str
) -> None:
    answer = await alice.post(
        HOOK, content=b"[" + swap(1) + b"]", headers={b"Authorization": wrong.encode("latin-1")}
    )
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "UNAUTHORIZED"
    assert world.inbox.signatures == set()


async def test_without_a_secret_nobody_is_taken_for_helius() -> None:
    async with AsyncTestClient(World(webhook_secrets=()).app) as client:
        status, answer = await deliver(client, b"[]", "")
        assert status == 503
        assert "HELIUS_WEBHOOK_SECRET" in str(answer["detail"])


async def test_a_body_over_the_limit_is_refused_and_not_kept() -> None:
    world = World(webhook_body_max_bytes=1_000)
    async with AsyncTestClient(world.app) as client:
        status, answer = await deliver(client, b"[" + b" " * 1_000 + b"]")
        assert (status, answer["title"]) == (413, "Request Entity Too Large")
