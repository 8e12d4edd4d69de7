"""Formatted text as Telegram stores it: plain text plus entities counted in UTF-16 units."""

import re
from typing import Final

import msgspec

from infra.simulation.servers.telegram.errors import BadRequest

_BOT_COMMAND: Final = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(@\w{5,32})?")


class Entity(msgspec.Struct, frozen=True, omit_defaults=True):
    """One stretch of formatting."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None


class Formatted(msgspec.Struct, frozen=True):
    """What remains when the markup is taken out."""

    text: str
    entities: list[Entity]


def utf16_length(text: str) -> int:
    """How many UTF-16 units ``text`` takes, the unit of every offset and limit."""
    return len(text) + sum(character > "\uffff" for character in text)


def cannot_parse(what: str) -> BadRequest:
    """The refusal of text whose markup is broken."""
    return BadRequest(f"can't parse entities: {what}")


def with_commands(text: str) -> Formatted:
    """Text as a person types it: commands at a word's start become entities."""
    found = [
        Entity("bot_command", utf16_length(text[: m.start()]), utf16_length(m.group()))
        for m in _BOT_COMMAND.finditer(text)
    ]
    return Formatted(text, found)


class Writer:
    """Collects plain text and closes entities in the order a parser finds their ends."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._entities: list[Entity] = []
        self.length = 0

    def write(self, text: str) -> None:
        """Append plain text."""
        self._parts.append(text)
        self.length += utf16_length(text)

    def mark(
        self, kind: str, start: int, *, url: str | None = None, language: str | None = None
    ) -> None:
        """Format everything from ``start`` to here; an empty stretch is not formatted."""
        if self.length > start:
            found = Entity(kind, start, self.length - start, url=url, language=language)
            self._entities.append(found)

    def finished(self) -> Formatted:
        """The text without surrounding white space, entities in reading order."""
        text = "".join(self._parts)
        lead = utf16_length(text) - utf16_length(text.lstrip())
        stripped = text.strip()
        end = utf16_length(stripped)
        kept = [_clipped(entity, lead, end) for entity in self._entities]
        order = sorted((e for e in kept if e.length > 0), key=lambda e: (e.offset, -e.length))
        return Formatted(stripped, order)


def _clipped(entity: Entity, lead: int, end: int) -> Entity:
    start = min(max(entity.offset - lead, 0), end)
    stop = min(max(entity.offset + entity.length - lead, 0), end)
    return msgspec.structs.replace(entity, offset=start, length=stop - start)
