"""The OpenAPI document, and a page to try it that loads nothing from elsewhere."""

import asyncio
import gzip
from importlib import resources
from typing import Any, Final

from litestar import Request, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.response import Response

VERSION: Final = "1.0.0"
SCRIPT_PATH: Final = "/schema/rapidoc-min.js"
_DESCRIPTION: Final = """\
Wallet intelligence for Solana: what wallets did and hold, explained by the log behind it.

Send `Authorization: Bearer <access token or API key>`. Amounts that are exact are strings of
integers with `decimals`; plain numbers are for display. Times are UTC. Errors are
`application/problem+json`; `error.code` is for programs. The WebSocket stream is at `/v1/stream`.
"""
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CipherX API</title>
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,">
<script src="{script}"></script>
</head>
<body>
<rapi-doc spec-url="/schema/openapi.json" load-fonts="false" render-style="view"
 regular-font="system-ui, sans-serif" mono-font="ui-monospace, monospace"
 allow-server-selection="false" persist-auth="true" schema-style="table" sort-tags="true">
</rapi-doc>
</body>
</html>
"""
_CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data: 'self'; "
    "connect-src 'self'; base-uri 'none'"
)


class RapiDocPage(OpenAPIRenderPlugin):
    """RapiDoc (MIT, api/static/rapidoc-min.js.LICENSE.txt) served by ourselves."""

    def __init__(self) -> None:
        super().__init__(path="/page")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page; it fetches the document itself."""
        return _PAGE.format(script=SCRIPT_PATH, policy=_CONTENT_POLICY).encode()

    def receive_router(self, router: Router) -> None:
        """Serve the script beside the page."""
        router.register(_script_route())


def _script_route() -> HTTPRouteHandler:
    script = resources.files("api") / "static" / "rapidoc-min.js"
    packed: list[bytes] = []

    @get("/rapidoc-min.js", media_type="text/javascript", include_in_schema=False)
    async def rapidoc() -> Response[bytes]:
        if not packed:  # a quarter of a second, for whoever opens the page first
            packed.append(await asyncio.to_thread(gzip.compress, script.read_bytes(), 6))
        headers = {"Content-Encoding": "gzip", "Cache-Control": "public, max-age=86400"}
        return Response(packed[0], headers=headers, media_type="text/javascript")

    return rapidoc


def describe() -> OpenAPIConfig:
    """``/schema`` shows the page, ``/schema/openapi.json`` the document."""
    return OpenAPIConfig(
        title="CipherX",
        version=VERSION,
        description=_DESCRIPTION,
        path="/schema",
        render_plugins=[RapiDocPage()],
        use_handler_docstrings=False,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    description="An access token from /v1/auth/login, or an API key (cx_live_…)",
                )
            }
        ),
    )
