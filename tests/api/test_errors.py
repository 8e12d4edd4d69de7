"""Errors: one shape, a table, and nothing of our insides."""

import pytest
from litestar.testing import AsyncTestClient

from projections.ports import StoreUnavailable
from tests.api.world import World
from tests.support.made_transactions import address

WALLET = address("somebody")


class Broken:
    """A port that always fails in one way."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def profile(self, _wallet: str) -> None:
        """Fail."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("secret insides"), 500, "INTERNAL_ERROR"),
        (StoreUnavailable("secret insides"), 503, "SERVICE_UNAVAILABLE"),
        (ConnectionError("secret insides"), 503, "SERVICE_UNAVAILABLE"),
        (ValueError("secret insides"), 500, "INTERNAL_ERROR"),
    ],
)
async def test_what_breaks_inside_is_not_described(
    error: Exception, status: int, code: str
) -> None:
    world = World(wallets=Broken(error), outages=(ConnectionError,))
    async with AsyncTestClient(world.app, raise_server_exceptions=False) as client:
        headers = {"Authorization": "Bearer alice", "X-Request-Id": "mine-1"}
        answer = await client.get(f"/v1/wallets/{WALLET}", headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["error"]["code"]) == (status, code)
    assert "insides" not in answer.text
    assert "Traceback" not in answer.text
    assert problem["requestId"] == answer.headers["x-request-id"] == "mine-1"
    assert ("retry-after" in answer.headers) == (status == 503)


async def test_what_is_not_there_and_what_is_not_allowed_have_the_same_shape() -> None:
    async with AsyncTestClient(World().app) as client:
        absent, wrong = await client.get("/nothing"), await client.put("/health/live")
    for answer, status, code in (
        (absent, 404, "RESOURCE_NOT_FOUND"),
        (wrong, 405, "METHOD_NOT_ALLOWED"),
    ):
        problem = answer.json()
        assert answer.status_code == problem["status"] == status
        assert problem["error"]["code"] == code
        assert {"type", "title", "detail", "instance", "requestId"} <= set(problem)


@pytest.mark.parametrize("named", ["a\r\nb", "x" * 65, "", "é"])
async def test_a_request_id_that_could_do_harm_is_replaced(named: str) -> None:
    async with AsyncTestClient(World().app) as client:
        headers = {b"X-Request-Id": named.encode("latin-1")}
        answer = await client.get("/health/live", headers=headers)
    assert answer.headers["x-request-id"] != named
    assert len(answer.headers["x-request-id"]) == 32
