"""Liveness, readiness and metrics, open to all."""

from litestar.testing import AsyncTestClient
from msgspec import structs

from api.ports import Readiness
from tests.api.world import Healthy, World


class Away(Healthy):
    """A Health that found Postgres away."""

    async def readiness(self) -> Readiness:
        """Not ready."""
        return structs.replace(await super().readiness(), ready=False)


async def test_readiness_names_each_consumer_and_its_lag() -> None:
    async with AsyncTestClient(World().app) as client:
        assert (await client.get("/health/live")).json() == {"status": "alive"}
        answer = await client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["consumers"] == [{"name": "trades-v1", "position": 3, "lag": 0}]
    assert answer.json()["servers"][0]["reachable"] is True


async def test_not_ready_is_503_with_the_same_answer() -> None:
    async with AsyncTestClient(World(health=Away()).app) as client:
        answer = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)


async def test_metrics_are_prometheus_text() -> None:
    async with AsyncTestClient(World().app) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'cipherx_consumer_lag{consumer="trades-v1"} 0.0' in answer.text
