"""Between the log and Postgres: loses an answer, or a question, at exactly the worst moment."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final, Literal
from urllib.parse import urlsplit, urlunsplit

Loss = Literal["question", "answer"]
COMMIT: Final = b"COMMIT\0"
CHUNK_BYTES: Final = 2**16


class CuttingProxy:
    """Forwards everything until it is told what to lose; then the connection is gone."""

    def __init__(self, database_url: str) -> None:
        self._parts = urlsplit(database_url)
        self._server: asyncio.Server | None = None
        self._losses: list[Loss] = []
        self._connections: set[asyncio.Task[None]] = set()
        self.connected = 0

    @property
    def url(self) -> str:
        """The database through this proxy."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        user, _, _ = self._parts.netloc.rpartition("@")
        return urlunsplit(self._parts._replace(netloc=f"{user}@{host}:{port}"))

    def lose_at_commits(self, *losses: Loss) -> None:
        """At the next commits, one after another, lose the COMMIT itself or its answer."""
        self._losses.extend(losses)

    @property
    def has_lost_all(self) -> bool:
        """Whether everything it was told to lose is lost."""
        return not self._losses

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["CuttingProxy"]:
        """Listen on a free port; nobody stays connected afterwards."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        try:
            yield self
        finally:
            self._server.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        answers, questions = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        answering = asyncio.create_task(_copy(answers, writer))
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                if COMMIT in chunk and self._losses:
                    await self._lose(self._losses.pop(0), chunk, answers, questions, answering)
                    return
                questions.write(chunk)
                await questions.drain()
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
            for stream in (writer, questions):
                stream.close()

    async def _lose(
        self,
        loss: Loss,
        chunk: bytes,
        answers: asyncio.StreamReader,
        questions: asyncio.StreamWriter,
        answering: asyncio.Task[None],
    ) -> None:
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        if loss == "answer":
            questions.write(chunk)
            await questions.drain()
            assert b"COMMIT\0" in await answers.read(CHUNK_BYTES), "it was not committed"


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(CHUNK_BYTES):
        target.write(chunk)
        await target.drain()
    target.close()
