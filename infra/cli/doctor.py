"""``cipherx doctor``: what is configured, reachable and behind, and what to do about it."""

import asyncio
from typing import Annotated

import msgspec
from cyclopts import Parameter

from infra.cli.checks import Finding, check_servers
from infra.cli.environment import command_settings, environment
from infra.cli.up import DataDir
from infra.settings import VARIABLES, Origin, origins, read_settings
from infra.supervisor.expected import FAILED


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """Everything the doctor found; fit to be attached to an issue, for secrets are masked."""

    ok: bool
    settings: tuple[Origin, ...]
    findings: tuple[Finding, ...]


def doctor(
    *,
    json: Annotated[
        bool, Parameter(help="One JSON document instead of text.", negative="")
    ] = False,
    data_dir: DataDir = None,
) -> int:
    """Show every setting with its source, ask every server, measure what lags.

    Uses the servers of the instance in the data directory where no URL names others.
    Exits 1 when something failed; each failure comes with what to do.
    """
    environ = environment()
    alone, settings = read_settings(environ, data_dir=data_dir), command_settings(data_dir)
    findings = asyncio.run(check_servers(settings))
    ok = all(finding.ok is not False for finding in findings)
    where = origins(
        settings,
        environ,
        options=frozenset({"data_dir"} if data_dir is not None else ()),
        from_instance=frozenset(
            field for field in VARIABLES if getattr(alone, field) != getattr(settings, field)
        ),
    )
    report = Report(ok, where, findings)
    print(msgspec.json.encode(report).decode() if json else _text(report))
    return 0 if ok else FAILED


def _text(report: Report) -> str:
    width = max(len(origin.variable) for origin in report.settings)
    lines = ["Settings"]
    lines += [f"  {o.variable:<{width}}  {o.source:<11}  {o.shown}" for o in report.settings]
    lines += ["", "Checks"]
    for finding in report.findings:
        mark = {True: "ok  ", False: "FAIL", None: "-   "}[finding.ok]
        lines.append(f"  {mark}  {finding.subject}: {finding.found}")
        if finding.remedy:
            lines.append(f"        {finding.remedy}")
    return "\n".join(lines)
