"""People and their keys over the log, with everything that names them sealed."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID, uuid4

from api.ports import (
    ALL_SCOPES,
    AccessToken,
    AccountShown,
    KeyShown,
    NewKey,
    Scope,
    Unauthenticated,
)
from api.read_your_writes import applied
from commands.bus import CommandBus
from commands.messages import IssueApiKey, RegisterAccount, RevokeApiKey
from commands.ports import EventLog
from commands.repository import LogRepository
from domain.account import Account, ApiKey, Tier
from domain.errors import InvalidValue, NotAllowed, NotFound
from domain.values import GlobalPosition
from infra.security.access_tokens import AccessTokens
from infra.security.api_keys import ApiKeyText, new_key
from infra.security.key_hashes import KeyHashes
from infra.security.master_key import MasterKey, normalised
from infra.security.passwords import Passwords
from infra.security.sealing import Erased, PersonKeys, PersonSeal
from projections.api_keys import ApiKeys
from projections.queries import Checkpoints

EMAIL_CHARACTERS_MAX: Final = 254
"""What a mail server takes (RFC 5321)."""
LABEL_CHARACTERS_MAX: Final = 64
KEYS_MAX: Final = 50
"""Keys in use at once; an account with more has lost count of them."""
_EMAIL: Final = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")
WRONG: Final = "the e-mail or the password is wrong"


class SealedAccounts:
    """The Accounts of the API."""

    def __init__(
        self,
        bus: CommandBus,
        log: EventLog,
        persons: PersonKeys,
        master: MasterKey,
        tokens: AccessTokens,
        passwords: Passwords,
        hashes: KeyHashes,
        checkpoints: Checkpoints | None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bus = bus
        self._log = log
        self._repository = LogRepository(Account, log)
        self._persons = persons
        self._master = master
        self._tokens = tokens
        self._passwords = passwords
        self._hashes = hashes
        self._checkpoints = checkpoints
        self._now = now

    def account_id(self, email: str) -> UUID:
        """The account that e-mail has or would have."""
        return Account.create_id(self._master.email_index(email))

    async def register(
        self, email: str, password: str, correlation_id: UUID, tier: Tier = "free"
    ) -> AccessToken:
        """Open an account; raises InvalidValue, or NotAllowed when the e-mail has one."""
        if len(email) > EMAIL_CHARACTERS_MAX or not _EMAIL.fullmatch(email.strip()):
            raise InvalidValue("email", email, "must be an e-mail address")
        account_id = self.account_id(email)
        if await self._repository.find(account_id) is not None:
            raise NotAllowed("account", "this e-mail is registered already")
        kept = await self._passwords.hash(password)
        seal = PersonSeal(account_id, await self._persons.ensure(account_id))
        await self._bus.send(
            RegisterAccount(
                **_from(account_id, correlation_id),
                email_index=self._master.email_index(email),
                email=seal.seal(normalised(email), "email"),
                password_hash=seal.seal(kept, "password"),
                tier=tier,
            )
        )
        return await self._logged_in(await self._repository.load(account_id), seal)

    async def log_in(self, email: str, password: str) -> AccessToken:
        """Exchange a password for an access token; an unknown e-mail takes as long to refuse."""
        try:
            account = await self._present(self.account_id(email))
            seal = await self._seal(account)
        except NotFound:
            await self._passwords.matches(None, password)
            raise Unauthenticated(WRONG) from None
        if not await self._passwords.matches(
            seal.open(account.password_hash, "password"), password
        ):
            raise Unauthenticated(WRONG)
        return await self._logged_in(account, seal)

    async def account(self, account_id: UUID) -> AccountShown:
        """The account; raises NotFound when it was erased."""
        account = await self._present(account_id)
        return _shown(account, await self._seal(account))

    async def issue_key(
        self,
        account_id: UUID,
        label: str,
        scopes: tuple[Scope, ...],
        expires_at: datetime | None,
        correlation_id: UUID,
    ) -> NewKey:
        """Make a key that works from now on; raises InvalidValue."""
        self._judge(label, scopes, expires_at)
        account = await self._present(account_id)
        if len(account.api_keys.keys() - account.revoked_keys) >= KEYS_MAX:
            raise NotAllowed("account", f"it has {KEYS_MAX} keys; revoke one first")
        key = new_key()
        position = await self.record_key(account_id, key, label, scopes, expires_at, correlation_id)
        if self._checkpoints is not None:
            await applied(self._checkpoints, ApiKeys.name, position)
        made = KeyShown(key.key_id, label, scopes, self._now(), expires_at, revoked=False)
        return NewKey(key.text, made)

    async def record_key(
        self,
        account_id: UUID,
        key: ApiKeyText,
        label: str,
        scopes: tuple[Scope, ...],
        expires_at: datetime | None,
        correlation_id: UUID,
    ) -> GlobalPosition | None:
        """Record a key that was made before; the same one again changes nothing."""
        account = await self._present(account_id)
        seal = await self._seal(account)
        return await self._bus.send(
            IssueApiKey(
                **_from(account_id, correlation_id),
                account_id=account_id,
                key=ApiKey(
                    key_id=key.key_id,
                    secret_hash=seal.seal(await self._hashes.hash(key.secret), "key-secret"),
                    label=seal.seal(label, "key-label"),
                    scopes=scopes,
                    expires_at=expires_at,
                ),
            )
        )

    async def keys(self, account_id: UUID) -> Sequence[KeyShown]:
        """All keys the account ever had, oldest first."""
        account = await self._present(account_id)
        seal = await self._seal(account)
        return [
            KeyShown(
                key_id=event.key.key_id,
                label=seal.open(event.key.label, "key-label"),
                scopes=cast("tuple[Scope, ...]", event.key.scopes),
                created_at=recorded.recorded_at,
                expires_at=event.key.expires_at,
                revoked=event.key.key_id in account.revoked_keys,
            )
            for recorded in await self._log.read_stream(account_id)
            if isinstance(event := recorded.event, Account.ApiKeyIssued)
        ]

    async def revoke_key(self, account_id: UUID, key_id: str, correlation_id: UUID) -> None:
        """Make a key worthless; repeating changes nothing. Raises NotFound."""
        await self._bus.send(
            RevokeApiKey(**_from(account_id, correlation_id), account_id=account_id, key_id=key_id)
        )

    def _judge(self, label: str, scopes: tuple[Scope, ...], expires_at: datetime | None) -> None:
        if not 1 <= len(label) <= LABEL_CHARACTERS_MAX:
            raise InvalidValue("label", label, f"must have 1 to {LABEL_CHARACTERS_MAX} characters")
        if not scopes or not set(scopes) <= set(ALL_SCOPES):
            raise InvalidValue("scopes", scopes, f"must be some of {', '.join(ALL_SCOPES)}")
        if expires_at is not None and (expires_at.tzinfo is None or expires_at <= self._now()):
            raise InvalidValue("expiresAt", expires_at, "must be a future time with its zone")

    async def _present(self, account_id: UUID) -> Account:
        account = await self._repository.find(account_id)
        if account is None or account.is_erased:
            raise NotFound("account", str(account_id))
        return account

    async def _seal(self, account: Account) -> PersonSeal:
        try:
            return PersonSeal(account.id, await self._persons.find(account.id))
        except Erased:
            raise NotFound("account", str(account.id)) from None

    async def _logged_in(self, account: Account, seal: PersonSeal) -> AccessToken:
        token, expires_at = self._tokens.issue(account.id)
        return AccessToken(token, expires_at, _shown(account, seal))


def _shown(account: Account, seal: PersonSeal) -> AccountShown:
    email = seal.open(account.email, "email")
    return AccountShown(account.id, email, account.tier, account.created_on)


def _from(account_id: UUID, correlation_id: UUID) -> dict[str, Any]:
    """The fields of a command that say where it comes from."""
    return {
        "message_id": uuid4(),
        "correlation_id": correlation_id,
        "actor": f"user:{account_id}",
    }
