"""``cipherx simulate``: the simulated chain alone, or its history in a file."""

import asyncio
import contextlib
import signal
import sys
import time
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from infra.simulation.servers.fault_flags import fault_orders
from infra.simulation.servers.faults import FaultNotAllowed
from infra.simulation.servers.settings import SLOT_MS, Settings
from infra.simulation.servers.simulation import Addresses, Simulation
from infra.simulation.servers.worlds import world_of

WRONG_USAGE: Final = 2
CANNOT_START: Final = 3
RECORDED_SECONDS: Final = 3_600
"""Chain time of a recording that does not say how long."""


def simulate(
    *,
    seed: Annotated[int, Parameter(help="The same seed gives the same chain.")] = 1,
    speed: Annotated[int, Parameter(help="Times real time; 0 waits for the control API.")] = 1,
    tps: Annotated[int, Parameter(help="Transactions a second of chain time.")] = 20,
    duration: Annotated[int | None, Parameter(help="Seconds of chain time, then stop.")] = None,
    port: Annotated[int, Parameter(help="Port of everything but mail; 0 takes a free one.")] = 0,
    smtp_port: Annotated[int, Parameter(help="Port of the mail sink; 0 takes a free one.")] = 0,
    start: Annotated[
        int | None, Parameter(help="Unix time of the first block; now, or fixed with --record.")
    ] = None,
    record: Annotated[
        Path | None, Parameter(help="Write the history to a .jsonl.gz, flat out, and stop.")
    ] = None,
    truth: Annotated[
        Path | None, Parameter(help="Write what is true to a .jsonl.gz, apart from the history.")
    ] = None,
    faults: Annotated[
        str, Parameter(help="Misbehave from the start: drop=10%;delay=30%,amount=2000.")
    ] = "",
    json: Annotated[bool, Parameter(help="Print the addresses as JSON.", negative="")] = False,
    with_parent: Annotated[
        bool, Parameter(help="Stop when the program that started this one ends.", negative="")
    ] = False,
) -> int:
    """Solana RPC, Helius, Telegram and mail of a made-up market, on this machine alone.

    Prints the addresses in the names CipherX's settings have. Ctrl-C or SIGTERM stops it.
    Nothing in it is real: no key, no network, no money.
    """
    if min(speed, tps - 1, port, smtp_port) < 0 or (duration is not None and duration < 1):
        print("speed and ports must not be negative, tps and duration at least 1", file=sys.stderr)
        return WRONG_USAGE
    try:
        fault_orders(faults)
    except FaultNotAllowed as why:
        print(f"--faults: {why}", file=sys.stderr)
        return WRONG_USAGE
    if record is not None:
        return _record(
            Settings(seed=seed, tps=tps, genesis_time=start),
            record,
            (duration or RECORDED_SECONDS) * tps,
            truth,
        )
    settings = Settings(
        seed=seed,
        tps=tps,
        speed=speed,
        port=port,
        smtp_port=smtp_port,
        faults=faults,
        truth_path=truth,
    )
    begins = int(time.time()) - settings.warm_up_blocks * SLOT_MS // 1_000
    settings = _starting(settings, begins if start is None else start)
    if with_parent:
        from infra.supervisor.child import end_with_parent

        end_with_parent(signal.SIGTERM)
    return asyncio.run(_serve(settings, duration, as_json=json))


def _starting(settings: Settings, genesis_time: int) -> Settings:
    import msgspec

    return msgspec.structs.replace(settings, genesis_time=genesis_time)


def _record(settings: Settings, path: Path, transactions: int, truth: Path | None) -> int:
    from infra.simulation.world.record import record

    began = time.monotonic()
    written = record(world_of(settings), path, transactions, truth_path=truth)
    seconds = time.monotonic() - began
    print(f"{written} transactions in {path} after {seconds:.1f} s")
    return 0


async def _serve(settings: Settings, duration: int | None, *, as_json: bool) -> int:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    simulation = Simulation(settings)
    try:
        addresses = await simulation.start()
    except OSError as why:
        await simulation.stop()
        print(f"cannot listen: {why}; choose another --port or --smtp-port", file=sys.stderr)
        return CANNOT_START
    _tell(addresses, settings, as_json=as_json)
    seconds = None if duration is None or not settings.speed else duration / settings.speed
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stopped.wait()
    finally:
        await simulation.stop()
    return 0


def _tell(addresses: Addresses, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        import msgspec

        print(msgspec.json.encode(addresses).decode(), flush=True)
        return
    print(
        f"A simulated Solana: seed {settings.seed}, {settings.tps} transactions a second, "
        "nothing in it is real.\n"
        f"SOLANA_RPC_URL={addresses.rpc}\n"
        f"SOLANA_WS_URL={addresses.websocket}\n"
        f"HELIUS_URL={addresses.helius}\n"
        f"HELIUS_API_KEY={addresses.helius_api_key}\n"
        f"TELEGRAM_API_URL={addresses.telegram}\n"
        f"TELEGRAM_BOT_TOKEN={addresses.telegram_token}\n"
        f"SMTP_URL={addresses.smtp}\n"
        f"Control: {addresses.control} (faults, blocks on request, /truth)",
        flush=True,
    )
