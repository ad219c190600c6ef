"""Patterns as they are compiled, and who must answer them."""

from __future__ import annotations

import re

import pytest

from spectra_gx.compiler.regexes import end_of_text, only_python, python_regex
from spectra_gx.contract.formats import FORMATS


@pytest.mark.parametrize(
    ("written", "compiled"),
    [
        ("^a$", r"^a\z"),
        (r"a\Z", r"a\z"),
        (r"\$", r"\$"),
        (r"\\$", r"\\\z"),
        ("[$]$", r"[$]\z"),
        ("[]$]$", r"[]$]\z"),
        ("[^]$]$", r"[^]$]\z"),
        (r"[\]$]$", r"[\]$]\z"),
        ("(?m)^a$", "(?m)^a$"),
        ("(?im)^a$", "(?im)^a$"),
        ("(?m:^a$)b$", "(?m:^a$)b$"),
        (r"\(?m$", r"\(?m\z"),
        ("a$|b$", r"a\z|b\z"),
        ("a" * 300 + "$", "a" * 300 + r"\z"),
    ],
)
def test_the_end_of_the_text_is_one_place(written: str, compiled: str) -> None:
    assert end_of_text(written) == compiled


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"^(?!a)", r"(?<=a)b", r"(a)\1", "a++", "(?>a)", r"\<a\>", r"\b{start}", "a{,3}", "{,"),
        *("[a[b]]", "[&&a]", "[a~~b]", "(?x)a b", "(?ix: a )"),
    ],
)
def test_python_answers_what_others_read_in_another_way(pattern: str) -> None:
    assert only_python(pattern)


@pytest.mark.parametrize(
    "pattern", [*FORMATS.values(), "^/", r"a\{,3}", r"\[a", "[a-z-]", "a{1,3}", "(?i)a", r"\\\\a"]
)
def test_the_engine_answers_the_rest(pattern: str) -> None:
    assert not only_python(pattern)


@pytest.mark.parametrize(
    ("compiled", "python"), [(r"a\z", r"a\Z"), (r"a\\z", r"a\\z"), (r"\\\z", r"\\\Z"), ("z", "z")]
)
def test_python_spells_the_end_its_own_way(compiled: str, python: str) -> None:
    assert python_regex(compiled) == python
    re.compile(python)
