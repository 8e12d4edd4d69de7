"""Accounts: registered once, entered with the password, sealed in the log."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from api.ports import Unauthenticated
from domain.catalogue import CATALOGUE
from domain.errors import InvalidValue, NotAllowed, NotFound
from infra.security.sealing import Erased
from tests.infra.security.people import EMAIL, PASSWORD, People


async def test_who_registered_can_log_in(people: People) -> None:
    registered = await people.accounts.register(EMAIL, PASSWORD, uuid4())
    entered = await people.accounts.log_in(" alice@example.ORG", PASSWORD)
    assert entered.account == registered.account
    assert registered.account.email == "alice@example.org"
    assert people.tokens.verify(entered.token).account_id == registered.account.account_id


async def test_a_wrong_password_and_an_unknown_email_are_told_alike(people: People) -> None:
    await people.accounts.register(EMAIL, PASSWORD, uuid4())
    told = set()
    for email, password in ((EMAIL, "wrong password"), ("bob@example.org", PASSWORD), ("", "")):
        with pytest.raises(Unauthenticated) as refused:
            await people.accounts.log_in(email, password)
        told.add(str(refused.value))
    assert len(told) == 1


async def test_an_email_registers_once(people: People) -> None:
    await people.accounts.register(EMAIL, PASSWORD, uuid4())
    with pytest.raises(NotAllowed):
        await people.accounts.register(EMAIL.lower(), PASSWORD, uuid4())


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("nobody", PASSWORD, "email"),
        ("a@b@c.org", PASSWORD, "email"),
        ("a\x00@b.org", PASSWORD, "email"),
        ("a" * 250 + "@b.org", PASSWORD, "email"),
        (EMAIL, "short", "password"),
        (EMAIL, "x" * 257, "password"),
    ],
)
async def test_a_bad_email_or_password_is_named(
    people: People, email: str, password: str, field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        await people.accounts.register(email, password, uuid4())
    assert refused.value.field == field
    assert password not in str(refused.value)


async def test_nothing_personal_is_in_the_log(people: People) -> None:
    registered = await people.accounts.register(EMAIL, PASSWORD, uuid4())
    account_id = registered.account.account_id
    made = await people.accounts.issue_key(account_id, "my laptop", ("read",), None, uuid4())
    for recorded in people.log.recorded:
        stored = CATALOGUE.encode(recorded.event) + msgspec.msgpack.encode(recorded.metadata)
        for secret in ("alice", "example.org", PASSWORD, "my laptop", made.secret[25:], "$2b$"):
            assert secret.encode() not in stored


async def test_keys_are_listed_without_their_secrets(people: People) -> None:
    account_id = (await people.accounts.register(EMAIL, PASSWORD, uuid4())).account.account_id
    first = await people.accounts.issue_key(account_id, "one", ("read",), None, uuid4())
    await people.accounts.issue_key(account_id, "two", ("read", "write"), None, uuid4())
    await people.accounts.revoke_key(account_id, first.key.key_id, uuid4())
    keys = await people.accounts.keys(account_id)
    assert [(key.label, key.revoked) for key in keys] == [("one", True), ("two", False)]
    with pytest.raises(NotFound):
        await people.accounts.revoke_key(account_id, "another", uuid4())


async def test_a_bad_key_request_is_named(people: People) -> None:
    account_id = (await people.accounts.register(EMAIL, PASSWORD, uuid4())).account.account_id
    past = people.now() - timedelta(seconds=1)
    for label, scopes, expires_at, field in (
        ("", ("read",), None, "label"),
        ("x" * 65, ("read",), None, "label"),
        ("x", (), None, "scopes"),
        ("x", ("read",), past, "expiresAt"),
        ("x", ("read",), past.replace(tzinfo=None), "expiresAt"),
    ):
        with pytest.raises(InvalidValue) as refused:
            await people.accounts.issue_key(account_id, label, scopes, expires_at, uuid4())  # type: ignore[arg-type]
        assert refused.value.field == field


async def test_a_destroyed_key_erases_the_person(people: People) -> None:
    account_id = (await people.accounts.register(EMAIL, PASSWORD, uuid4())).account.account_id
    await people.persons.destroy(account_id)
    with pytest.raises(NotFound):
        await people.accounts.account(account_id)
    with pytest.raises(Unauthenticated):
        await people.accounts.log_in(EMAIL, PASSWORD)
    with pytest.raises(Erased):
        await people.persons.ensure(account_id)
