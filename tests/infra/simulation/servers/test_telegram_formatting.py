"""Formatting is taken out as Telegram does it, and broken formatting is refused in its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.simulation.servers.telegram.entities import Entity, utf16_length
from infra.simulation.servers.telegram.errors import BadRequest
from infra.simulation.servers.telegram.html import parse_html
from infra.simulation.servers.telegram.markdown import parse_markdown


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>fat</b>", "fat", [Entity("bold", 0, 3)]),
        ("🐋 <i>whale</i>", "🐋 whale", [Entity("italic", 3, 5)]),
        ("&lt;b&gt; &amp; &#8364; &#x20ac;", "<b> & € €", []),
        ('<a href="https://a.b/?x=1&amp;y">t</a>', "t", None),
        ("<b>a<i>b</i></b>", "ab", [Entity("bold", 0, 2), Entity("italic", 1, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [Entity("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [Entity("expandable_blockquote", 0, 1)]),
        (
            '<pre><code class="language-py">x</code></pre>',
            "x",
            [Entity("pre", 0, 1, language="py")],
        ),
        ("<b></b>  lead", "lead", []),
    ],
)
def test_html(source: str, text: str, entities: list[Entity] | None) -> None:
    found = parse_html(source)
    assert found.text == text
    if entities is not None:
        assert found.entities == entities
    else:
        assert found.entities[0].url == "https://a.b/?x=1&y"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("€<b>x</i>", 'Unmatched end tag at byte offset 7, expected "</b>", found "</i>"'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
    ],
)
def test_broken_html(source: str, why: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*fat*", "fat", [Entity("bold", 0, 3)]),
        ("_thin_", "thin", [Entity("italic", 0, 4)]),
        ("__under__", "under", [Entity("underline", 0, 5)]),
        ("~gone~ ||hidden||", "gone hidden", None),
        ("1\\.5 \\- 2", "1.5 - 2", []),
        ("`a_b.c`", "a_b.c", [Entity("code", 0, 5)]),
        ("```py\nx=1\n```", "x=1", None),
        ("[t](https://a.b/\\)c)", "t", [Entity("text_link", 0, 1, url="https://a.b/)c")]),
        (">quoted\nnot", "quoted\nnot", [Entity("blockquote", 0, 7)]),
        ("*a _b_*", "a b", [Entity("bold", 0, 3), Entity("italic", 2, 1)]),
    ],
)
def test_markdown(source: str, text: str, entities: list[Entity] | None) -> None:
    found = parse_markdown(source)
    assert found.text == text
    if entities is not None:
        assert found.entities == entities


@pytest.mark.parametrize(
    ("source", "why"),
    [
        *(
            (c, f"Character '{c}' is reserved and must be escaped with the preceding '\\'")
            for c in "]()#+-=|{}.!"
        ),
        ("🏟 🏟_abacaba", "Can't find end of Italic entity at byte offset 9"),
        ("🏟 🏟_abac * asd ", "Can't find end of Bold entity at byte offset 15"),
        ("🏟 🏟`", "Can't find end of Code entity at byte offset 9"),
        ("🏟 🏟```", "Can't find end of Pre entity at byte offset 9"),
        ("[a](b", "Can't find end of a URL at byte offset 3"),
    ],
)
def test_broken_markdown(source: str, why: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_markdown(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"


@given(st.text(alphabet="<>/=\"' &;#abipreco\n🐋", max_size=40))
def test_any_html_is_parsed_or_refused(source: str) -> None:
    try:
        found = parse_html(source)
    except BadRequest:
        return
    length = utf16_length(found.text)
    assert all(e.offset >= 0 and e.offset + e.length <= length for e in found.entities)


@given(st.text(alphabet="*_~|`[]()>\\.\na🐋", max_size=40))
def test_any_markdown_is_parsed_or_refused(source: str) -> None:
    try:
        found = parse_markdown(source)
    except BadRequest:
        return
    length = utf16_length(found.text)
    assert all(e.offset >= 0 and e.offset + e.length <= length for e in found.entities)
