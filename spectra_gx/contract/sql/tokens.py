"""What contract SQL may look like, letter by letter, before any parser sees it.

sqlglot checks and DataFusion runs, and two parsers can read one odd text in two ways. So only texts
are let through that leave no room for that: no comments, no second statement, no unusual quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from spectra_gx.contract.sql import functions

LONGEST = 10_000
DEEPEST = 40
_LONGEST_CHAIN = 4
_MOST_SELECTS = 100

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<text>'(?:[^']|'')*')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<placeholder>\{[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?\})
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.]))
    | (?P<operator>[-+*/%<>=!~|&^:\#@?]+)
    | (?P<mark>[(),.\[\]])
    """,
    re.VERBOSE,
)
_OPERATORS = frozenset(
    ("+", "-", "*", "/", "%", "<", "<=", ">", ">=", "=", "<>", "!=", "||", "::", "&", "|")
) | {"~", "~*", "!~", "!~*"}
_COMMENTS = ("--", "/*", "*/", "//")
_FIXES = {
    ";": "write one SELECT without `;`",
    "`": 'quote names with `"`',
    "$": "quote texts with `'`",
    "\\": "quote texts with `'`",
    "\0": "remove it",
    "{": "placeholders are `{table}` and `{schema.table}`",
    "}": "placeholders are `{table}` and `{schema.table}`",
    "'": "close the text with `'`",
    '"': 'close the name with `"`',
}


class SqlRefused(ValueError):  # noqa: N818 - a refusal is what it is called throughout
    """SQL that a contract may not hold; the message says why and what to write."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL."""

    kind: str
    """text, quoted, placeholder, word, number, operator or mark."""

    text: str


def read_tokens(sql: str) -> list[Token]:
    """Return the pieces of a SQL text, whitespace left out.

    Raises:
        SqlRefused: Something in it is not plain enough to be run.
    """
    if len(sql) > LONGEST:
        raise SqlRefused(f"this SQL has over {LONGEST:,} characters; split the rule")
    tokens = []
    end = 0
    while end < len(sql):
        match = _TOKEN.match(sql, end)
        if match is None:
            raise SqlRefused(_strange(sql[end]))
        token = Token(str(match.lastgroup), match[0])
        _check_token(token, sql[end - 1] if end else " ")
        if token.kind != "space":
            tokens.append(token)
        end = match.end()
    if not tokens:
        raise SqlRefused("this SQL is empty")
    _check_nesting(tokens)
    if sum(token.text.lower() == "select" for token in tokens) > _MOST_SELECTS:
        raise SqlRefused(f"this SQL has over {_MOST_SELECTS} SELECTs; split the rule")
    _check_calls(tokens)
    return tokens


def _strange(character: str) -> str:
    if character in _FIXES:
        return f"`{character}` has no place here; {_FIXES[character]}".replace("\0", "NUL")
    shown = f"`{character}`" if character.isprintable() else f"character {ord(character):#06x}"
    return f'{shown} has no place in SQL; a name with such letters needs `"` around it'


def _check_token(token: Token, before: str) -> None:
    text = token.text
    if token.kind in ("text", "quoted") and (before.isalnum() or before in "_&'\""):
        raise SqlRefused("a quote right after a letter has a meaning of its own; put a space")
    if token.kind == "text" and "\\'" in text:
        raise SqlRefused("`\\'` is read differently by different engines; write `''` for a quote")
    if token.kind in ("text", "quoted") and not text.replace("\n", " ").isprintable():
        raise SqlRefused("a quoted text contains an invisible character; remove it")
    if token.kind == "quoted" and any(mark in text for mark in "{}"):
        raise SqlRefused("a placeholder is written without quotes; remove them")
    if token.kind == "operator" and text not in _OPERATORS:
        comment = any(mark in text for mark in _COMMENTS)
        fix = "leave comments out" if comment else "put spaces between operators"
        raise SqlRefused(f"`{text}` is not allowed; {fix}")


def _check_nesting(tokens: list[Token]) -> None:
    """Refuse what is too deep for a parser, or closes what it did not open."""
    open_marks: list[str] = []
    chain = 0
    for token in tokens:
        word = token.text.lower()
        if word in ("(", "[", "case"):
            open_marks.append(word)
        elif word in (")", "]", "end"):
            opened = {")": "(", "]": "[", "end": "case"}[word]
            if not open_marks or open_marks.pop() != opened:
                raise SqlRefused(f"`{token.text}` closes nothing; check the brackets")
        chain = chain + 1 if token.kind == "operator" or word == "not" else 0
        if len(open_marks) > DEEPEST or chain > _LONGEST_CHAIN:
            raise SqlRefused("this SQL is nested too deeply; split the rule")
    if open_marks:
        raise SqlRefused(f"`{open_marks[-1]}` is never closed; check the brackets")


def check_placeholders(tokens: list[Token]) -> None:
    """Refuse a placeholder anywhere but where a table is named."""
    for before, token in pairwise([_START, *tokens]):
        if token.kind == "placeholder" and before.text.lower() not in _BEFORE_TABLES:
            raise SqlRefused(MISPLACED)


MISPLACED = (
    "a placeholder may only name a table, after FROM or JOIN; give the table an alias to name its "
    "columns"
)
_START = Token("mark", "")
_BEFORE_TABLES = ("from", "join", ",", "(")


def _check_calls(tokens: list[Token]) -> None:
    """Refuse functions that no contract may call, and types that are called like functions."""
    for index, token in enumerate(tokens):
        if token.kind not in ("word", "quoted"):
            continue
        name = token.text.strip('"').lower()
        called = tokens[index + 1 : index + 2] == [_OPEN]
        if called or (token.kind == "word" and name in functions.MOMENTARY_WORDS):
            _check_call(name)
        if called and name in functions.TYPES:
            _check_size(name, tokens[index + 2 : index + 6])


_OPEN = Token("mark", "(")


def _check_call(name: str) -> None:
    if name in functions.ENDLESS:
        raise SqlRefused(f"`{name}` can fill the memory from one row; write the rule without it")
    if name in functions.MOMENTARY:
        raise SqlRefused(
            f"`{name}` gives another answer every time; a verdict must be repeatable "
            "from the stored data"
        )
    if name in functions.REVEALING:
        raise SqlRefused(
            f"`{name}` is about where or by what the data is read, not about the data; leave it out"
        )
    if name in functions.LOSING:
        raise SqlRefused(
            f"`{name}` is refused: instants before 1677 and after 2262 would become null; "
            "write `date_trunc`, or `try_cast(… as timestamp(6))`"
        )
    if name in functions.NEEDLESS:
        raise SqlRefused(f"`{name}` is about how values are stored; write the rule without it")


def _check_size(name: str, following: list[Token]) -> None:
    """Refuse anything but numbers in the brackets of a type."""
    for place, token in enumerate(following):
        if token.text == ")" and place:
            return
        if token.kind != "number" and token.text != ",":
            break
    raise SqlRefused(f"`{name}` is a type; write `cast(… as {name})` to convert to it")


def called_names(tokens: list[Token]) -> dict[str, str]:
    """Return the names that precede a bracket as if they were called: lower case → written."""
    return {
        token.text.strip('"').lower(): token.text
        for token, following in pairwise(tokens)
        if following == _OPEN
        and (token.kind == "quoted" or token.text.lower() not in functions.KEYWORDS)
        and token.kind in ("word", "quoted")
    }


def written_names(tokens: list[Token]) -> list[str]:
    """Return every name and word, as often as it is written."""
    plain = [token.text for token in tokens if token.kind == "word"]
    quoted = [token.text for token in tokens if token.kind == "quoted"]
    return plain + [name[1:-1].replace('""', '"') for name in quoted]
