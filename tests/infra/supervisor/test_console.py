"""Children's lines are shown whole, with their name, in bounded memory."""

import asyncio
import io

from infra.supervisor.console import LINE_BYTES_MAX, Console


async def shown(*chunks: bytes, as_json: bool = False) -> list[str]:
    out = io.StringIO()
    reader = asyncio.StreamReader()
    for chunk in chunks:
        reader.feed_data(chunk)
    reader.feed_eof()
    await Console(as_json=as_json, out=out).relay("api", reader)
    return out.getvalue().splitlines()


async def test_a_line_carries_the_name_of_its_process() -> None:
    assert await shown(b"one\ntw", b"o\nthree") == [
        "api        | one",
        "api        | two",
        "api        | three",
    ]


async def test_json_lines_pass_unchanged() -> None:
    assert await shown(b'{"a":1}\n', as_json=True) == ['{"a":1}']


async def test_a_line_without_end_is_shown_in_pieces() -> None:
    lines = await shown(b"x" * (3 * LINE_BYTES_MAX))
    assert len(lines) > 1
    assert sum(line.count("x") for line in lines) == 3 * LINE_BYTES_MAX


async def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    assert await shown(b"\xff\xfe\n") == ["api        | \ufffd\ufffd"]
