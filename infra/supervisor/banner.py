"""What a newcomer sees once everything runs: addresses, a login, and commands that work."""

import shutil
import sys
from pathlib import Path
from typing import Final

from infra.instance import Instance

RULE: Final = "─" * 78
SIMULATED: Final = (
    "SIMULATED chain: nothing here is real. --no-simulation starts without it;",
    "HELIUS_API_KEY or SOLANA_RPC_URL names the real one.",
)
KNOWN_WALLET: Final = "5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1"
"""Raydium's authority: something to ask for before there are trades."""


def banner(
    instance: Instance,
    *,
    skipped: tuple[str, ...] = (),
    simulated: bool = False,
    wallet: str | None = None,
) -> str:
    """The whole text, ending in a newline; ``wallet`` is one that has trades to show."""
    addresses = (
        ("REST", instance.rest),
        ("API page", instance.openapi),
        ("Stream", instance.stream),
        ("Webhook", instance.webhook),
        ("Health", instance.health),
        ("Metrics", instance.metrics),
        ("Data", instance.data_dir),
    )
    lines = [
        RULE,
        "CipherX runs, in development mode: loopback, made-up secrets. Not for production.",
    ]
    lines += SIMULATED if simulated else ()
    lines += ["", *_aligned(addresses), ""]
    if instance.email is not None:
        login = (
            ("Email", instance.email),
            ("Password", instance.password or ""),
            ("API key", instance.api_key or ""),
        )
        lines += [*_aligned(login), ""]
    lines += ["Try:", *(f"  {command}" for command in _commands(instance, wallet)), ""]
    lines += [
        "Feed it recorded transactions (files, folders, .jsonl, .gz):",
        f"  {_program()} ingest PATH --data-dir {_shell(instance.data_dir)}",
        "or start with --replay PATH. Everything here again, for programs too:",
        f"  {_program()} status --data-dir {_shell(instance.data_dir)}",
        "Ctrl-C stops everything; the next start finds all data.",
    ]
    lines += [f"This version has no role {name} yet; the rest runs without it." for name in skipped]
    return "\n".join([*lines, RULE, ""])


def _commands(instance: Instance, wallet: str | None) -> tuple[str, ...]:
    wallet = wallet or KNOWN_WALLET
    key = f" -H 'Authorization: Bearer {instance.api_key}'" if instance.api_key else ""
    return (
        f"curl -s {instance.health}",
        f"curl -s '{instance.rest}/audit/events?limit=5'{key}",
        f"curl -s {instance.rest}/wallets/{wallet}/trades{key}",
    )


def _program() -> str:
    """How to call ``cipherx`` from where we are."""
    installed = Path(sys.prefix) / "bin" / "cipherx"
    if shutil.which("cipherx") == str(installed):
        return "cipherx"
    here = installed.relative_to(Path.cwd()) if installed.is_relative_to(Path.cwd()) else installed
    return _shell(str(here))


def _aligned(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    width = max(len(name) for name, _ in pairs)
    return [f"  {name:<{width}}  {value}" for name, value in pairs]


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'" if " " in text or "'" in text else text
