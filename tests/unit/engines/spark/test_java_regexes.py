"""Patterns as Java reads them."""

from __future__ import annotations

import pytest

from spectra_gx.engines.spark.java_regexes import java_regex


@pytest.mark.parametrize(
    ("pattern", "java"),
    [
        (r"^a\d+\z", r"(?dU)^a\d+\z"),
        (r"(?P<year>\d{4})-x", r"(?dU)(\d{4})-x"),
        (r"a\vb\\v", r"(?dU)a\x0Bb\\v"),
        (r"\(?P<", r"(?dU)\(?P<"),
    ],
)
def test_patterns_mean_in_java_what_they_mean_elsewhere(pattern: str, java: str) -> None:
    assert java_regex(pattern) == java


@pytest.mark.parametrize("pattern", [r"(?!x)a", r"(a)\1", "[a&&b]", "a{,3}"])
def test_what_python_alone_reads_is_not_put_to_java(pattern: str) -> None:
    assert java_regex(pattern) is None
