"""Many concurrent appends, one transaction: what waits while one commits goes with the next."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final, Self

import asyncpg
import structlog

from commands.ports import ConcurrencyConflict
from domain.values import GlobalPosition
from infra.postgres.commit import Append, Outcome, commit
from infra.postgres.pool import COMMAND_TIMEOUT_SECONDS, CONNECT_TIMEOUT_SECONDS, SERVER_SETTINGS

GROUP_EVENTS_MAX: Final = 5_000
"""Bounds how long one transaction holds the head: a few tens of milliseconds."""
PAUSES_SECONDS: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0)
"""Between one try and the next, 11 s in all: longer than Postgres takes to restart."""
DRAIN_SECONDS: Final = 10.0
"""How long closing waits for what was handed in before."""

LOST_CONNECTION: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that ended between two messages confuses asyncpg
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
    TimeoutError,
)

logger = structlog.get_logger(__name__)


class LogUnavailable(Exception):
    """Postgres could not be reached; whether the events are in is unknown, so ask again with
    the same append id."""


class GroupCommit:
    """Owns one connection and appends whatever callers hand in, in order of arrival."""

    def __init__(
        self,
        database_url: str,
        *,
        pauses: Sequence[float] = PAUSES_SECONDS,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        self._database_url = database_url
        self._pauses = pauses
        self._drain_seconds = drain_seconds
        self._waiting: deque[tuple[Append, asyncio.Future[Outcome]]] = deque()
        self._wake = asyncio.Event()
        self._connection: asyncpg.Connection | None = None
        self._writer: asyncio.Task[None] | None = None
        self._closing = False

    async def __aenter__(self) -> Self:
        self._writer = asyncio.create_task(self._write(), name="group-commit")
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._closing = True
        self._wake.set()
        if self._writer is not None:
            await asyncio.wait([self._writer], timeout=self._drain_seconds)
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        for _, answer in self._waiting:
            if not answer.done():  # its caller was cancelled
                answer.set_exception(LogUnavailable("shut down before the append was tried"))
        self._waiting.clear()
        if self._connection is not None:
            await self._connection.close(timeout=CONNECT_TIMEOUT_SECONDS)

    async def append(self, append: Append) -> GlobalPosition:
        """Durable when it returns; raises ConcurrencyConflict or LogUnavailable."""
        if self._closing:
            raise LogUnavailable("shut down before the append was tried")
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((append, answer))
        self._wake.set()
        outcome = await answer
        if isinstance(outcome, ConcurrencyConflict):
            raise outcome
        return outcome

    async def _write(self) -> None:
        while not self._closing:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._commit(self._next_group())

    def _next_group(self) -> list[tuple[Append, asyncio.Future[Outcome]]]:
        group = [self._waiting.popleft()]
        size = len(group[0][0].events)
        while self._waiting and size + len(self._waiting[0][0].events) <= GROUP_EVENTS_MAX:
            group.append(self._waiting.popleft())
            size += len(group[-1][0].events)
        return group

    async def _commit(self, group: list[tuple[Append, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._commit_surely([append for append, _ in group])
        except BaseException as error:
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(_told(error))
            if not isinstance(error, Exception):
                raise
        else:
            for (_, answer), outcome in zip(group, outcomes, strict=True):
                if not answer.done():  # its caller was cancelled; the events are in all the same
                    answer.set_result(outcome)

    async def _commit_surely(self, appends: list[Append]) -> list[Outcome]:
        """Commit, again after a lost connection: ``commit`` recognises what is in already."""
        for attempt, pause in enumerate((*self._pauses, None), start=1):
            try:
                return list(await commit(await self._connected(), appends))
            except LOST_CONNECTION as error:
                logger.warning("log connection lost", attempt=attempt, error=repr(error))
                self._drop_connection()
                if pause is None:
                    raise LogUnavailable(f"after {attempt} attempts: {error!r}") from error
            await asyncio.sleep(pause)
        raise AssertionError  # the last attempt returned or raised

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._database_url,
                timeout=CONNECT_TIMEOUT_SECONDS,
                command_timeout=COMMAND_TIMEOUT_SECONDS,
                server_settings=SERVER_SETTINGS | {"application_name": "cipherx log"},
            )
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _told(error: BaseException) -> Exception:
    if isinstance(error, Exception):
        return error
    return LogUnavailable("the writer is shutting down")
