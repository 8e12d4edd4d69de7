"""Every operation against every kind of caller, read from the OpenAPI document."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.world import World
from tests.support.made_transactions import address

OPEN = {"/v1/auth/register", "/v1/auth/login"}
READING = {"get", "head"}


def operations() -> Iterator[tuple[str, str]]:
    """Method and path of everything below /v1."""
    document = World().app.openapi_schema.to_schema()
    for path, item in document["paths"].items():
        for method in item:
            if path.startswith("/v1") and path not in OPEN:
                yield method, path


def filled(path: str) -> str:
    """The path with something in its places."""
    places = {
        "{address}": address("somebody"),
        "{tracking_id}": "00000000-0000-4000-8000-000000000000",
        "{key_id}": "nothing",
    }
    for place, text in places.items():
        path = path.replace(place, text)
    assert "{" not in path, path
    return path


async def asked(
    client: AsyncTestClient[Litestar], method: str, path: str, header: str | None
) -> Any:
    """The answer to that header."""
    client.headers.pop("Authorization", None)
    headers = {} if header is None else {"Authorization": header}
    return await client.request(method.upper(), filled(path), headers=headers, json={})


async def test_nobody_gets_in_without_a_credential(alice: AsyncTestClient[Litestar]) -> None:
    headers = (None, "", "Bearer", "Bearer ", "Basic alice", "Bearer mallory", "alice")
    for (method, path), header in product(operations(), headers):
        answer = await asked(alice, method, path, header)
        assert answer.status_code == 401, (method, path, header)
        assert answer.json()["error"]["code"] == "UNAUTHORIZED"
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_scope_reaches_as_far_as_it_says(alice: AsyncTestClient[Litestar]) -> None:
    for (method, path), scope in product(operations(), ("read", "write", "account")):
        managing = path.startswith("/v1/account/keys")
        needed = "account" if managing else "read" if method in READING else "write"
        answer = await asked(alice, method, path, f"Bearer alice:{scope}")
        assert (answer.status_code == 403) == (scope != needed), (method, path, scope)


async def test_a_key_is_not_given_more_than_its_maker_has(
    alice: AsyncTestClient[Litestar],
) -> None:
    headers = {"Authorization": "Bearer alice:account"}
    body = {"label": "more", "scopes": ["write"]}
    answer = await alice.post("/v1/account/keys", json=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "INSUFFICIENT_SCOPE")


def test_open_operations_are_few() -> None:
    document = World().app.openapi_schema.to_schema()
    without = {path for path in document["paths"] if not path.startswith("/v1")}
    assert without == {"/health/live", "/health/ready", "/metrics", "/webhooks/helius"}
