"""The made-up secrets are ones the settings accept."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from infra.settings import read_settings
from infra.supervisor.development import missing_secrets
from infra.supervisor.errors import DataDirUnusable


def test_what_is_missing_is_made_up_and_accepted(tmp_path: Path) -> None:
    settings = read_settings(missing_secrets(read_settings({}, data_dir=tmp_path)))
    assert settings.master_key is not None
    assert len(settings.helius_webhook_secret) == 1
    assert settings.jwt_private_key is not None
    key = load_pem_private_key(settings.jwt_private_key.encode(), None)
    assert isinstance(key, Ed25519PrivateKey)


def test_what_is_set_is_let_be(tmp_path: Path) -> None:
    environ = {"HELIUS_WEBHOOK_SECRET": "w" * 20, "JWT_SECRET": "j" * 40}
    made = missing_secrets(read_settings(environ, data_dir=tmp_path))
    assert set(made) == {"CIPHERX_MASTER_KEY"}


def test_a_damaged_file_is_told_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(DataDirUnusable, match="damaged"):
        missing_secrets(read_settings({}, data_dir=tmp_path))
    assert (tmp_path / "secrets.json").read_text() == "{"
