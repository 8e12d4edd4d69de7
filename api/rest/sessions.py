"""Registering and logging in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from litestar.response import Response
from msgspec import Meta, Struct

from api.auth import OPEN
from api.documented import problem
from api.encoding import JsonAnswer, Shown
from api.ports import AccessToken, Accounts
from api.request_id import correlation_id

_SECRET_HEADERS = {"Cache-Control": "no-store"}


class Login(Struct, frozen=True):
    """An e-mail and its password."""

    email: Annotated[str, Meta(examples=["you@example.org"])]
    password: Annotated[
        str, Meta(description="12 to 256 characters", examples=["correct horse battery staple"])
    ]


class Session(Shown, frozen=True):
    """Send ``Authorization: Bearer <token>`` until ``expiresAt``."""

    token: str
    token_type: str
    expires_at: datetime
    account_id: UUID
    email: str
    tier: str


def session_routes(accounts: Accounts) -> Sequence[HTTPRouteHandler]:
    """``POST /auth/register`` and ``POST /auth/login``."""

    @post(
        "/auth/register",
        opt=OPEN,
        security=[{}],
        tags=["Accounts"],
        summary="Open an account",
        responses=_answers(400, 409),
    )
    async def register(request: Request[Any, Any, Any], data: JSONBody[Login]) -> Response[Session]:
        correlation = correlation_id(request.scope)
        return _session(await accounts.register(data.email, data.password, correlation), 201)

    @post(
        "/auth/login",
        opt=OPEN,
        security=[{}],
        tags=["Accounts"],
        summary="Exchange e-mail and password for an access token",
        responses=_answers(400, 401),
        status_code=200,
    )
    async def log_in(data: JSONBody[Login]) -> Response[Session]:
        return _session(await accounts.log_in(data.email, data.password), 200)

    return register, log_in


def _session(token: AccessToken, status: int) -> Response[Session]:
    account = token.account
    shown = Session(
        token=token.token,
        token_type="Bearer",  # noqa: S106  # the scheme's name
        expires_at=token.expires_at,
        account_id=account.account_id,
        email=account.email,
        tier=account.tier,
    )
    return JsonAnswer(shown, status_code=status, headers=_SECRET_HEADERS)


def _answers(*statuses: int) -> dict[int, ResponseSpec]:
    return {status: problem(status) for status in (*statuses, 503)}
