"""Accounts and their keys, from command to log."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from commands.bus import CommandBus
from commands.messages import Command, IssueApiKey, RegisterAccount, RevokeApiKey
from domain.account import Account, ApiKey
from domain.errors import NotAllowed, NotFound
from tests.support.memory_log import MemoryLog

KEY = ApiKey("key-1", b"sealed secret", b"sealed label", ("read",), None)
ACCOUNT = Account.create_id("index")


def asked(kind: type[Command], **parts: Any) -> Command:
    return kind(message_id=uuid4(), correlation_id=uuid4(), actor="operator", **parts)


def register(index: str = "index") -> Command:
    return asked(RegisterAccount, email_index=index, email=b"mail", password_hash=b"hash")


def issue(account: UUID = ACCOUNT) -> Command:
    return asked(IssueApiKey, account_id=account, key=KEY)


def revoke(key_id: str = "key-1") -> Command:
    return asked(RevokeApiKey, account_id=ACCOUNT, key_id=key_id)


def types(log: MemoryLog) -> list[type]:
    return [type(recorded.event) for recorded in log.recorded]


async def test_a_person_registers(bus: CommandBus, log: MemoryLog) -> None:
    assert await bus.send(register()) == 1
    assert types(log) == [Account.Registered]
    assert log.recorded[0].stream_id == ACCOUNT


async def test_a_registered_mail_is_refused(bus: CommandBus, log: MemoryLog) -> None:
    await bus.send(register())
    with pytest.raises(NotAllowed, match="registered already"):
        await bus.send(register())
    assert len(log.recorded) == 1


async def test_a_key_is_issued_and_revoked_once(bus: CommandBus, log: MemoryLog) -> None:
    await bus.send(register())
    assert await bus.send(issue()) == 2
    assert await bus.send(issue()) is None
    assert await bus.send(revoke()) == 3
    assert await bus.send(revoke()) is None
    assert types(log)[1:] == [Account.ApiKeyIssued, Account.ApiKeyRevoked]


async def test_nobody_has_no_keys(bus: CommandBus, log: MemoryLog) -> None:
    with pytest.raises(NotFound, match="Account"):
        await bus.send(issue())
    await bus.send(register())
    with pytest.raises(NotFound, match="key-9"):
        await bus.send(revoke("key-9"))
    with pytest.raises(NotFound):
        await bus.send(issue(Account.create_id("another")))
    assert len(log.recorded) == 1
