"""Settings are read once, refused as a whole, and never show a secret."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.cli.env_example import env_example
from infra.settings import VARIABLES, InvalidSetting, Settings, origins, read_settings

PUBLISHED = {
    "DATABASE_URL",
    "REDIS_URL",
    "JWT_SECRET",
    "JWT_EXPIRY",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_WEBHOOK_URL",
    "SOLANA_RPC_URL",
    "SOLANA_NETWORK",
    "HELIUS_API_KEY",
    "HELIUS_WEBHOOK_SECRET",
    "CHAINLINK_RPC_URL",
    "AWS_REGION",
    "LOG_LEVEL",
    "FREE_TIER_LIMIT",
    "PRO_TIER_LIMIT",
    "ENTERPRISE_TIER_LIMIT",
    "MODEL_CONFIDENCE_THRESHOLD",
    "MAX_SIGNALS_PER_HOUR",
    "MODEL_UPDATE_INTERVAL",
    "NATS_URL",
    "ELASTICSEARCH_URL",
    "INFLUXDB_URL",
    "SMTP_URL",
    "CIPHERX_DATA_DIR",
    "CIPHERX_MASTER_KEY",
}


def refused(environ: dict[str, str]) -> dict[str, str]:
    """The rule each wrong variable breaks."""
    with pytest.raises(InvalidSetting) as caught:
        read_settings(environ)
    return {problem.variable: problem.rule for problem in caught.value.problems}


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings({})
    assert settings.database_url is None
    assert settings.data_dir == Path.cwd() / "data"
    assert settings.model_confidence_threshold == 0.7
    assert (settings.free_tier_limit, settings.pro_tier_limit) == (60, 600)
    assert settings.enterprise_tier_limit is None


def test_every_published_name_is_honoured() -> None:
    assert {variable.name for variable in VARIABLES.values()} >= PUBLISHED


def test_an_option_wins_over_the_environment(tmp_path: Path) -> None:
    environ = {"CIPHERX_DATA_DIR": "/elsewhere", "CIPHERX_PORT": "1"}
    settings = read_settings(environ, data_dir=tmp_path, port=9000)
    assert (settings.data_dir, settings.port) == (tmp_path, 9000)


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_settings({"DATABASE_URL": "", "CIPHERX_PORT": ""}) == read_settings({})


def test_all_problems_are_told_at_once() -> None:
    rules = refused(
        {
            "DATABASE_URL": "mysql://host/db",
            "CIPHERX_PORT": "70000",
            "MODEL_CONFIDENCE_THRESHOLD": "1.5",
            "JWT_EXPIRY": "soon",
            "LOG_LEVEL": "loud",
            "FREE_TIER_LIMIT": "0",
        }
    )
    assert len(rules) == 6
    assert rules["DATABASE_URL"] == ("must be a URL that starts with postgresql:// or postgres://")


def test_an_unknown_name_of_ours_is_refused_with_the_nearest_one() -> None:
    assert "did you mean CIPHERX_DATA_DIR?" in refused({"CIPHERX_DATADIR": "x"})["CIPHERX_DATADIR"]


def test_names_of_others_and_of_the_tests_are_let_be() -> None:
    assert read_settings({"EDITOR": "vi", "CIPHERX_TEST_DATA": "x"}) == read_settings({})


@pytest.mark.parametrize("url", ["postgres://", "postgres://u@host:99999999/x", "host/db"])
def test_a_url_needs_a_scheme_a_host_and_a_possible_port(url: str) -> None:
    assert "DATABASE_URL" in refused({"DATABASE_URL": url})


@pytest.mark.parametrize(
    ("text", "seconds"), [("3600", 3600), ("15m", 900), ("24h", 86_400), ("7d", 604_800)]
)
def test_durations_take_units(text: str, seconds: int) -> None:
    assert read_settings({"JWT_EXPIRY": text}).jwt_expiry == seconds


@pytest.mark.parametrize("text", ["unlimited", "-1"])
def test_a_tier_may_be_unlimited(text: str) -> None:
    assert read_settings({"PRO_TIER_LIMIT": text}).pro_tier_limit is None


def test_two_webhook_secrets_are_accepted_while_rotating() -> None:
    settings = read_settings({"HELIUS_WEBHOOK_SECRET": "a" * 16 + ", " + "b" * 16})
    assert settings.helius_webhook_secret == ("a" * 16, "b" * 16)


@pytest.mark.parametrize("text", ["short", "a" * 16 + ",", ",".join(["a" * 16] * 3)])
def test_a_short_or_third_webhook_secret_is_refused(text: str) -> None:
    assert "HELIUS_WEBHOOK_SECRET" in refused({"HELIUS_WEBHOOK_SECRET": text})


def test_a_secret_may_live_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s" * 40 + "\n")
    assert read_settings({"JWT_SECRET_FILE": str(file)}).jwt_secret == "s" * 40


def test_a_secret_in_two_places_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s" * 40)
    rules = refused({"JWT_SECRET_FILE": str(file), "JWT_SECRET": "t" * 40})
    assert "not both" in rules["JWT_SECRET"]


def test_a_missing_secret_file_is_named(tmp_path: Path) -> None:
    assert "JWT_SECRET_FILE" in refused({"JWT_SECRET_FILE": str(tmp_path / "none")})


def test_two_ways_to_sign_tokens_are_refused() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
    assert "JWT_SECRET" in refused({"JWT_SECRET": "s" * 32, "CIPHERX_JWT_PRIVATE_KEY": key})


SECRET_NAMES = [
    variable.name
    for variable in VARIABLES.values()
    if variable.secret and variable.name != "CIPHERX_MASTER_KEY"
]


@given(st.sampled_from(SECRET_NAMES), st.text("abcdef0123456789", min_size=12, max_size=80))
def test_no_secret_is_ever_shown(name: str, secret: str) -> None:
    environ = {name: secret}
    try:
        settings = read_settings(environ)
    except InvalidSetting as error:
        assert secret not in str(error)
    else:
        assert secret not in repr(settings)
        assert all(secret not in origin.shown for origin in origins(settings, environ))


URLS = ["DATABASE_URL", "REDIS_URL", "NATS_URL", "SMTP_URL", "SOLANA_RPC_URL"]


@given(
    st.sampled_from(URLS),
    st.sampled_from(["postgres", "redis", "nats", "smtp", "https", "ftp"]),
    st.text("abcdef0123456789:/@", min_size=0, max_size=10),
)
def test_no_password_of_a_url_is_ever_shown(name: str, scheme: str, noise: str) -> None:
    secret = "hunter2hunter2"
    environ = {name: f"{scheme}://user{noise}:{secret}@host/path"}
    try:
        shown = repr(read_settings(environ))
    except InvalidSetting as error:
        shown = str(error)
    assert secret not in shown


def test_settings_do_not_change() -> None:
    settings: Settings = read_settings({})
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]  # that is what is tested


def test_the_example_file_is_the_one_the_settings_generate() -> None:
    file = Path(__file__).parents[2] / ".env.example"
    assert file.read_text() == env_example(), "python -m infra.cli.env_example > .env.example"


def test_every_example_is_accepted() -> None:
    environ = {v.name: v.example for v in VARIABLES.values() if v.example}
    read_settings(environ)
