"""The document is complete, and its page asks nobody else for anything."""

import re

from litestar.testing import AsyncTestClient

from tests.api.world import World


async def test_every_operation_is_described() -> None:
    document = World().app.openapi_schema.to_schema()
    assert document["openapi"].startswith("3.1")
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (method, path)
            assert operation["tags"], (method, path)
            if path.startswith("/v1"):
                assert "503" in operation["responses"], (method, path)


async def test_the_page_loads_only_from_here() -> None:
    async with AsyncTestClient(World().app) as client:
        page = (await client.get("/schema")).text
        script = await client.get("/schema/rapidoc-min.js")
        assert (await client.get("/schema/openapi.json")).status_code == 200
    assert "http" not in re.sub(r'http-equiv="[^"]*"', "", page)
    assert 'load-fonts="false"' in page
    assert script.status_code == 200
    assert script.headers["content-encoding"] == "gzip"
