"""``cipherx``, the one program. Nothing is imported before the command that needs it."""

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cyclopts import App

COMMANDS: Final = (
    ("up", "infra.cli.up:up", "Start servers and roles in one go; Ctrl-C stops them."),
    ("api", "infra.cli.roles:api", "Answer REST, the stream and webhooks."),
    ("intake", "infra.cli.roles:intake", "Decode received transactions into the log."),
    ("relay", "infra.cli.roles:relay", "Publish the log to JetStream."),
    ("project", "infra.cli.roles:project", "Keep the views up to date."),
    ("policies", "infra.cli.roles:policies", "Turn events into commands, such as alerts."),
    (
        "simulate",
        "infra.cli.simulate:simulate",
        "The simulated chain alone, or its history in a file.",
    ),
    ("follow", "infra.cli.roles:follow", "Follow the live chain: histories, finality, webhooks."),
    ("status", "infra.cli.status:status", "Addresses, credentials and health of what runs."),
    ("doctor", "infra.cli.doctor:doctor", "What is configured, reachable, behind; what to do."),
    ("ingest", "infra.cli.ingest:ingest", "Take in recorded transactions."),
    ("decode", "infra.cli.decoding:decode_files", "Raw transactions to trades, offline."),
    ("events", "infra.cli.events:events", "Show the log."),
    ("verify", "infra.cli.verify:verify", "Check the log and that every view equals a replay."),
    ("rebuild", "infra.cli.rebuild:rebuild", "Build a view anew beside the old one."),
)
"""Name, where it is, and its line of help."""

EXIT_CODES: Final = """\
Exit codes: 0 done; 1 something failed or was refused; 2 wrong usage or setting; \
3 cannot start or reach a server; 130 interrupted.
"""


def build() -> "App":
    """The commands, each a path that is imported when it is called."""
    from cyclopts import App

    app = App(
        name="cipherx",
        help="Wallet intelligence for Solana: every number explained, replayed and proved.",
        help_epilogue=EXIT_CODES,
        version=_version,
    )
    for place, (name, path, text) in enumerate(COMMANDS):
        app.command(path, name=name, help=text, sort_key=place)
    return app


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        code = build()(result_action="return_value")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        from infra.supervisor.expected import tell

        code = tell(error)
    sys.exit(code if isinstance(code, int) else 0)


def _version() -> str:
    from importlib.metadata import version

    return version("cipherx")
