"""The caller's own account and its API keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from litestar.response import Response
from msgspec import Meta, Struct

from api.auth import ACCOUNT, require
from api.documented import problems
from api.encoding import JsonAnswer, Shown
from api.pagination import Pagination
from api.parameters import KeyId
from api.ports import Accounts, Identity, KeyShown, Scope
from api.request_id import correlation_id

_Request = Request[Identity, Any, Any]


class Account(Shown, frozen=True):
    """Who the caller is to us."""

    account_id: UUID
    email: str
    tier: str
    created_at: datetime


class NewKeyRequest(Struct, frozen=True, rename="camel"):
    """What the key is for, what it may do (at most what the caller may), and until when."""

    label: Annotated[str, Meta(description="1 to 64 characters", examples=["my laptop"])]
    scopes: tuple[Scope, ...] = ("read", "write")
    expires_at: Annotated[
        datetime | None, Meta(description="With its zone; null: until revoked", examples=[None])
    ] = None


class Key(Shown, frozen=True):
    """An API key; its secret was shown once."""

    key_id: str
    label: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked: bool


class NewKeyShown(Shown, frozen=True):
    """``secret`` is the whole key: keep it, it is not shown again."""

    secret: str
    key: Key


class KeysShown(Shown, frozen=True):
    """Every key the account ever had, oldest first."""

    keys: Sequence[Key]
    pagination: Pagination


def account_routes(accounts: Accounts) -> Sequence[HTTPRouteHandler]:
    """``/account`` and ``/account/keys``."""

    @get("/account", tags=["Accounts"], summary="The caller's account", responses=problems(404))
    async def account(request: _Request) -> Account:
        found = await accounts.account(request.user.account_id)
        return Account(found.account_id, found.email, found.tier, found.created_at)

    @get(
        "/account/keys",
        opt=ACCOUNT,
        tags=["Accounts"],
        summary="The caller's API keys",
        responses=problems(),
    )
    async def keys(request: _Request) -> KeysShown:
        found = await accounts.keys(request.user.account_id)
        pagination = Pagination(len(found), has_more=False, next=None, total=len(found))
        return KeysShown([_shown(key) for key in found], pagination)

    @post(
        "/account/keys",
        opt=ACCOUNT,
        tags=["Accounts"],
        summary="Make an API key; the answer is the only time it is shown",
        responses=problems(400, 409),
    )
    async def issue(request: _Request, data: JSONBody[NewKeyRequest]) -> Response[NewKeyShown]:
        for scope in data.scopes:
            require(request.user, scope)
        made = await accounts.issue_key(
            request.user.account_id,
            data.label,
            data.scopes,
            data.expires_at,
            correlation_id(request.scope),
        )
        shown = NewKeyShown(made.secret, _shown(made.key))
        return JsonAnswer(shown, status_code=201, headers={"Cache-Control": "no-store"})

    @delete(
        "/account/keys/{key_id:str}",
        opt=ACCOUNT,
        tags=["Accounts"],
        summary="Make a key worthless; repeating changes nothing",
        responses=problems(404),
    )
    async def revoke(request: _Request, key_id: KeyId) -> None:
        await accounts.revoke_key(request.user.account_id, key_id, correlation_id(request.scope))

    return account, keys, issue, revoke


def _shown(key: KeyShown) -> Key:
    return Key(key.key_id, key.label, key.scopes, key.created_at, key.expires_at, key.revoked)
