"""Files that mean harm: each must be read or refused in bounded time and memory.

Run as `python -m benchmarks.hostile`; exits with 1 when any takes more than a person would wait.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import MEGABYTE, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_SECONDS = 10
MOST_MEGABYTES = 400

_HEAD = "contract: demo\nversion: 1.0.0\nowner: me\ntables:\n  demo.t:\n"
_COLUMNS = f"{_HEAD}    columns:\n"
_TABLE = f"{_HEAD}    columns: {{a: string}}\n"
_NUMBERS = f"{_HEAD}    columns: {{a: long}}\n"


def _lines(start: str, line: str, count: int) -> str:
    return start + "".join(line.replace("%", str(number)) + "\n" for number in range(count))


def _column(written: str) -> str:
    return f"{_COLUMNS}      a: {written}\n"


def _until_limit(start: str, line: str) -> str:
    return start + line * ((5 * MEGABYTE - len(start)) // len(line))


def _key_of_many() -> str:
    return f"{_HEAD}    primary_key: [{', '.join(f'c{n}' for n in range(20_000))}]\n"


def _laughs() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


def _doubling_definitions() -> str:
    line = "  d{0}: {{type: struct, fields: {{a: {{like: d{1}}}, b: {{like: d{1}}}}}}}\n"
    return f"{_TABLE}definitions:\n" + "".join(line.format(n, n + 1) for n in range(40))


def _tables_like_tables() -> str:
    head = _HEAD.replace("demo.t:", "demo.t0: {columns: {c0: long}}")
    line = "  demo.t{1}: {{like: demo.t{0}, columns: {{c{1}: long}}}}\n"
    return head + "".join(line.format(n, n + 1) for n in range(9000))


REFUSED: Mapping[str, Callable[[], str | bytes]] = {
    "aliases that explode": _laughs,
    "definitions that explode": _doubling_definitions,
    "tables like tables": _tables_like_tables,
    "definitions in a chain": lambda: _lines(
        f"{_TABLE}definitions:\n  d: string\n", "  d%: {like: d%0}", 9000
    ),
    "10,000 brackets": lambda: "[" * 10_000,
    "5 MB of brackets": lambda: "[" * 5 * MEGABYTE,
    "2,000 levels of indentation": lambda: "".join(" " * n + "a:\n" for n in range(2000)),
    "5 MB and a byte": lambda: "a" * (5 * MEGABYTE + 1),
    "binary": lambda: bytes(range(256)) * 20_000,
    "a NUL": lambda: "contract: demo\0",
    "UTF-16": lambda: "contract: demo".encode("utf-16"),
    "Latin-1": lambda: b"contract: caf\xe9\n",
    "a million tabs": lambda: "\t\n" * 1_000_000,
    "an integer of 100,000 digits": lambda: _column(f"{{type: long, max: {'9' * 100_000}}}"),
    "a float of 100,000 digits": lambda: _column(f"{{type: double, max: 1.{'9' * 100_000}}}"),
    "100,000 duplicate keys": lambda: f"{_TABLE}" + "a: 1\n" * 100_000,
    "45,000 unknown keys": lambda: _lines(_TABLE, "k%: 1", 45_000),
    "40,000 misspelt types": lambda: _lines(_COLUMNS, "      c%: strng%", 40_000),
    "100,000 columns": lambda: _lines(_COLUMNS, "      c%: string", 100_000),
    "5 MB of columns": lambda: _until_limit(_COLUMNS, "      c: {type: string, required: true}\n"),
    "a line of 5 MB": lambda: _until_limit("a: ", "x "),
    "90,000 equal values": lambda: _column(f"{{type: string, enum: [{'v, ' * 90_000}]}}"),
    "a pattern of 4 MB": lambda: _column(f"{{type: string, pattern: '{'[' * 4 * MEGABYTE}'}}"),
    "a type of 100,000 arrays": lambda: _column(f'"{"array<" * 100_000}"'),
    "a type of 100,000 fields": lambda: _column(
        '"struct<' + ",".join(f"a{n}:string" for n in range(100_000)) + '>"'
    ),
    "a key of 20,000 unknown columns": lambda: (
        _key_of_many() + _lines("    columns:\n", "      d%: string", 20_000)
    ),
    "5 MB that begins like tokens": lambda: _until_limit(f"{_TABLE}system: ", "-eyJ"),
}
READ: Mapping[str, Callable[[], str | bytes]] = {
    "5 MB of comments": lambda: _until_limit(_TABLE, "# comment #x\n"),
    "a text of 5 MB": lambda: _until_limit(f"{_TABLE}purpose: ", "://a:b"),
    "49,000 columns": lambda: _lines(_COLUMNS, "      c%: string", 49_000),
    "a key of 20,000 columns": lambda: (
        _key_of_many() + _lines("    columns:\n", "      c%: string", 20_000)
    ),
    "7,000 references": lambda: _lines(
        f"{_NUMBERS}    rules:\n",
        "      - {id: r%, references: {columns: [a], table: demo.t, to: [a]}}",
        7000,
    ),
    "a pattern that would never end": lambda: _column(
        f"{{type: string, pattern: '^(a+)+$', enum: [{'a' * 5000}b]}}"
    ),
    "a pattern of many choices": lambda: _column(
        f"{{type: string, pattern: '{'a?' * 30}{'a' * 30}$', enum: [{'a' * 30}]}}"
    ),
    "40,000 values and a pattern": lambda: _column(
        "{type: string, pattern: '^[a-z]+[0-9]+x*y*$', enum: ["
        + ", ".join(f"v{'a' * 40}{n}" for n in range(40_000))
        + "]}"
    ),
}


def main() -> int:
    """Lint every file; print what each took, and return the exit code."""
    slow = 0
    print(f"{'seconds':>8} {'MB':>5}  file")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "demo.yaml"
        for name, written in {**REFUSED, **READ}.items():
            source = written()
            file.write_bytes(source if isinstance(source, bytes) else source.encode())
            used = measured("lint", file, seconds=MOST_SECONDS, cwd=Path(folder))
            fine = used.code == (2 if name in REFUSED else 0) and used.megabytes < MOST_MEGABYTES
            slow += not fine
            mark = "" if fine else f"  FAILED: {used.said[:200]}"
            print(f"{used.seconds:8.2f} {used.megabytes:5.0f}  {name}{mark}", flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
