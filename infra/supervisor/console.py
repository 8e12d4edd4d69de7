"""What the terminal shows: a line of ours, or a child's with its name before it."""

import asyncio
import contextlib
import sys
from datetime import UTC, datetime
from typing import Final, TextIO

import msgspec

NAME_WIDTH: Final = 10
LINE_BYTES_MAX: Final = 64 * 1024
"""A longer line is shown in pieces, so a child can never fill our memory."""


class Console:
    """Prints whole lines from several processes."""

    def __init__(self, *, as_json: bool, out: TextIO | None = None) -> None:
        self._as_json = as_json
        self._out = sys.stderr if out is None else out

    def say(self, text: str) -> None:
        """Tell what the supervisor did."""
        if self._as_json:
            at = datetime.now(UTC).isoformat()
            line = {"event": text, "level": "info", "role": "up", "timestamp": at}
            self._print(msgspec.json.encode(line).decode())
        else:
            for part in text.splitlines():
                self._print(f"{'up':<{NAME_WIDTH}} | {part}")

    async def relay(self, name: str, output: asyncio.StreamReader) -> None:
        """Show a child's lines until it closes its output."""
        pending = b""
        while chunk := await output.read(LINE_BYTES_MAX):
            *lines, pending = (pending + chunk).split(b"\n")
            if len(pending) > LINE_BYTES_MAX:
                lines, pending = [*lines, pending], b""
            for line in lines:
                self._child_line(name, line)
        if pending:
            self._child_line(name, pending)

    def _child_line(self, name: str, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        self._print(text if self._as_json else f"{name:<{NAME_WIDTH}} | {text}")

    def _print(self, line: str) -> None:
        # Whoever read us may be gone; running goes on.
        with contextlib.suppress(BrokenPipeError, ValueError):
            print(line, file=self._out, flush=True)
