"""Read `stages/<stage>/<schema>.<table>.sql`: a header of options, and one SELECT."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spectra_gx.contract.excerpts import did_you_mean
from spectra_gx.contract.model import Place
from spectra_gx.contract.sql.placeholders import placeholders_in
from spectra_gx.runner.building.declared.declarations import OPTIONS, DeclaredBuilder, Written
from spectra_gx.runner.building.sql_values import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spectra_gx.contract.problems import Report


_TEXT_OR_COMMENT = re.compile(
    r"""(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?P<comment>--[^\n]*|/\*.*?\*/)""", re.DOTALL
)
_OPTION = re.compile(r"--[ \t]*(?P<key>[A-Za-z_]+)[ \t]*:[ \t]*(?P<value>.*?)[ \t\r]*$")


def read_sql_file(source: bytes, table: str, report: Report) -> DeclaredBuilder | None:
    """Return the builder that a SQL file is; None, and report why, where it is none."""
    start = Place(report.file, 1, 1)
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.add(start, "this file is not UTF-8; save it as UTF-8")
        return None
    report.text = text
    options = {}
    for key, value, line, column in _header(text):
        place = Place(report.file, line, column)
        if key in OPTIONS:
            options[key] = Written(value, place)
        elif key.islower():
            hint = did_you_mean(key, OPTIONS) or f"; options are {', '.join(OPTIONS)}"
            report.add(place, f"`{key}` is not an option of a table{hint}")
    select = without_comments(text).strip(" \t\r\n")
    if not select:
        report.add(start, f"this file is empty; write the SELECT that builds `{table}`")
        return None
    at = first_word(text, report.file)
    tables = [name for name in placeholders_in(select) if name not in VALUES]
    return DeclaredBuilder(
        table, at, select=select, queried=dict.fromkeys(tables, at), options=options
    )


def without_comments(text: str) -> str:
    """Return SQL with each comment as blanks, so that everything else keeps its place."""
    return _TEXT_OR_COMMENT.sub(
        lambda found: found[0] if found["text"] else re.sub(r"[^\n]", " ", found[0]), text
    )


def first_word(text: str, file: str) -> Place:
    """Return where a text of SQL begins after its comments."""
    blank = without_comments(text)
    start = len(blank) - len(blank.lstrip(" \t\r\n"))
    before = text[:start]
    return Place(file, before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1)


def _header(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield key, value, line and column of the options in the comments at the top."""
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("--"):
            return
        if found := _OPTION.fullmatch(line.strip("\r").lstrip()):
            yield found["key"], found["value"], number, line.index("--") + 1
