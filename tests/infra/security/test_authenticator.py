"""Who a credential belongs to, how often that costs something, and when it ends."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from api.ports import Identity, TooManyTries, Unauthenticated
from domain.account import Account
from infra.security.api_keys import ApiKeyText, new_key, parse_key
from infra.security.failures import TRIES_MAX
from tests.infra.security.people import EMAIL, PASSWORD, People


async def registered(people: People) -> tuple[UUID, str]:
    """An account and its access token."""
    made = await people.accounts.register(EMAIL, PASSWORD, uuid4())
    return made.account.account_id, made.token


async def issued(people: People, account_id: UUID, life: timedelta | None = None) -> str:
    """A key of the account."""
    ends = None if life is None else people.now() + life
    return (await people.accounts.issue_key(account_id, "a key", ("read",), ends, uuid4())).secret


async def identified(people: People, credential: str) -> Identity:
    """Who it is."""
    return await people.authenticator.authenticate(credential)


async def refused(people: People, credential: str) -> None:
    """It opens nothing."""
    with pytest.raises(Unauthenticated):
        await people.authenticator.authenticate(credential)


async def test_a_token_may_do_all_and_a_key_what_it_says(people: People) -> None:
    account_id, token = await registered(people)
    key = await issued(people, account_id)
    by_token, by_key = await identified(people, token), await identified(people, key)
    assert by_token.account_id == by_key.account_id == account_id
    assert by_token.scopes == ("read", "write", "account")
    assert (by_key.scopes, by_key.expires_at) == (("read",), None)


async def test_a_key_is_hashed_once_however_many_use_it(people: People) -> None:
    account_id, _ = await registered(people)
    key = await issued(people, account_id)
    await asyncio.gather(*(identified(people, key) for _ in range(20)))
    people.ahead = timedelta(minutes=5)
    await identified(people, key)
    assert people.hashes.checked == 1


async def test_what_we_never_issued_costs_no_hash(people: People) -> None:
    account_id, _ = await registered(people)
    await issued(people, account_id)
    for wrong in ("", "cx_live_", new_key().text, new_key().text + "x", "a.b.c", "\ud800"):
        await refused(people, wrong)
    assert people.hashes.checked == 0
    assert people.holders.asked == 1


async def test_guessing_a_secret_gets_slow_but_not_for_its_owner(people: People) -> None:
    account_id, _ = await registered(people)
    key = await issued(people, account_id)
    await identified(people, key)
    parsed = parse_key(key)
    assert parsed is not None
    for _ in range(TRIES_MAX):
        await refused(people, ApiKeyText(parsed.key_id, new_key().secret).text)
    with pytest.raises(TooManyTries):
        await identified(people, ApiKeyText(parsed.key_id, new_key().secret).text)
    people.ahead = timedelta(seconds=61)
    await identified(people, key)


async def test_a_revoked_key_ends_with_the_event(people: People) -> None:
    account_id, _ = await registered(people)
    key = await issued(people, account_id)
    identity = await identified(people, key)
    assert identity.key_id is not None
    await people.accounts.revoke_key(account_id, identity.key_id, uuid4())
    people.authenticator.forget(account_id)
    await refused(people, key)


async def test_a_revoked_key_ends_within_a_minute_when_the_event_goes_unheard(
    people: People,
) -> None:
    account_id, _ = await registered(people)
    key = await issued(people, account_id)
    identity = await identified(people, key)
    await people.accounts.revoke_key(account_id, str(identity.key_id), uuid4())
    people.ahead = timedelta(seconds=61)
    await refused(people, key)


async def test_a_key_ends_when_it_says(people: People) -> None:
    account_id, _ = await registered(people)
    key = await issued(people, account_id, timedelta(seconds=30))
    await identified(people, key)
    people.ahead = timedelta(seconds=31)
    await refused(people, key)


async def test_an_erased_account_has_no_credentials(people: People) -> None:
    account_id, token = await registered(people)
    key = await issued(people, account_id)
    await identified(people, token)
    account = await people.accounts._repository.load(account_id)
    assert isinstance(account, Account)
    account.erase()
    await people.accounts._repository.save(account, cause=_Cause())
    people.authenticator.forget(account_id)
    await refused(people, token)
    await refused(people, key)


class _Cause:
    """An operator's."""

    message_id = correlation_id = UUID(int=1)
    actor = "operator"
