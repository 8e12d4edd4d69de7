"""Who asks: every route needs a credential and a scope unless it says otherwise."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.ports import Authenticator, Forbidden, Identity, Scope, Unauthenticated

OPEN: Final = {"open": True}
"""``opt`` of a route that needs no credential."""
ACCOUNT: Final = {"scope": "account"}
"""``opt`` of a route that manages the account itself."""
CREDENTIAL_CHARACTERS_MAX: Final = 4_096
"""Our tokens have some 400, our keys 74."""
_READING: Final = frozenset({"GET", "HEAD"})
_MISSING: Final = "send Authorization: Bearer <access token or API key>"

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


def guard(authenticator: Authenticator) -> Guard:
    """A guard that leaves the Identity in ``connection.user``."""

    async def identified(connection: Connection, handler: BaseRouteHandler) -> None:
        if handler.opt.get("open"):
            return
        identity = await authenticator.authenticate(bearer(connection.headers.get("authorization")))
        needed: Scope = handler.opt.get("scope") or _scope_of(str(connection.scope.get("method")))
        require(identity, needed)
        connection.scope["user"] = identity

    return identified


def require(identity: Identity, scope: Scope) -> None:
    """Raises Forbidden when the credential may not be used for that."""
    if scope not in identity.scopes:
        raise Forbidden(f"this credential lacks the scope {scope!r}")


def bearer(header: str | None) -> str:
    """The credential of an Authorization header; raises Unauthenticated when there is none."""
    scheme, _, credential = (header or "").partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        raise Unauthenticated(_MISSING)
    if len(credential) > CREDENTIAL_CHARACTERS_MAX:
        raise Unauthenticated("this credential is not one of ours")
    return credential


def _scope_of(method: str) -> Scope:
    return "read" if method in _READING else "write"
