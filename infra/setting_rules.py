"""The rules of settings: a text in, a value out, or the sentence that says what is wrong."""

import base64
import binascii
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

WEBHOOK_SECRET_CHARACTERS_MIN: Final = 16
JWT_SECRET_BYTES_MIN: Final = 32
"""HS256 is as strong as its key, and its digest has 32 bytes."""
MASTER_KEY_BYTES: Final = 32
"""AES-256."""
WEBHOOK_SECRETS_MAX: Final = 2
"""The one in use and the one being rotated in."""
SHOWN_CHARACTERS_MAX: Final = 128
"""How much of a value is repeated back."""
MASK: Final = "••••"

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Broken(ValueError):
    """A text breaks the rule its message states."""


def text(found: str) -> str:
    """Anything."""
    return found


def path(found: str) -> Path:
    """A path, made absolute; ``~`` is the home directory."""
    return Path(found).expanduser().absolute()


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number from ``low`` to ``high``."""

    def parse(found: str) -> int:
        if not re.fullmatch(r"\d{1,15}", found) or not low <= int(found) <= high:
            raise Broken(f"must be a whole number from {low} to {high}")
        return int(found)

    return parse


def fraction(found: str) -> float:
    """A number from 0 to 1."""
    if not re.fullmatch(r"\d(\.\d{1,9})?", found) or not 0 <= float(found) <= 1:
        raise Broken("must be a number from 0 to 1, such as 0.7")
    return float(found)


def seconds(found: str) -> int:
    """A duration, in seconds."""
    match = re.fullmatch(r"(\d{1,9})([smhd]?)", found.strip().lower())
    if match is None or int(match[1]) == 0:
        raise Broken("must be seconds, or a number with s, m, h or d: 3600, 15m, 24h")
    return int(match[1]) * _UNITS[match[2] or "s"]


def requests_a_minute(found: str) -> int | None:
    """A limit; None is unlimited."""
    if found.strip().lower() in {"unlimited", "-1"}:
        return None
    if not re.fullmatch(r"\d{1,9}", found) or int(found) == 0:
        raise Broken("must be requests a minute (a whole number above 0) or unlimited")
    return int(found)


def one_of(*allowed: str) -> Callable[[str], str]:
    """One of a few words, in any case."""

    def parse(found: str) -> str:
        for choice in allowed:
            if choice.casefold() == found.casefold():
                return choice
        raise Broken(f"must be one of {', '.join(allowed)}")

    return parse


def url(*schemes: str) -> Callable[[str], str]:
    """An address with one of ``schemes``."""
    rule = f"must be a URL that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}"

    def parse(found: str) -> str:
        try:
            parts = urlsplit(found)
            parts.port  # noqa: B018 - raises for a port that is no port
        except ValueError as error:
            raise Broken(f"{rule}, and a port from 0 to 65535") from error
        if parts.scheme not in schemes:
            raise Broken(rule)
        if not (parts.hostname or parts.query or (parts.scheme == "unix" and parts.path)):
            raise Broken(f"{rule} and names a host")
        return found

    return parse


def urls(*schemes: str) -> Callable[[str], tuple[str, ...]]:
    """Several addresses with a comma between them, each with one of ``schemes``."""
    one = url(*schemes)

    def parse(found: str) -> tuple[str, ...]:
        return tuple(one(part.strip()) for part in found.split(",") if part.strip())

    return parse


def matching(pattern: str, rule: str) -> Callable[[str], str]:
    """A text of a fixed form, which ``rule`` puts into words."""

    def parse(found: str) -> str:
        if not re.fullmatch(pattern, found):
            raise Broken(rule)
        return found

    return parse


def webhook_secrets(found: str) -> tuple[str, ...]:
    """One secret, or two while rotating."""
    secrets = tuple(part.strip() for part in found.split(","))
    if len(secrets) > WEBHOOK_SECRETS_MAX or any(
        len(secret) < WEBHOOK_SECRET_CHARACTERS_MIN for secret in secrets
    ):
        raise Broken(
            f"must be one value, or two with a comma between them while rotating, each of "
            f"{WEBHOOK_SECRET_CHARACTERS_MIN} characters or more; "
            "python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one"
        )
    return secrets


def jwt_secret(found: str) -> str:
    """A key for HS256."""
    if len(found.encode()) < JWT_SECRET_BYTES_MIN:
        raise Broken(f"must have {JWT_SECRET_BYTES_MIN} bytes or more")
    return found


def pem(found: str) -> str:
    """A private key; ``\\n`` may stand for line ends, as in a one-line variable."""
    text = found.replace("\\n", "\n").strip()
    if not text.startswith("-----BEGIN ") or not text.endswith("-----"):
        raise Broken("must be a PEM private key (Ed25519); openssl genpkey -algorithm ed25519")
    return text + "\n"


def master_key(found: str) -> bytes:
    """A key for AES-256."""
    try:
        key = base64.b64decode(found, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        raise Broken(f"must be {MASTER_KEY_BYTES} bytes as base64; openssl rand -base64 32")
    return key


class Variable(msgspec.Struct, frozen=True):
    """Where a field comes from: its name in the environment, its rule and a line of help."""

    name: str
    parse: Callable[[str], object]
    help: str
    example: str = ""
    secret: bool = False
    carries_password: bool = False


def secret(name: str, parse: Callable[[str], object], text: str, example: str = "") -> Variable:
    """A variable that is never shown."""
    return Variable(name, parse, text, example, secret=True)


def server(name: str, schemes: tuple[str, ...], text: str, example: str) -> Variable:
    """A variable that holds an address, whose password is never shown."""
    return Variable(name, url(*schemes), text, example, secret=False, carries_password=True)


SOLANA_WS: Final = server(
    "SOLANA_WS_URL",
    ("ws", "wss"),
    "Subscriptions of the Solana node",
    "wss://api.mainnet-beta.solana.com",
)
SOLANA_RPC_FALLBACK: Final = secret(
    "SOLANA_RPC_FALLBACK_URLS",
    urls("http", "https"),
    "Further JSON-RPC nodes, comma separated: asked when the first one fails or lags",
)
SOLANA_RPC_RATE: Final = Variable(
    "SOLANA_RPC_RATE", whole(1, 100_000), "Calls a second to each Solana node", "10"
)
HELIUS_WEBHOOK: Final = server(
    "HELIUS_WEBHOOK_URL",
    ("http", "https"),
    "Where Helius reaches our /webhooks/helius; unset: webhooks are not managed",
    "https://cipherx.example/webhooks/helius",
)
HELIUS_CREDITS: Final = Variable(
    "HELIUS_CREDITS_A_DAY",
    whole(0, 1_000_000_000),
    "Credits that managing webhooks may cost in a day",
    "100000",
)
HELIUS: Final = server(
    "CIPHERX_HELIUS_URL", ("http", "https"), "Base of the Helius API", "https://api.helius.xyz"
)
TELEGRAM: Final = server(
    "CIPHERX_TELEGRAM_API_URL",
    ("http", "https"),
    "Base of Telegram's Bot API; the token follows it",
    "https://api.telegram.org/bot",
)
SOURCE: Final = Variable(
    "CIPHERX_SOURCE",
    one_of("live", "simulated"),
    "What deliveries are filed under, live or simulated; cipherx up sets it",
    "live",
)


def shown(variable: Variable, value: object) -> str:
    """What of a value, or of a refused text, may be shown."""
    if value is None and variable.parse is requests_a_minute:
        return "unlimited"
    if value is None or value == () or value == "":
        return "(unset)"
    if variable.secret:
        return MASK
    text = str(value)
    if variable.carries_password:
        text = _without_password(text)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else text[:SHOWN_CHARACTERS_MAX] + "…"


def _without_password(url: str) -> str:
    """Mask user and password, and of a web address the path and query too: keys live there."""
    scheme, separator, rest = url.partition("://") if "://" in url else ("", "", url)
    if "@" in rest:
        rest = f"{MASK}@{rest.rpartition('@')[2]}"
    if scheme.startswith("http"):
        rest = re.sub(r"[/?#].+", f"/{MASK}", rest)
    return scheme + separator + rest.partition("?")[0]
