"""Telegram's HTML subset, with the refusals it gives for broken markup."""

import re
from typing import Final, NamedTuple

from infra.simulation.servers.telegram.entities import Formatted, Writer, cannot_parse

_TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE: Final = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));?")
_NAME: Final = re.compile(r"[^\s>/]*")
_ATTRIBUTE: Final = re.compile(
    r"""\s*([^\s=>"']*)\s*(=?)\s*("[^"]*"|'[^']*'|["'][^"']*\Z|[A-Za-z0-9.\-]*)"""
)


class _Open(NamedTuple):
    name: str
    start: int
    attributes: dict[str, str]


def parse_html(source: str) -> Formatted:
    """Take the markup out of ``source``; raises BadRequest as Telegram words it."""
    writer = Writer()
    stack: list[_Open] = []
    at = 0
    while at < len(source):
        if source[at] == "<":
            close = source.startswith("</", at)
            at = (_end_tag if close else _start_tag)(source, at, writer, stack)
            continue
        stop = source.find("<", at)
        stop = len(source) if stop < 0 else stop
        writer.write(_REFERENCE.sub(_character, source[at:stop]))
        at = stop
    if stack:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{stack[-1].name}"')
    return writer.finished()


def _start_tag(source: str, at: int, writer: Writer, stack: list[_Open]) -> int:
    offset = _bytes_before(source, at)
    named = _NAME.match(source, at + 1)
    name = (named.group() if named else "").lower()
    after = at + 1 + len(name)
    if after >= len(source):
        raise cannot_parse(f"Unclosed start tag at byte offset {offset}")
    if name not in _TAGS:
        raise cannot_parse(f'Unsupported start tag "{name}" at byte offset {offset}')
    attributes, after = _attributes(source, after, name, offset)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    stack.append(_Open(name, writer.length, attributes))
    return after


def _attributes(source: str, at: int, tag: str, offset: int) -> tuple[dict[str, str], int]:
    """The attributes from ``at`` on, and the place after the tag's ``>``."""
    found: dict[str, str] = {}
    while True:
        while at < len(source) and source[at].isspace():
            at += 1
        if at >= len(source):
            raise cannot_parse(f'Unclosed start tag "{tag}" at byte offset {offset}')
        if source[at] == ">":
            return found, at + 1
        part = _ATTRIBUTE.match(source, at)
        name = part.group(1).lower() if part else ""
        if part is None or not name:
            raise cannot_parse(f'Empty attribute name in the tag "{tag}" at byte offset {offset}')
        value = part.group(3)
        if value[:1] in ('"', "'") and (len(value) < 2 or value[-1] != value[0]):
            raise cannot_parse(f"Unclosed start tag at byte offset {offset}")
        found[name] = _REFERENCE.sub(_character, value.strip("\"'"))
        at = part.end()


def _end_tag(source: str, at: int, writer: Writer, stack: list[_Open]) -> int:
    offset = _bytes_before(source, at)
    if not stack:
        raise cannot_parse(f"Unexpected end tag at byte offset {offset}")
    named = _NAME.match(source, at + 2)
    name = (named.group() if named else "").lower()
    after = at + 2 + len(name)
    while after < len(source) and source[after].isspace():
        after += 1
    if after >= len(source) or source[after] != ">":
        raise cannot_parse(f"Unclosed end tag at byte offset {offset}")
    opened = stack.pop()
    if name and name != opened.name:
        raise cannot_parse(
            f"Unmatched end tag at byte offset {offset}, "
            f'expected "</{opened.name}>", found "</{name}>"'
        )
    _mark(writer, opened, stack)
    return after + 1


def _mark(writer: Writer, opened: _Open, stack: list[_Open]) -> None:
    match opened.name:
        case "a":
            if url := opened.attributes.get("href"):
                writer.mark("text_link", opened.start, url=url)
        case "blockquote" if "expandable" in opened.attributes:
            writer.mark("expandable_blockquote", opened.start)
        case "code" if stack and stack[-1].name == "pre":
            language = opened.attributes.get("class", "").removeprefix("language-")
            stack[-1].attributes["language"] = language
        case "pre":
            language = opened.attributes.get("language") or ""
            writer.mark("pre", opened.start, language=language or None)
        case name:
            writer.mark(_TAGS[name], opened.start)


def _character(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _NAMED.get(name, reference.group())
    code = int(decimal) if decimal else int(hexadecimal, 16)
    valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if valid else reference.group()


def _bytes_before(source: str, at: int) -> int:
    return len(source[:at].encode("utf-8", "replace"))
