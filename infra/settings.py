"""Every setting: one frozen struct, read once, refused as a whole when one is wrong."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, get_type_hints

import msgspec

from infra import setting_rules as rules
from infra.setting_rules import Broken, Variable

OWN_PREFIX: Final = "CIPHERX_"
FOREIGN_PREFIXES: Final = ("CIPHERX_TEST_", "CIPHERX_BENCH_")
"""Names the tests and benchmarks read themselves."""
FILE_SUFFIX: Final = "_FILE"
"""NAME_FILE gives the path of a file that holds the secret NAME."""
SECRET_FILE_BYTES_MAX: Final = 64 * 1024
"""A key pair is 2 KiB; anything much larger is the wrong file."""
DEFAULT_PORT: Final = 8080


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


_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_NETWORKS = ("mainnet-beta", "devnet", "testnet", "localnet")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator decides. Its repr masks secrets, so it may be logged."""

    data_dir: Annotated[
        Path,
        Variable("CIPHERX_DATA_DIR", rules.path, "Folder of the embedded servers' data", "./data"),
    ]
    host: Annotated[
        str, Variable("CIPHERX_HOST", rules.text, "Address the API listens on", "127.0.0.1")
    ] = "127.0.0.1"
    port: Annotated[
        int | None,
        Variable(
            "CIPHERX_PORT", rules.whole(1, 65_535), "Port of the API; unset: 8080 or a free one"
        ),
    ] = None
    database_url: Annotated[
        str | None,
        rules.server(
            "DATABASE_URL",
            ("postgresql", "postgres"),
            "Postgres; unset: the embedded one",
            "postgresql://user:password@host:5432/cipherx",
        ),
    ] = None
    nats_url: Annotated[
        str | None,
        rules.server(
            "NATS_URL",
            ("nats", "tls"),
            "NATS with JetStream; unset: the embedded one",
            "nats://user:password@host:4222",
        ),
    ] = None
    redis_url: Annotated[
        str | None,
        rules.server(
            "REDIS_URL",
            ("redis", "rediss", "unix"),
            "Redis or Valkey; unset: the embedded one",
            "redis://:password@host:6379/0",
        ),
    ] = None
    elasticsearch_url: Annotated[
        str | None,
        rules.server(
            "ELASTICSEARCH_URL",
            ("http", "https"),
            "Search views; unset: Postgres full text",
            "http://host:9200",
        ),
    ] = None
    influxdb_url: Annotated[
        str | None,
        rules.server(
            "INFLUXDB_URL",
            ("http", "https"),
            "Time series; unset: Postgres",
            "http://host:8086",
        ),
    ] = None
    helius_webhook_secret: Annotated[
        tuple[str, ...],
        rules.secret(
            "HELIUS_WEBHOOK_SECRET",
            rules.webhook_secrets,
            "Authorization value Helius sends; two, comma separated, while rotating",
        ),
    ] = ()
    helius_api_key: Annotated[
        str | None, rules.secret("HELIUS_API_KEY", rules.text, "Helius; unset: no live Helius data")
    ] = None
    solana_rpc_url: Annotated[
        str | None,
        rules.server(
            "SOLANA_RPC_URL",
            ("http", "https"),
            "Solana JSON-RPC node",
            "https://api.mainnet-beta.solana.com",
        ),
    ] = None
    solana_rpc_fallback_urls: Annotated[tuple[str, ...], rules.SOLANA_RPC_FALLBACK] = ()
    solana_rpc_rate: Annotated[int, rules.SOLANA_RPC_RATE] = 10
    helius_webhook_url: Annotated[str | None, rules.HELIUS_WEBHOOK] = None
    helius_credits_a_day: Annotated[int, rules.HELIUS_CREDITS] = 100_000
    solana_ws_url: Annotated[str, rules.SOLANA_WS] = rules.SOLANA_WS.example
    helius_url: Annotated[str, rules.HELIUS] = rules.HELIUS.example
    source: Annotated[str, rules.SOURCE] = "live"
    solana_network: Annotated[
        str,
        Variable("SOLANA_NETWORK", rules.one_of(*_NETWORKS), ", ".join(_NETWORKS), "mainnet-beta"),
    ] = "mainnet-beta"
    telegram_bot_token: Annotated[
        str | None,
        rules.secret(
            "TELEGRAM_BOT_TOKEN",
            rules.matching(
                r"\d{5,20}:[A-Za-z0-9_-]{20,100}", "must be the bot token as BotFather gives it"
            ),
            "Telegram bot; unset: no bot",
        ),
    ] = None
    telegram_api_url: Annotated[str, rules.TELEGRAM] = rules.TELEGRAM.example
    telegram_webhook_url: Annotated[
        str | None,
        Variable(
            "TELEGRAM_WEBHOOK_URL", rules.url("https"), "Where Telegram calls us; unset: polling"
        ),
    ] = None
    chainlink_rpc_url: Annotated[
        str | None,
        rules.server("CHAINLINK_RPC_URL", ("http", "https"), "Chainlink price feeds", ""),
    ] = None
    smtp_url: Annotated[
        str | None,
        rules.server(
            "SMTP_URL",
            ("smtp", "smtps"),
            "Mail; unset: mails are written to the log",
            "smtp://user:password@host:587",
        ),
    ] = None
    jwt_secret: Annotated[
        str | None,
        rules.secret(
            "JWT_SECRET", rules.jwt_secret, "Signs access tokens (HS256), 32 bytes or more"
        ),
    ] = None
    jwt_private_key: Annotated[
        str | None,
        rules.secret(
            "CIPHERX_JWT_PRIVATE_KEY",
            rules.pem,
            "Signs access tokens (EdDSA) in place of JWT_SECRET",
        ),
    ] = None
    jwt_expiry: Annotated[
        int,
        Variable("JWT_EXPIRY", rules.seconds, "Life of an access token: seconds, 15m, 24h", "24h"),
    ] = 86_400
    master_key: Annotated[
        bytes | None,
        rules.secret(
            "CIPHERX_MASTER_KEY", rules.master_key, "Wraps personal keys: 32 bytes as base64"
        ),
    ] = None
    log_level: Annotated[
        str, Variable("LOG_LEVEL", rules.one_of(*_LEVELS), ", ".join(_LEVELS), "INFO")
    ] = "INFO"
    log_format: Annotated[
        str,
        Variable(
            "CIPHERX_LOG_FORMAT", rules.one_of("text", "json"), "Log lines: text or json", "text"
        ),
    ] = "text"
    free_tier_limit: Annotated[
        int | None,
        Variable("FREE_TIER_LIMIT", rules.requests_a_minute, "Requests a minute, free tier", "60"),
    ] = 60
    pro_tier_limit: Annotated[
        int | None,
        Variable("PRO_TIER_LIMIT", rules.requests_a_minute, "Requests a minute, pro tier", "600"),
    ] = 600
    enterprise_tier_limit: Annotated[
        int | None,
        Variable(
            "ENTERPRISE_TIER_LIMIT",
            rules.requests_a_minute,
            "Requests a minute, enterprise tier",
            "unlimited",
        ),
    ] = None
    model_confidence_threshold: Annotated[
        float,
        Variable(
            "MODEL_CONFIDENCE_THRESHOLD", rules.fraction, "Signals below it are not issued", "0.7"
        ),
    ] = 0.7
    max_signals_per_hour: Annotated[
        int,
        Variable(
            "MAX_SIGNALS_PER_HOUR", rules.whole(1, 1_000_000), "Signals issued in an hour", "100"
        ),
    ] = 100
    model_update_interval: Annotated[
        int,
        Variable("MODEL_UPDATE_INTERVAL", rules.seconds, "Time between model updates", "1h"),
    ] = 3_600
    s3_bucket: Annotated[
        str | None,
        Variable("S3_BUCKET", rules.text, "Object storage; unset: a folder in the data dir"),
    ] = None
    aws_region: Annotated[
        str | None, Variable("AWS_REGION", rules.text, "Region of S3_BUCKET", "eu-central-1")
    ] = None
    webhook_body_max_bytes: Annotated[
        int,
        Variable(
            "CIPHERX_WEBHOOK_BODY_MAX_BYTES",
            rules.whole(1_024, 1 << 30),
            "Largest webhook body taken, in bytes",
            "2097152",
        ),
    ] = 2 * 1024 * 1024
    postgres_bin: Annotated[
        Path | None,
        Variable("CIPHERX_POSTGRES_BIN", rules.path, "Folder with initdb and postgres to embed"),
    ] = None
    nats_server: Annotated[
        Path | None, Variable("CIPHERX_NATS_SERVER", rules.path, "nats-server program to embed")
    ] = None
    valkey_server: Annotated[
        Path | None,
        Variable("CIPHERX_VALKEY_SERVER", rules.path, "valkey-server or redis-server to embed"),
    ] = None

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{field}={rules.shown(variable, getattr(self, field))}"
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
    values: dict[str, object] = {"data_dir": rules.path("./data")}
    for field, text in texts.items():
        variable = VARIABLES[field]
        try:
            values[field] = variable.parse(text)
        except Broken as broken:
            optional = options.get(field) is not None
            name = f"--{field.replace('_', '-')}" if optional else variable.name
            problems.append(Problem(name, rules.shown(variable, text), str(broken)))
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
        found.append(Origin(variable.name, source, rules.shown(variable, getattr(settings, field))))
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
                problems.append(Problem(variable.name, rules.shown(variable, text), rule))
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
        problems.append(Problem(name, rules.MASK, f"there is no such setting{hint}"))
    return problems


def _contradictions(values: Mapping[str, object]) -> list[Problem]:
    if values.get("jwt_secret") and values.get("jwt_private_key"):
        rule = "set either JWT_SECRET or CIPHERX_JWT_PRIVATE_KEY, not both"
        return [Problem("JWT_SECRET", rules.MASK, rule)]
    return []
