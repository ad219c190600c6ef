"""Parser of `csv`: how the CSV files of a table are written."""

from __future__ import annotations

import codecs
from itertools import combinations
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.excerpts import quote
from spectra_gx.contract.files.csv_format import NO_QUOTE, CsvFormat
from spectra_gx.contract.files.time_formats import find_problem
from spectra_gx.contract.parsers.parser import (
    BOOLEAN,
    COUNT,
    Key,
    ParseContext,
    Parser,
    describe,
    list_of,
    read_text,
)
from spectra_gx.contract.parsers.records import record
from spectra_gx.contract.yaml.nodes import MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LONGEST_DELIMITER = 3
_LAST_OF_ASCII = "\x7f"
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf-7", "mbcs"}
)
"""Codecs of Python that no file is written in, or that mean more than letters."""


def _signs(words: str, longest: int, is_fit: Callable[[str], bool], example: str) -> Parser:
    """Return the form of a few characters that separate, quote or mark something."""

    def read(node: Node, context: ParseContext) -> str | None:
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, str) and 1 <= len(value) <= longest and is_fit(value):
            return value
        fix = f"write it such as `{example}`"
        if isinstance(value, str) and value.startswith("\\t"):
            fix = 'a tab is `"\\t"`, in double quotes'
        context.refuse(node, f"must be {words}, found {describe(node)}; {fix}")
        return None

    schema = {"type": "string", "minLength": 1, "maxLength": longest}
    return Parser(words, schema, read)


def _is_mark(text: str) -> bool:
    """Return whether a character can mean something besides itself."""
    return not any(letter.isalnum() or letter in "\r\n\0\x1f\ufeff" for letter in text)


def _is_delimiter(text: str) -> bool:
    return _is_mark(text) and (len(text) == 1 or not any(letter.isspace() for letter in text))


def _is_ascii_mark(text: str) -> bool:
    return _is_mark(text) and not text.isspace() and text <= _LAST_OF_ASCII


def _read_quote(node: Node, context: ParseContext) -> str | None:
    if isinstance(node, ScalarNode) and node.value == NO_QUOTE:
        return NO_QUOTE
    found: str | None = _QUOTE_SIGN.read(node, context)
    return found


def _read_encoding(node: Node, context: ParseContext) -> str | None:
    text = read_text(node, context)
    if text is None or _is_charset(text):
        return text
    context.refuse(
        node,
        f"is {quote(text)}, which is not an encoding of texts that Python knows; "
        "write one such as `cp1252`, `latin-1` or `utf-16`",
    )
    return None


def _is_charset(name: str) -> bool:
    try:
        found = codecs.lookup(name)
        # Of codecs that are no encoding of text, such as `zip`, this raises LookupError.
        "".encode(name)
    except (LookupError, UnicodeError):
        return False
    return found.name not in _NO_CHARSETS


def _read_null(node: Node, context: ParseContext) -> str | None:
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        return node.value
    fix = f'; quote it: `"{node.text}"`' if isinstance(node, ScalarNode) and node.text else ""
    context.refuse(node, f"must be a text, found {describe(node)}{fix}")
    return None


def _time_format(*, of_dates: bool) -> Parser:
    def read(node: Node, context: ParseContext) -> str | None:
        text = read_text(node, context)
        problem = None if text is None else find_problem(text, of_dates=of_dates)
        if problem is not None:
            context.refuse(node, problem)
            return None
        return text

    return Parser("a format of strptime", {"type": "string", "pattern": "\\S"}, read)


_QUOTE_SIGN = _signs(f"one character of ASCII, or {NO_QUOTE}", 1, _is_ascii_mark, "'")
_QUOTE = Parser(
    _QUOTE_SIGN.words,
    {"anyOf": [{"const": NO_QUOTE}, {"type": "string", "minLength": 1, "maxLength": 1}]},
    _read_quote,
)
_ESCAPE = _signs("one character of ASCII", 1, _is_ascii_mark, "\\")
_DELIMITER = _signs("one character, or up to three", _LONGEST_DELIMITER, _is_delimiter, ";")
_COMMENT = _signs("up to three characters", _LONGEST_DELIMITER, _is_ascii_mark, "#")
_SIGN = _signs("one character", 1, _is_mark, ",")
_ENCODING = Parser("an encoding", {"type": "string", "pattern": "\\S"}, _read_encoding)
_NULLS = list_of(Parser("a text", {"type": "string"}, _read_null), "a list of texts")

CSV_KEYS = (
    Key("delimiter", "What separates fields; `,` by default.", _DELIMITER, example=";"),
    Key("quote", 'What surrounds fields; `"` by default, `none` for nothing.', _QUOTE, example="'"),
    Key(
        "escape",
        "What precedes a quote within quotes; by default such a quote is doubled.",
        _ESCAPE,
        example="\\",
    ),
    Key("encoding", "How characters are stored; UTF-8 by default.", _ENCODING, example="cp1252"),
    Key("decimal", "What separates the decimals of a number; `.` by default.", _SIGN, example=","),
    Key(
        "thousands",
        "What may separate groups of three digits of a number; nothing by default.",
        _SIGN,
        example=".",
    ),
    Key(
        "header",
        "Whether the first row names the columns; without it they are the declared ones, in order.",
        BOOLEAN,
        example=False,
    ),
    Key("skip_rows", "How many lines come before the header; 0 by default.", COUNT, example=3),
    Key("comment", "What lines begin with that are not part of the table.", _COMMENT, example="#"),
    Key(
        "null_values",
        "Fields that are null, in quotes or not; by default the empty one.",
        _NULLS,
        example=["", "NA"],
    ),
    Key(
        "date_format",
        "How dates are written, in directives of strptime; by default as `2026-01-31`.",
        _time_format(of_dates=True),
        example="%d.%m.%Y",
    ),
    Key(
        "timestamp_format",
        "How timestamps are written, in directives of strptime; by default as `2026-01-31T12:00`.",
        _time_format(of_dates=False),
        example="%d.%m.%Y %H:%M",
    ),
)
_RECORD = record("a mapping of how files are written", CSV_KEYS)


def _read_csv(node: Node, context: ParseContext) -> CsvFormat | None:
    found: dict[str, Any] | None = _RECORD.read(node, context)
    if found is None or not isinstance(node, MapNode):
        return None
    entries = {key: value for key, value in found.items() if value is not None}
    if entries.get("quote") == NO_QUOTE:
        entries["quote"] = None
    written = CsvFormat(**entries)
    for key, problem in _contradictions(written, entries):
        context.refuse(node.entries[key][0], problem)
    return written


def _contradictions(written: CsvFormat, entries: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield keys that leave open what a character means, and why."""
    signs = {
        key: getattr(written, key)
        for key in ("delimiter", "quote", "escape", "comment", "decimal", "thousands")
        if getattr(written, key)
    }
    for (key, sign), (other, same) in combinations(signs.items(), 2):
        # In quotes a number may contain what separates fields; `escape: '"'` doubles the quote.
        fine = {(key, other)} & _MAY_BE_ONE
        if not fine and (sign == same or (other == "comment" and same.startswith(sign))):
            at, first = (other, key) if other in entries else (key, other)
            yield at, f"has the same `{at}` as its `{first}`; write what the file has"
            return
    if written.escape is not None and written.escape != written.quote:
        for text in written.null_values:
            if written.escape in text and (text[0] != written.escape or len(text) != len("\\N")):
                yield (
                    "null_values",
                    f"has {quote(text)}, which is not the `escape` and one character",
                )
                return


_MAY_BE_ONE = {("delimiter", "decimal"), ("delimiter", "thousands"), ("quote", "escape")}
_MAY_BE_ONE |= {("quote", "thousands"), ("escape", "thousands")}
CSV = Parser(_RECORD.words, _RECORD.schema, _read_csv)
