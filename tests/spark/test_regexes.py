"""Patterns that Rust and Java are asked, held against each other over odd texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.engines.datafusion.engine import DATAFUSION
from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.engines.session import Engine

TEXTS = [
    *("a", "A", "ab", "a\n", "a\r", "\na", "a\u0085", "a\u2028b", "é", "É", "ß", "ſ", "K", "k"),
    *("1", "٣", "_", " ", "\u00a0", "\t", "\x0b", "\x0c", "😀", "a😀", "", "#", "a b", "ab12", "]"),
    *("\u0301", "a\u0301", "Ω", "ω", "-", "\\", "x{2}", "aa", "ǆ", "\u200d", "²", "Ⅷ"),
]
PATTERNS = [
    *(r"^.$", r"\w", r"^\w+$", r"\W", r"\d", r"\D", r"\s", r"\S", r"\bb", r"a\b", r"\Ba", r"^a$"),
    *(
        r"(?i)k",
        r"(?i)^é$",
        r"(?i)ß",
        r"(?i)s",
        r"(?i)ω",
        r"(?s)^a.$",
        r"(?m)^a$",
        r"[^a]",
        r"[\w-]",
    ),
    *(
        r"[]a]",
        r"[^]a]",
        r"^(?P<letter>[a-z])(?P<digits>\d+)?$",
        r"\v",
        r"\x0b",
        r"\t",
        r"#",
        r"a b",
    ),
    *(
        r"a|^$",
        r"(?:ab)+",
        r"a{2}",
        r"a{1,}",
        r"a*?b",
        r"\\",
        r"\.",
        r"[\d_]",
        r"[\s]",
        r"😀",
        r"^..$",
    ),
    *(r"\u00e9", r"[à-ÿ]", r"(?i)[a-z]", r"^\S+$", r"\-", r"[\-\]]", r"^$", r"(a)(b)?"),
]


def test_patterns_match_the_same_texts(tmp_path: Path, spark: Engine) -> None:
    rules = "\n".join(
        f"    - {{id: r{number}, column: x, pattern: {quoted(pattern)}}}"
        for number, pattern in enumerate(PATTERNS)
    )
    contract = contract_of(f"shop.a:\n  columns: {{x: string}}\n  rules:\n{rules}")
    store(tmp_path, "shop.a", {"x": "string"}, [(text,) for text in TEXTS])
    ours = outcomes(validate(contract, tmp_path, DATAFUSION))
    sparks = outcomes(validate(contract, tmp_path, spark))
    differing = {
        pattern: (ours[rule].unexpected, sparks[rule].unexpected, sparks[rule].message)
        for rule, pattern in ((f"shop.a.r{n}", pattern) for n, pattern in enumerate(PATTERNS))
        if ours[rule].unexpected != sparks[rule].unexpected or ours[rule].unexpected is None
    }
    assert differing == {}


def quoted(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
