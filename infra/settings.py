"""Every setting: one frozen struct, read once, refused as a whole when one is wrong."""

import base64
import binascii
import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, get_type_hints
from urllib.parse import urlsplit

import msgspec

OWN_PREFIX: Final = "CIPHERX_"
FOREIGN_PREFIXES: Final = ("CIPHERX_TEST_", "CIPHERX_BENCH_")
"""Names the tests and benchmarks read themselves."""
FILE_SUFFIX: Final = "_FILE"
"""NAME_FILE gives the path of a file that holds the secret NAME."""
SECRET_FILE_BYTES_MAX: Final = 64 * 1024
"""A key pair is 2 KiB; anything much larger is the wrong file."""
WEBHOOK_SECRET_CHARACTERS_MIN: Final = 16
JWT_SECRET_BYTES_MIN: Final = 32
"""HS256 is as strong as its key, and its digest has 32 bytes."""
MASTER_KEY_BYTES: Final = 32
"""AES-256."""
WEBHOOK_SECRETS_MAX: Final = 2
"""The one in use and the one being rotated in."""
DEFAULT_PORT: Final = 8080
SHOWN_CHARACTERS_MAX: Final = 128
"""How much of a value is repeated back."""

_MASK: Final = "••••"
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class Problem(msgspec.Struct, frozen=True):
    """One variable, what it holds (masked when secret) and the rule that breaks."""

    variable: str
    shown: str
    rule: str

    def __str__(self) -> str:
        return f"{self.variable}={self.shown}: {self.rule}"


class InvalidSetting(Exception):
    """At least one setting is wrong; ``problems`` has all of them, so one run shows all."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Broken(ValueError):
    """A text breaks the rule its message states."""


def _text(found: str) -> str:
    return found


def _path(found: str) -> Path:
    return Path(found).expanduser().absolute()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(found: str) -> int:
        if not re.fullmatch(r"\d{1,15}", found) or not low <= int(found) <= high:
            raise Broken(f"must be a whole number from {low} to {high}")
        return int(found)

    return parse


def _fraction(found: str) -> float:
    if not re.fullmatch(r"\d(\.\d{1,9})?", found) or not 0 <= float(found) <= 1:
        raise Broken("must be a number from 0 to 1, such as 0.7")
    return float(found)


def _seconds(found: str) -> int:
    match = re.fullmatch(r"(\d{1,9})([smhd]?)", found.strip().lower())
    if match is None or int(match[1]) == 0:
        raise Broken("must be seconds, or a number with s, m, h or d: 3600, 15m, 24h")
    return int(match[1]) * _UNITS[match[2] or "s"]


def _requests_a_minute(found: str) -> int | None:
    if found.strip().lower() in {"unlimited", "-1"}:
        return None
    if not re.fullmatch(r"\d{1,9}", found) or int(found) == 0:
        raise Broken("must be requests a minute (a whole number above 0) or unlimited")
    return int(found)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(found: str) -> str:
        for choice in allowed:
            if choice.casefold() == found.casefold():
                return choice
        raise Broken(f"must be one of {', '.join(allowed)}")

    return parse


def _url(*schemes: str) -> Callable[[str], str]:
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


def _matching(pattern: str, rule: str) -> Callable[[str], str]:
    def parse(found: str) -> str:
        if not re.fullmatch(pattern, found):
            raise Broken(rule)
        return found

    return parse


def _webhook_secrets(found: str) -> tuple[str, ...]:
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


def _jwt_secret(found: str) -> str:
    if len(found.encode()) < JWT_SECRET_BYTES_MIN:
        raise Broken(f"must have {JWT_SECRET_BYTES_MIN} bytes or more")
    return found


def _pem(found: str) -> str:
    text = found.replace("\\n", "\n").strip()
    if not text.startswith("-----BEGIN ") or not text.endswith("-----"):
        raise Broken("must be a PEM private key (Ed25519); openssl genpkey -algorithm ed25519")
    return text + "\n"


def _master_key(found: str) -> bytes:
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


def _secret(name: str, parse: Callable[[str], object], text: str, example: str = "") -> Variable:
    return Variable(name, parse, text, example, secret=True)


def _server(name: str, schemes: tuple[str, ...], text: str, example: str) -> Variable:
    return Variable(name, _url(*schemes), text, example, secret=False, carries_password=True)


_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NETWORKS = ("mainnet-beta", "devnet", "testnet", "localnet")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides. Its repr masks secrets, so it may be logged."""

    data_dir: Annotated[
        Path, Variable("CIPHERX_DATA_DIR", _path, "Folder of the embedded servers' data", "./data")
    ]
    host: Annotated[
        str, Variable("CIPHERX_HOST", _text, "Address the API listens on", "127.0.0.1")
    ] = "127.0.0.1"
    port: Annotated[
        int | None,
        Variable("CIPHERX_PORT", _whole(1, 65_535), "Port of the API; unset: 8080 or a free one"),
    ] = None
    database_url: Annotated[
        str | None,
        _server(
            "DATABASE_URL",
            ("postgresql", "postgres"),
            "Postgres; unset: the embedded one",
            "postgresql://user:password@host:5432/cipherx",
        ),
    ] = None
    nats_url: Annotated[
        str | None,
        _server(
            "NATS_URL",
            ("nats", "tls"),
            "NATS with JetStream; unset: the embedded one",
            "nats://user:password@host:4222",
        ),
    ] = None
    redis_url: Annotated[
        str | None,
        _server(
            "REDIS_URL",
            ("redis", "rediss", "unix"),
            "Redis or Valkey; unset: the embedded one",
            "redis://:password@host:6379/0",
        ),
    ] = None
    elasticsearch_url: Annotated[
        str | None,
        _server(
            "ELASTICSEARCH_URL",
            ("http", "https"),
            "Search views; unset: Postgres full text",
            "http://host:9200",
        ),
    ] = None
    influxdb_url: Annotated[
        str | None,
        _server(
            "INFLUXDB_URL",
            ("http", "https"),
            "Time series; unset: Postgres",
            "http://host:8086",
        ),
    ] = None
    helius_webhook_secret: Annotated[
        tuple[str, ...],
        _secret(
            "HELIUS_WEBHOOK_SECRET",
            _webhook_secrets,
            "Authorization value Helius sends; two, comma separated, while rotating",
        ),
    ] = ()
    helius_api_key: Annotated[
        str | None, _secret("HELIUS_API_KEY", _text, "Helius; unset: no live Helius data")
    ] = None
    solana_rpc_url: Annotated[
        str | None,
        _server(
            "SOLANA_RPC_URL",
            ("http", "https"),
            "Solana JSON-RPC node",
            "https://api.mainnet-beta.solana.com",
        ),
    ] = None
    solana_network: Annotated[
        str,
        Variable("SOLANA_NETWORK", _one_of(*_NETWORKS), ", ".join(_NETWORKS), "mainnet-beta"),
    ] = "mainnet-beta"
    telegram_bot_token: Annotated[
        str | None,
        _secret(
            "TELEGRAM_BOT_TOKEN",
            _matching(
                r"\d{5,20}:[A-Za-z0-9_-]{20,100}", "must be the bot token as BotFather gives it"
            ),
            "Telegram bot; unset: no bot",
        ),
    ] = None
    telegram_webhook_url: Annotated[
        str | None,
        Variable("TELEGRAM_WEBHOOK_URL", _url("https"), "Where Telegram calls us; unset: polling"),
    ] = None
    chainlink_rpc_url: Annotated[
        str | None, _server("CHAINLINK_RPC_URL", ("http", "https"), "Chainlink price feeds", "")
    ] = None
    smtp_url: Annotated[
        str | None,
        _server(
            "SMTP_URL",
            ("smtp", "smtps"),
            "Mail; unset: mails are written to the log",
            "smtp://user:password@host:587",
        ),
    ] = None
    jwt_secret: Annotated[
        str | None,
        _secret("JWT_SECRET", _jwt_secret, "Signs access tokens (HS256), 32 bytes or more"),
    ] = None
    jwt_private_key: Annotated[
        str | None,
        _secret(
            "CIPHERX_JWT_PRIVATE_KEY", _pem, "Signs access tokens (EdDSA) in place of JWT_SECRET"
        ),
    ] = None
    jwt_expiry: Annotated[
        int, Variable("JWT_EXPIRY", _seconds, "Life of an access token: seconds, 15m, 24h", "24h")
    ] = 86_400
    master_key: Annotated[
        bytes | None,
        _secret("CIPHERX_MASTER_KEY", _master_key, "Wraps personal keys: 32 bytes as base64"),
    ] = None
    log_level: Annotated[
        str, Variable("LOG_LEVEL", _one_of(*_LEVELS), ", ".join(_LEVELS), "INFO")
    ] = "INFO"
    log_format: Annotated[
        str,
        Variable("CIPHERX_LOG_FORMAT", _one_of("text", "json"), "Log lines: text or json", "text"),
    ] = "text"
    free_tier_limit: Annotated[
        int | None,
        Variable("FREE_TIER_LIMIT", _requests_a_minute, "Requests a minute, free tier", "60"),
    ] = 60
    pro_tier_limit: Annotated[
        int | None,
        Variable("PRO_TIER_LIMIT", _requests_a_minute, "Requests a minute, pro tier", "600"),
    ] = 600
    enterprise_tier_limit: Annotated[
        int | None,
        Variable(
            "ENTERPRISE_TIER_LIMIT",
            _requests_a_minute,
            "Requests a minute, enterprise tier",
            "unlimited",
        ),
    ] = None
    model_confidence_threshold: Annotated[
        float,
        Variable("MODEL_CONFIDENCE_THRESHOLD", _fraction, "Signals below it are not issued", "0.7"),
    ] = 0.7
    max_signals_per_hour: Annotated[
        int,
        Variable("MAX_SIGNALS_PER_HOUR", _whole(1, 1_000_000), "Signals issued in an hour", "100"),
    ] = 100
    model_update_interval: Annotated[
        int,
        Variable("MODEL_UPDATE_INTERVAL", _seconds, "Time between model updates", "1h"),
    ] = 3_600
    s3_bucket: Annotated[
        str | None, Variable("S3_BUCKET", _text, "Object storage; unset: a folder in the data dir")
    ] = None
    aws_region: Annotated[
        str | None, Variable("AWS_REGION", _text, "Region of S3_BUCKET", "eu-central-1")
    ] = None
    webhook_body_max_bytes: Annotated[
        int,
        Variable(
            "CIPHERX_WEBHOOK_BODY_MAX_BYTES",
            _whole(1_024, 1 << 30),
            "Largest webhook body taken, in bytes",
            "2097152",
        ),
    ] = 2 * 1024 * 1024
    postgres_bin: Annotated[
        Path | None,
        Variable("CIPHERX_POSTGRES_BIN", _path, "Folder with initdb and postgres to embed"),
    ] = None
    nats_server: Annotated[
        Path | None, Variable("CIPHERX_NATS_SERVER", _path, "nats-server program to embed")
    ] = None
    valkey_server: Annotated[
        Path | None,
        Variable("CIPHERX_VALKEY_SERVER", _path, "valkey-server or redis-server to embed"),
    ] = None

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{field}={_shown(variable, getattr(self, field))}"
            for field, variable in VARIABLES.items()
        )
        return f"Settings({shown})"

    __str__ = __repr__


def _variables() -> dict[str, Variable]:
    hints = get_type_hints(Settings, include_extras=True)
    return {field: hints[field].__metadata__[0] for field in Settings.__struct_fields__}


VARIABLES: Final[Mapping[str, Variable]] = _variables()
"""Field of ``Settings`` to the variable it comes from, in the order they are documented."""


Source = Literal["option", "environment", "file", "instance", "default"]


class Origin(msgspec.Struct, frozen=True):
    """One setting as ``cipherx doctor`` shows it: where it is from and what it is, masked."""

    variable: str
    source: Source
    shown: str


def read_settings(
    environ: Mapping[str, str],
    *,
    data_dir: Path | None = None,
    host: str | None = None,
    port: int | None = None,
) -> Settings:
    """Read and check every setting; options (not None) win over ``environ``.

    Raises InvalidSetting with every problem found. An empty variable counts as unset.
    """
    texts, problems = _collected(environ)
    options = {"data_dir": data_dir, "host": host, "port": port}
    for field, option in options.items():
        if option is not None:
            texts[field] = str(option)
    values: dict[str, object] = {"data_dir": _path("./data")}
    for field, text in texts.items():
        variable = VARIABLES[field]
        try:
            values[field] = variable.parse(text)
        except Broken as broken:
            optional = options.get(field) is not None
            name = f"--{field.replace('_', '-')}" if optional else variable.name
            problems.append(Problem(name, _shown(variable, text), str(broken)))
    problems.extend(_contradictions(values))
    if problems:
        raise InvalidSetting(tuple(problems))
    return Settings(**values)  # type: ignore[arg-type]  # each value was made by its field's parser


def origins(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    options: frozenset[str] = frozenset(),
    from_instance: frozenset[str] = frozenset(),
) -> tuple[Origin, ...]:
    """Say for every setting where it came from.

    ``options`` are the fields given on the command line, ``from_instance`` those a running
    instance supplied.
    """
    found = []
    for field, variable in VARIABLES.items():
        source: Source = "instance" if field in from_instance else "default"
        if field in options:
            source = "option"
        elif environ.get(variable.name):
            source = "environment"
        elif environ.get(variable.name + FILE_SUFFIX):
            source = "file"
        found.append(Origin(variable.name, source, _shown(variable, getattr(settings, field))))
    return tuple(found)


def _collected(environ: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """The text of each variable that is set, and what stops us from reading the others."""
    texts: dict[str, str] = {}
    problems = _unknown(environ)
    for field, variable in VARIABLES.items():
        text, path = environ.get(variable.name, ""), environ.get(variable.name + FILE_SUFFIX, "")
        if path and _takes_file(variable):
            if text:
                rule = f"set either {variable.name} or {variable.name + FILE_SUFFIX}, not both"
                problems.append(Problem(variable.name, _shown(variable, text), rule))
            try:
                text = _read_secret(Path(path))
            except (OSError, ValueError) as error:
                rule = f"must name a readable text file: {error}"
                problems.append(Problem(variable.name + FILE_SUFFIX, path, rule))
        if text:
            texts[field] = text
    return texts, problems


def _read_secret(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(SECRET_FILE_BYTES_MAX + 1)
    if len(content) > SECRET_FILE_BYTES_MAX:
        raise ValueError(f"larger than {SECRET_FILE_BYTES_MAX} bytes")
    return content.decode().strip()


def _takes_file(variable: Variable) -> bool:
    return variable.secret or variable.carries_password


def _unknown(environ: Mapping[str, str]) -> list[Problem]:
    known = [variable.name for variable in VARIABLES.values()]
    known += [v.name + FILE_SUFFIX for v in VARIABLES.values() if _takes_file(v)]
    problems = []
    for name in sorted(environ):
        if not name.startswith(OWN_PREFIX) or name.startswith(FOREIGN_PREFIXES) or name in known:
            continue
        near = difflib.get_close_matches(name, [k for k in known if k.startswith(OWN_PREFIX)], 1)
        hint = f"; did you mean {near[0]}?" if near else "; .env.example lists those we have"
        problems.append(Problem(name, _MASK, f"there is no such setting{hint}"))
    return problems


def _contradictions(values: Mapping[str, object]) -> list[Problem]:
    if values.get("jwt_secret") and values.get("jwt_private_key"):
        rule = "set either JWT_SECRET or CIPHERX_JWT_PRIVATE_KEY, not both"
        return [Problem("JWT_SECRET", _MASK, rule)]
    return []


def _shown(variable: Variable, value: object) -> str:
    if value is None and variable.parse is _requests_a_minute:
        return "unlimited"
    if value is None or value == () or value == "":
        return "(unset)"
    if variable.secret:
        return _MASK
    text = str(value)
    if variable.carries_password:
        text = _without_password(text)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else text[:SHOWN_CHARACTERS_MAX] + "…"


def _without_password(url: str) -> str:
    """Mask user and password, and of a web address the path and query too: keys live there."""
    scheme, separator, rest = url.partition("://") if "://" in url else ("", "", url)
    if "@" in rest:
        rest = f"{_MASK}@{rest.rpartition('@')[2]}"
    if scheme.startswith("http"):
        rest = re.sub(r"[/?#].+", f"/{_MASK}", rest)
    return scheme + separator + rest.partition("?")[0]
