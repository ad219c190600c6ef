"""What contract SQL may look like, letter by letter, before any parser sees it.

sqlglot checks and DataFusion runs, and two parsers can read one odd text in two ways. So only texts
are let through that leave no room for that: no comments, no second statement, no unusual quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 10_000
DEEPEST = 40
_LONGEST_CHAIN = 4

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
_MENDS = {
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
_MOMENTARY = frozenset({"current_date", "current_time", "current_timestamp", "localtime"}) | {
    "localtimestamp"
}
_ENDLESS_CALLS = frozenset(
    {"array_repeat", "array_resize", "generate_series", "list_repeat", "list_resize", "lpad"}
) | {"range", "repeat", "rpad", "space"}
"""Functions that make as much as they are told to, from one row; memory could not be bounded."""

_MOMENTARY_CALLS = _MOMENTARY | {"now", "today", "random", "rand", "uuid", "gen_random_uuid"}


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
    _check_repeatable(tokens)
    return tokens


def _strange(character: str) -> str:
    if character in _MENDS:
        return f"`{character}` has no place here; {_MENDS[character]}".replace("\0", "NUL")
    shown = f"`{character}`" if character.isprintable() else f"character {ord(character):#06x}"
    return f'{shown} has no place in SQL; a name with such letters needs `"` around it'


def _check_token(token: Token, before: str) -> None:
    text = token.text
    if token.kind in ("text", "quoted") and (before.isalnum() or before in "_&'\""):
        raise SqlRefused("a quote right after a letter has a meaning of its own; put a space")
    if token.kind == "text" and "\\'" in text:
        raise SqlRefused("`\\'` is read differently by different engines; write `''` for a quote")
    if token.kind in ("text", "quoted") and not text.replace("\n", " ").isprintable():
        raise SqlRefused("a quoted text holds an invisible character; remove it")
    if token.kind == "quoted" and any(mark in text for mark in "{}"):
        raise SqlRefused("a placeholder stands on its own; remove the quotes around it")
    if token.kind == "operator" and text not in _OPERATORS:
        comment = any(mark in text for mark in _COMMENTS)
        mend = "leave comments out" if comment else "put spaces between operators"
        raise SqlRefused(f"`{text}` is not allowed; {mend}")


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


def _check_repeatable(tokens: list[Token]) -> None:
    """Refuse what gives another answer on the same data."""
    for token, following in zip(tokens, [*tokens[1:], Token("mark", " ")], strict=True):
        name = token.text.strip('"').lower()
        if following.text == "(" and name in _ENDLESS_CALLS and token.kind in ("word", "quoted"):
            raise SqlRefused(
                f"`{name}` can fill the memory from one row; write the rule without it"
            )
        called = following.text == "(" and name in _MOMENTARY_CALLS
        if (token.kind in ("word", "quoted") and called) or (
            token.kind == "word" and name in _MOMENTARY
        ):
            raise SqlRefused(
                f"`{name}` gives another answer every time; a verdict must be repeatable "
                "from the stored data"
            )
