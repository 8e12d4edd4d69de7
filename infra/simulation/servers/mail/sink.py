"""An SMTP server that refuses nobody it was not told to and keeps what it was given."""

import asyncio
import base64
import binascii
import contextlib
from collections import deque
from typing import Final

import msgspec

from infra.simulation.servers.faults import FaultKind, Faults, Service

MAILS_KEPT: Final = 1_000
"""Mails held for reading back; the oldest go first."""
MAIL_BYTES_MAX: Final = 2 * 1024 * 1024
LINE_BYTES_MAX: Final = 2_000
"""RFC 5321 allows 1,000; some clients send longer ones."""
RECIPIENTS_MAX: Final = 100
CONNECTIONS_MAX: Final = 100
IDLE_SECONDS_MAX: Final = 30


class Mail(msgspec.Struct, frozen=True, rename="camel"):
    """One accepted mail, as handed over."""

    number: int
    sender: str
    recipients: list[str]
    content: str
    user: str | None


class MailSink:
    """Takes mail on a loopback port and shows it.

    ``refuse`` names recipients that are answered 550, as a mailbox that is gone would be;
    an armed rate-limit fault answers 451, an outage closes the connection.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._mails: deque[Mail] = deque(maxlen=MAILS_KEPT)
        self._taken = 0
        self._sessions: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.refuse: set[str] = set()
        self.port = 0

    async def start(self, host: str, port: int = 0) -> None:
        """Listen; the port that was bound is ``port`` afterwards."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=LINE_BYTES_MAX)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and end the sessions."""
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    def mails(self, recipient: str | None = None) -> list[Mail]:
        """The mails still held, oldest first, of one recipient or of all."""
        return [m for m in self._mails if recipient is None or recipient in m.recipients]

    def take(self, sender: str, recipients: list[str], content: bytes, user: str | None) -> int:
        """Keep one mail; returns its number, counted from 1."""
        self._taken += 1
        text = content.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode()
        self._mails.append(Mail(self._taken, sender, recipients, text, user))
        return self._taken

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._sessions) >= CONNECTIONS_MAX:
            writer.write(b"421 too many connections\r\n")
            writer.close()
            return
        session = asyncio.ensure_future(_Session(self, self._faults, reader, writer).run())
        self._sessions.add(session)
        try:
            with contextlib.suppress(ConnectionError, TimeoutError, asyncio.CancelledError):
                await session
        finally:
            self._sessions.discard(session)
            writer.close()


class _Session:
    """One client's conversation."""

    def __init__(
        self,
        sink: MailSink,
        faults: Faults,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._sink = sink
        self._faults = faults
        self._reader = reader
        self._writer = writer
        self._user: str | None = None
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def run(self) -> None:
        if self._faults.strikes(FaultKind.OUTAGE, "mail", Service.MAIL):
            return
        await self._say("220 simulated ESMTP")
        while (line := await self._line()) is not None:
            verb, _, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                await self._say("221 bye")
                return
            await self._obey(verb.upper(), rest.strip())

    async def _obey(self, verb: str, rest: str) -> None:
        match verb:
            case "EHLO":
                for extension in ("simulated", "8BITMIME", "SMTPUTF8", "PIPELINING"):
                    await self._say(f"250-{extension}")
                await self._say(f"250-SIZE {MAIL_BYTES_MAX}")
                await self._say("250 AUTH PLAIN LOGIN")
            case "HELO" | "NOOP":
                await self._say("250 ok")
            case "RSET":
                self._sender, self._recipients = None, []
                await self._say("250 ok")
            case "AUTH":
                await self._authenticate(rest)
            case "MAIL":
                self._sender, self._recipients = _address(rest), []
                await self._say("250 ok")
            case "RCPT":
                await self._recipient(_address(rest))
            case "DATA":
                await self._take()
            case _:
                await self._say("502 command not implemented")

    async def _recipient(self, address: str) -> None:
        if self._sender is None:
            await self._say("503 MAIL first")
        elif address in self._sink.refuse:
            await self._say("550 5.1.1 no such mailbox")
        elif self._faults.strikes(FaultKind.RATE_LIMIT, f"mail/{address}", Service.MAIL):
            await self._say("451 4.7.1 try again later")
        elif len(self._recipients) >= RECIPIENTS_MAX:
            await self._say("452 4.5.3 too many recipients")
        else:
            self._recipients.append(address)
            await self._say("250 ok")

    async def _take(self) -> None:
        if self._sender is None or not self._recipients:
            await self._say("503 RCPT first")
            return
        await self._say("354 end with <CRLF>.<CRLF>")
        content = bytearray()
        while (line := await self._raw_line()) not in (b".\r\n", b".\n", b""):
            if len(content) <= MAIL_BYTES_MAX:
                content += line[1:] if line.startswith(b".") else line
        if len(content) > MAIL_BYTES_MAX:
            await self._say("552 5.3.4 message too big")
            return
        number = self._sink.take(self._sender, self._recipients, bytes(content), self._user)
        self._sender, self._recipients = None, []
        await self._say(f"250 2.0.0 kept as {number}")

    async def _authenticate(self, rest: str) -> None:
        mechanism, _, initial = rest.partition(" ")
        if mechanism.upper() == "PLAIN":
            token = initial or await self._ask("")
            self._user = _decoded(token).split("\0")[1] if token else None
        else:
            self._user = _decoded(initial or await self._ask("VXNlcm5hbWU6"))
            await self._ask("UGFzc3dvcmQ6")
        await self._say("235 2.7.0 accepted")

    async def _ask(self, challenge: str) -> str:
        await self._say(f"334 {challenge}")
        return await self._line() or ""

    async def _line(self) -> str | None:
        line = await self._raw_line()
        return line.decode("utf-8", "replace").rstrip("\r\n") if line else None

    async def _raw_line(self) -> bytes:
        async with asyncio.timeout(IDLE_SECONDS_MAX):
            try:
                return await self._reader.readline()
            except ValueError:  # longer than the stream's limit
                await self._say("500 line too long")
                return b""

    async def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")
        await self._writer.drain()


def _address(argument: str) -> str:
    """The address in ``FROM:<a@b> SIZE=1`` or ``TO:<a@b>``; empty for the null sender."""
    _, _, after = argument.partition(":")
    return after.strip().split(" ")[0].strip("<>")


def _decoded(token: str) -> str:
    try:
        return base64.b64decode(token, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""
