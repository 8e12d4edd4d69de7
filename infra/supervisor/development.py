"""Secrets for a start without any: made once, kept in the data directory, good for trying out."""

import base64
import secrets
from pathlib import Path
from typing import Final

import msgspec

from infra.embedded.credentials import write_private
from infra.setting_rules import MASTER_KEY_BYTES
from infra.settings import Settings
from infra.supervisor.errors import DataDirUnusable

FILE: Final = "secrets.json"
ED25519_SEED_BYTES: Final = 32
_PKCS8_ED25519: Final = bytes.fromhex("302e020100300506032b657004220420")
"""What comes before the seed in a PKCS#8 Ed25519 key (RFC 8410)."""


class DevelopmentSecrets(msgspec.Struct, frozen=True):
    """What an operator would set in production."""

    webhook_secret: str
    jwt_private_key: str
    master_key: str


def missing_secrets(settings: Settings) -> dict[str, str]:
    """Variables for every secret the settings lack; raises DataDirUnusable when damaged."""
    made = _load(settings.data_dir / FILE)
    variables = {}
    if not settings.helius_webhook_secret:
        variables["HELIUS_WEBHOOK_SECRET"] = made.webhook_secret
    if settings.jwt_secret is None and settings.jwt_private_key is None:
        variables["CIPHERX_JWT_PRIVATE_KEY"] = made.jwt_private_key
    if settings.master_key is None:
        variables["CIPHERX_MASTER_KEY"] = made.master_key
    return variables


def _load(path: Path) -> DevelopmentSecrets:
    try:
        return msgspec.json.decode(path.read_bytes(), type=DevelopmentSecrets)
    except FileNotFoundError:
        made = DevelopmentSecrets(secrets.token_urlsafe(32), _private_key(), _master_key())
        write_private(path, msgspec.json.encode(made))
        return made
    except msgspec.MsgspecError as error:
        remedy = "Restore it from a backup: without its master key personal data stays sealed."
        raise DataDirUnusable(f"{path} is damaged: {error}", remedy) from error


def _private_key() -> str:
    key = base64.b64encode(_PKCS8_ED25519 + secrets.token_bytes(ED25519_SEED_BYTES)).decode()
    return f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n"


def _master_key() -> str:
    return base64.b64encode(secrets.token_bytes(MASTER_KEY_BYTES)).decode()
