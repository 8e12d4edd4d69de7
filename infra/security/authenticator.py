"""Tells who a credential belongs to: cheaply when it was seen before, surely when not."""

import asyncio
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final, cast
from uuid import UUID

from api.ports import ALL_SCOPES, Identity, Scope, TooManyTries, Unauthenticated
from commands.ports import Repository
from domain.account import Account
from infra.postgres.views.outages import outages
from infra.security.access_tokens import AccessTokens, InvalidToken
from infra.security.api_keys import PREFIX, ApiKeyText, parse_key
from infra.security.failures import Failures
from infra.security.key_hashes import KeyHashes
from infra.security.sealing import Erased, PersonKeys, PersonSeal
from infra.security.verified import Verified, VerifiedCredentials
from projections.queries import ApiKeyQuery

KEY_FRESH: Final = timedelta(seconds=60)
"""How long a revoked key could still work if the event that revoked it went unheard."""
NOT_OURS: Final = "this credential is not one of ours"


class CredentialAuthenticator:
    """An Authenticator over the log.

    A key costs one bcrypt in the life of the process: after that its fingerprint proves the
    secret, and only whether it was revoked is looked up, once a minute. ``forget`` is told of
    every change of an account, so a revoked credential ends with the event.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        holders: ApiKeyQuery,
        accounts: Repository[Account],
        persons: PersonKeys,
        hashes: KeyHashes,
        pepper: bytes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._tokens = tokens
        self._holders = holders
        self._accounts = accounts
        self._persons = persons
        self._hashes = hashes
        self._pepper = pepper
        self._now = now
        self._verified = VerifiedCredentials()
        self._failures = Failures(lambda: now().timestamp())
        self._checking: dict[bytes, asyncio.Task[Identity]] = {}
        self._changes = 0

    async def authenticate(self, credential: str) -> Identity:
        """Who holds it; raises Unauthenticated, TooManyTries, Overloaded or StoreUnavailable."""
        fingerprint = self._fingerprint(credential)
        known = self._verified.find(fingerprint)
        if known is not None and self._now() < known.fresh_until:
            return known.identity
        checking = self._checking.get(fingerprint)
        if checking is None:  # many requests with a new key make one check
            checking = asyncio.create_task(self._check(credential, fingerprint, known))
            self._checking[fingerprint] = checking
            checking.add_done_callback(lambda _: self._checking.pop(fingerprint, None))
        return await asyncio.shield(checking)

    def forget(self, account_id: UUID) -> None:
        """Look again at whatever the account holds."""
        self._changes += 1
        self._verified.drop_account(account_id)

    async def _check(self, credential: str, fingerprint: bytes, known: Verified | None) -> Identity:
        changes = self._changes
        with outages():
            if credential.startswith(PREFIX):
                identity = await self._key_holder(credential, known)
                fresh_until = self._now() + KEY_FRESH
            else:
                identity = await self._token_holder(credential)
                fresh_until = datetime.max.replace(tzinfo=UTC)
        if identity.expires_at is not None:
            fresh_until = min(fresh_until, identity.expires_at)
        if changes == self._changes:  # else some account changed, perhaps after we looked
            self._verified.keep(fingerprint, Verified(identity, fresh_until))
        return identity

    async def _token_holder(self, token: str) -> Identity:
        try:
            claims = self._tokens.verify(token)
        except InvalidToken as error:
            raise Unauthenticated(str(error)) from None
        account = await self._present(claims.account_id)
        return Identity(account.id, account.tier, ALL_SCOPES, claims.expires_at, None)

    async def _key_holder(self, text: str, known: Verified | None) -> Identity:
        key = parse_key(text)
        if key is None:
            raise Unauthenticated(NOT_OURS)
        if known is not None:  # the fingerprint proves the secret
            return self._granted(await self._present(known.identity.account_id), key.key_id)
        holder = await self._holders.holder(key.key_id)
        if holder is None:
            raise Unauthenticated(NOT_OURS)
        account = await self._present(holder.account_id)
        identity = self._granted(account, key.key_id)
        await self._require_secret(account, key)
        return identity

    async def _require_secret(self, account: Account, key: ApiKeyText) -> None:
        if self._failures.too_many(key.key_id):
            raise TooManyTries("too many wrong secrets for this API key; try again in a minute")
        try:
            seal = PersonSeal(account.id, await self._persons.find(account.id))
        except Erased:
            raise Unauthenticated(NOT_OURS) from None
        kept = seal.open(account.api_keys[key.key_id].secret_hash, "key-secret")
        if not await self._hashes.matches(kept, key.secret):
            self._failures.note(key.key_id)
            raise Unauthenticated(NOT_OURS)

    def _granted(self, account: Account, key_id: str) -> Identity:
        key = account.api_keys.get(key_id)
        if key is None or key_id in account.revoked_keys:
            raise Unauthenticated("this API key was revoked")
        if key.expires_at is not None and key.expires_at <= self._now():
            raise Unauthenticated("this API key has expired")
        scopes = cast("tuple[Scope, ...]", key.scopes)
        return Identity(account.id, account.tier, scopes, key.expires_at, key_id)

    async def _present(self, account_id: UUID) -> Account:
        account = await self._accounts.find(account_id)
        if account is None or account.is_erased:
            raise Unauthenticated(NOT_OURS)
        return account

    def _fingerprint(self, credential: str) -> bytes:
        if credential.startswith(PREFIX):
            return hmac.digest(self._pepper, credential.encode("utf-8", "surrogatepass"), "sha256")
        text = credential.encode("utf-8", "surrogatepass")
        return blake2b(text, key=self._pepper, digest_size=32).digest()
