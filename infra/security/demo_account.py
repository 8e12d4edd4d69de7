"""The ready-made login of an embedded instance: made once, kept beside the data."""

import secrets
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec

from api.ports import ALL_SCOPES
from domain.errors import NotFound
from infra.embedded.credentials import write_private
from infra.security.accounts import SealedAccounts
from infra.security.api_keys import new_key, parse_key

FILE: Final = "login.json"
EMAIL: Final = "demo@cipherx.local"
LABEL: Final = "made by cipherx up"


class Credentials(msgspec.Struct, frozen=True):
    """What somebody needs to try things out."""

    email: str
    password: str
    api_key: str


async def ensure_account(accounts: SealedAccounts, data_dir: Path) -> Credentials:
    """The login kept in ``data_dir``, made when there is none; works in today's database too."""
    credentials = _kept(data_dir) or await _made(accounts, data_dir)
    account_id = accounts.account_id(credentials.email)
    try:
        await accounts.account(account_id)
    except NotFound:
        await accounts.register(credentials.email, credentials.password, uuid4(), "enterprise")
    key = parse_key(credentials.api_key)
    assert key is not None, f"{data_dir / FILE} holds what is no API key"
    known = {shown.key_id: shown for shown in await accounts.keys(account_id)}
    if key.key_id in known and known[key.key_id].revoked:
        key = new_key()
        credentials = msgspec.structs.replace(credentials, api_key=key.text)
        write_private(data_dir / FILE, msgspec.json.encode(credentials))
    if key.key_id not in known:
        await accounts.record_key(account_id, key, LABEL, ALL_SCOPES, None, uuid4())
    return credentials


def _kept(data_dir: Path) -> Credentials | None:
    try:
        return msgspec.json.decode((data_dir / FILE).read_bytes(), type=Credentials)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


async def _made(accounts: SealedAccounts, data_dir: Path) -> Credentials:
    """New ones, kept before they are used: a crash in between loses nothing."""
    email = EMAIL
    try:
        await accounts.account(accounts.account_id(email))
        email = EMAIL.replace("@", f"-{secrets.token_hex(3)}@")  # that one's password is lost
    except NotFound:
        pass
    credentials = Credentials(email, secrets.token_urlsafe(18), new_key().text)
    write_private(data_dir / FILE, msgspec.json.encode(credentials))
    return credentials
