"""Bodies that cannot be read get a clear refusal, never a 5xx."""

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.world import SECRETS

BODIES = [
    b"",
    b"null",
    b"[",
    b'{"address":',
    b"\xff\xfe\x00",
    b'{"address":"\xc3\x28"}',
    b'{"address":"\\ud800"}',
    b'{"address":"a\x00b"}',
    b"[" * 100_000,
    b'{"address":' * 20_000,
    b"1e999999",
    b'"text"',
    b"NaN",
    bytes(1_000),
]


@pytest.mark.parametrize("path", ["/v1/wallets/track", "/v1/auth/login", "/v1/account/keys"])
async def test_an_unreadable_body_is_refused(alice: AsyncTestClient[Litestar], path: str) -> None:
    for body in BODIES:
        await refused(alice, path, body)


async def refused(client: AsyncTestClient[Litestar], path: str, body: bytes) -> None:
    """Sent there, the body is the caller's mistake."""
    answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, body[:40]
    assert answer.json()["error"]["code"] in {"MALFORMED_BODY", "INVALID_VALUE"}
    assert answer.json()["requestId"] == answer.headers["x-request-id"]


async def test_an_unreadable_delivery_is_refused(alice: AsyncTestClient[Litestar]) -> None:
    for body in BODIES:
        answer = await alice.post(
            "/webhooks/helius", content=body, headers={"Authorization": SECRETS[0]}
        )
        quarantined = answer.status_code == 200 and answer.json()["accepted"] == 0
        assert quarantined or answer.json()["error"]["code"] == "MALFORMED_BODY", body[:40]


async def test_a_large_body_is_refused(alice: AsyncTestClient[Litestar]) -> None:
    answer = await alice.post("/v1/wallets/track", content=b" " * 300_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "BODY_TOO_LARGE")
