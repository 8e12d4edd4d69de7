"""Secrets that the settings lack, made once and kept in the data directory."""

from pathlib import Path

import msgspec
import structlog

from infra.settings import Settings, read_settings
from infra.supervisor.development import missing_secrets

NEEDED = ("CIPHERX_JWT_PRIVATE_KEY", "CIPHERX_MASTER_KEY")
"""What an API can make for itself. A webhook secret it cannot: the sender has to know it."""
logger = structlog.get_logger(__name__)


def with_secrets(settings: Settings) -> Settings:
    """The settings with a signing key and a master key. Several machines need the same ones:
    there, set them."""
    Path(settings.data_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
    made = {name: text for name, text in missing_secrets(settings).items() if name in NEEDED}
    if not made:
        return settings
    logger.info("using secrets kept in the data directory", variables=sorted(made))
    parsed = read_settings(made, data_dir=settings.data_dir)
    changes = {
        field: getattr(parsed, field)
        for field, name in (("jwt_private_key", NEEDED[0]), ("master_key", NEEDED[1]))
        if name in made
    }
    return msgspec.structs.replace(settings, **changes)
