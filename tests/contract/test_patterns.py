"""A pattern means one thing, whoever answers it: what Python's `re` says, `$` being the end."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from spectra_gx.compiler.regexes import end_of_text, python_regex
from tests.contract.checking import contract_of, outcomes, store, validate

if TYPE_CHECKING:
    from pathlib import Path

PATTERNS = [
    *("^[a[b]]$", r"^\<a\>$", "a++b", "a++a", "^a{,3}$", "(?i)^k$", r"^\d$", "(?x)^[ ]a"),
    *("^[&&a]$", r"^a\Z", "(?im)a$", "(?m)^a$", "^(?!a).*$", r"(a)\1", "(?<=a)b$", r"\b{start}"),
    *("^[^]]$", "^[]]$", r"^(?a:\d)$", r"\012", r"\u212a", "a{2}", "x{a}|a", "(?P<n>a)(?P=n)"),
    *("^$", "$", "a|$", r"^\W$", r"^a\$?$", "(?s)^.$", "^.$", r"^\s$", r"^\w$", "a?", "'", r"\\"),
    *("_", "%", "a_b", r"a\\", r"^a\\$"),
]
VALUES = [
    *("a", "b", "[", "x]", "a]", "b]", "<a>", "a\n", "b\na\n", "aaa", "x1", "é", "٣", " a", "K"),
    *("\u212a", "a b", "", "aab", "&", "-a", "a{,3}", "{start}", "a{start}", "Z", "_", "\n", "$"),
    *("a$", "'", "\\", "😀", "x{a}", "%", "a_b", "axb", "a\\"),
]


def test_every_pattern_means_what_python_reads(tmp_path: Path) -> None:
    """Only `\\s` on the control characters 1C to 1F and `\\w` on lone marks differ, by Unicode."""
    lines = ["shop.a:", "  columns: {x: string}", "  rules:"]
    for index, pattern in enumerate(PATTERNS):
        said = json.dumps(pattern)
        lines += [f"    - {{id: p{index}, column: x, pattern: {said}}}"]
    store(tmp_path, "shop.a", {"x": "string"}, [(value,) for value in VALUES], files=2)
    found = outcomes(validate(contract_of("\n".join(lines)), tmp_path))
    for index, pattern in enumerate(PATTERNS):
        meant = re.compile(python_regex(end_of_text(pattern)))
        unmatched = [value for value in VALUES if not meant.search(value)]
        rule = found[f"shop.a.p{index}"]
        assert (pattern, rule.unexpected) == (pattern, len(unmatched)), rule.message
        assert set(rule.sample) <= set(unmatched)
