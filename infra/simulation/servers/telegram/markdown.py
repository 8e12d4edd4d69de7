"""MarkdownV2, with the refusals Telegram gives for broken markup."""

from typing import Final, NamedTuple

from infra.simulation.servers.telegram.entities import Formatted, Writer, cannot_parse

_RESERVED: Final = frozenset("_*[]()~`>#+-=|{}.!")
_DELIMITERS: Final = {
    "__": ("underline", "Underline"),
    "||": ("spoiler", "Spoiler"),
    "_": ("italic", "Italic"),
    "*": ("bold", "Bold"),
    "~": ("strikethrough", "Strikethrough"),
    "[": ("text_link", "TextUrl"),
}


class _Open(NamedTuple):
    delimiter: str
    start: int
    offset: int


def parse_markdown(source: str) -> Formatted:
    """Take the markup out of ``source``; raises BadRequest as Telegram words it."""
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._writer = Writer()
        self._stack: list[_Open] = []
        self._quote: int | None = None

    def run(self) -> Formatted:
        while self._at < len(self._source):
            self._step()
        if self._stack:
            opened = self._stack[-1]
            name = _DELIMITERS[opened.delimiter][1]
            raise cannot_parse(f"Can't find end of {name} entity at byte offset {opened.offset}")
        self._end_quote()
        return self._writer.finished()

    def _step(self) -> None:
        source, at = self._source, self._at
        character = source[at]
        line_start = at == 0 or source[at - 1] == "\n"
        if line_start and self._quote is not None and character != ">":
            self._end_quote()
        if character == "\\" and at + 1 < len(source) and source[at + 1] < "\x7f":
            self._writer.write(source[at + 1])
            self._at += 2
        elif line_start and character == ">":
            self._quote = self._writer.length if self._quote is None else self._quote
            self._at += 1
        elif character == "`":
            self._code("```" if source.startswith("```", at) else "`")
        elif character == "]" and self._stack and self._stack[-1].delimiter == "[":
            self._link()
        elif delimiter := self._delimiter():
            self._toggle(delimiter)
        elif character in _RESERVED:
            raise cannot_parse(
                f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            self._writer.write(character)
            self._at += 1

    def _delimiter(self) -> str | None:
        two, one = self._source[self._at : self._at + 2], self._source[self._at]
        if two in ("__", "||"):
            innermost_is_italic = bool(self._stack) and self._stack[-1].delimiter == "_"
            return "_" if two == "__" and innermost_is_italic and self._nests("__") else two
        return one if one in _DELIMITERS else None

    def _nests(self, delimiter: str) -> bool:
        return any(opened.delimiter == delimiter for opened in self._stack)

    def _toggle(self, delimiter: str) -> None:
        if self._stack and self._stack[-1].delimiter == delimiter and delimiter != "[":
            self._writer.mark(_DELIMITERS[delimiter][0], self._stack.pop().start)
        else:
            opened = _Open(delimiter, self._writer.length, _bytes_before(self._source, self._at))
            self._stack.append(opened)
        self._at += len(delimiter)

    def _link(self) -> None:
        opened = self._stack.pop()
        self._at += 1
        if not self._source.startswith("(", self._at):
            return
        offset = _bytes_before(self._source, self._at)
        url: list[str] = []
        self._at += 1
        while self._at < len(self._source) and self._source[self._at] != ")":
            if self._source[self._at] == "\\":
                self._at += 1
            url.append(self._source[self._at : self._at + 1])
            self._at += 1
        if self._at >= len(self._source):
            raise cannot_parse(f"Can't find end of a URL at byte offset {offset}")
        self._at += 1
        self._writer.mark("text_link", opened.start, url="".join(url))

    def _code(self, fence: str) -> None:
        offset = _bytes_before(self._source, self._at)
        self._at += len(fence)
        language = self._language() if fence == "```" else None
        start = self._writer.length
        while not self._source.startswith(fence, self._at):
            if self._at >= len(self._source):
                kind = "Code" if fence == "`" else ("PreCode" if language else "Pre")
                raise cannot_parse(f"Can't find end of {kind} entity at byte offset {offset}")
            if self._source[self._at] == "\\" and self._at + 1 < len(self._source):
                self._at += 1
            self._writer.write(self._source[self._at])
            self._at += 1
        self._at += len(fence)
        self._writer.mark("code" if fence == "`" else "pre", start, language=language)

    def _language(self) -> str | None:
        stop = self._at
        while stop < len(self._source) and not self._source[stop].isspace():
            if self._source[stop] == "`":
                return None
            stop += 1
        word = self._source[self._at : stop]
        if stop >= len(self._source):
            return None
        if self._source[stop] == "\n":
            self._at = stop + 1
            return word or None
        return None

    def _end_quote(self) -> None:
        if self._quote is not None:
            self._writer.mark("blockquote", self._quote)
            self._quote = None


def _bytes_before(source: str, at: int) -> int:
    return len(source[:at].encode("utf-8", "replace"))
