"""Values by row: each depends on its row alone, keeps its rules, and repeats only if it may."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.compiler.regexes import end_of_text, python_regex
from spectra_gx.contract.formats import FORMATS, has_format
from spectra_gx.generate.rows.choosers import System
from spectra_gx.generate.values.domains import Listed, UnmetError, pick
from spectra_gx.generate.values.streams import Shuffle, key_of, words
from spectra_gx.generate.values.texts import TextRules, texts_of
from spectra_gx.generate.values.value_domains import Wanted, domain_of
from spectra_gx.generate.values.value_rules import Condition
from tests.drawing import drawn

PATTERNS = (
    "^/",
    r"^[A-Z]{3}-\d{4}$",
    r"^(GET|POST)$",
    r"x$|^y",
    r"^(?!000)\d{3}-[a-f]+$",
    r"^(?:ab|cd){2,3}[^0-9]\w\s.$",
    r"(?i)^abc",
    "[äöü]{2}",
    r"^([a-c])\1$",
    r"^\\\.\[\]\$$",
    "",
)


def rows(count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.arange(count, dtype=np.uint64)


def some_of(domain: object, count: int = 50) -> list[object]:
    low, width = domain.spread(words(7, rows(count)))  # type: ignore[attr-defined]
    return list(pick(domain, low, width, 3, rows(count)).to_pylist())  # type: ignore[arg-type]


def test_words_are_the_same_everywhere_and_for_ever():
    assert key_of("a", 1) != key_of("a1")
    assert words(1, rows(3)).tolist() == words(1, rows(9)).tolist()[:3]
    assert words(0, rows(1)).tolist() == [16294208416658607535]  # SplitMix64's first word


@drawn(60)
@given(st.integers(1, 500), st.integers(0, 2**64 - 1))
def test_a_shuffle_gives_each_row_a_place_of_its_own(count, key):
    assert sorted(Shuffle(count, key)(rows(count)).tolist()) == list(range(count))


@drawn(60)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=3).map(tuple),
    st.integers(1, 60),
    st.booleans(),
    st.booleans(),
)
def test_rows_have_digits_of_their_own_in_order(sizes, count, by_row, descending):
    system = System(count, sizes, 5, by_row, descending)
    digits = []
    for number, size in enumerate(sizes):
        low, width = system.digits(rows(count), number)
        assert (low + width <= size).all()
        digits.append((low + words(1, rows(count)) % width).tolist())
    found = list(zip(*digits, strict=True))
    if system.total >= count:
        assert len(set(found)) == count
    if by_row:
        assert found == sorted(found, reverse=descending)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_texts_match_a_pattern_as_python_reads_it(pattern):
    regex = python_regex(end_of_text(pattern))
    found = some_of(texts_of(TextRules((regex,)), pattern))
    assert all(re.search(regex, str(text)) for text in found)


@pytest.mark.parametrize("pattern", [one for one in PATTERNS if one])
def test_texts_do_not_match_a_pattern_that_is_broken(pattern):
    regex = python_regex(end_of_text(pattern))
    found = some_of(texts_of(TextRules(missing=(regex,)), pattern))
    assert not any(re.search(regex, str(text)) for text in found)


@pytest.mark.parametrize("name", [*FORMATS, "json"])
def test_texts_have_a_format_or_do_not(name):
    if name == "json":
        good, bad = TextRules(json=True), TextRules(json=False)
    else:
        regex = python_regex(FORMATS[name])
        good, bad = TextRules((regex,)), TextRules(missing=(regex,))
    assert all(has_format(name, str(text)) for text in some_of(texts_of(good, name)))
    assert not any(has_format(name, str(text)) for text in some_of(texts_of(bad, name)))


def test_a_pattern_without_texts_is_found_out():
    with pytest.raises(UnmetError):
        texts_of(TextRules((r"^a(?=b)\Z",)), "none")


@pytest.mark.parametrize(("low", "high"), [(0, 0), (3, 3), (0, 1), (255, None), (40, 41)])
def test_texts_have_a_length(low, high):
    found = [str(text) for text in some_of(texts_of(TextRules(low=low, high=high), "length"))]
    assert all(low <= len(text) <= (high or len(text)) for text in found)
    found = [
        str(text) for text in some_of(texts_of(TextRules(("^[a-z]",), low=max(low, 1)), "both"))
    ]
    assert all(len(text) >= max(low, 1) for text in found)


def test_many_different_texts_are_found():
    domain = texts_of(TextRules((r"^[A-Z]{2}\d{2}\Z",)), "many", 60_000)
    assert domain.size >= 60_000
    taken = domain.take(rows(60_000))
    assert len(set(taken.to_pylist())) == 60_000


COMPARED = {">=": ge, "<=": le, ">": gt, "<": lt}
BOUNDS = {
    "byte": st.integers(-128, 127),
    "long": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(-1e300, 1e300),
    "decimal(12,2)": st.decimals(-9_999_999, 9_999_999, places=2),
    "decimal(38,10)": st.decimals(-(10**27), 10**27, places=3),
}


@drawn(150)
@given(st.sampled_from(sorted(BOUNDS)).flatmap(lambda one: st.tuples(st.just(one), BOUNDS[one])))
def test_numbers_lie_within_a_bound(drawn_bound):
    type_text, bound = drawn_bound
    for operator, compares in COMPARED.items():
        try:
            domain = domain_of(type_text, [Condition(operator, bound)], Wanted("bound"))
        except UnmetError:
            continue
        for value in some_of(domain, 8):
            exact, limit = (Fraction(Decimal(str(one))) for one in (value, bound))
            assert compares(exact, limit)


def test_listed_values_keep_their_types():
    domain = domain_of("decimal(12,2)", [Condition("in", (1.5, 2, 1.234))], Wanted("listed"))
    assert isinstance(domain, Listed)
    assert domain.values == pa.array([Decimal("1.50"), Decimal("2.00")], pa.decimal128(12, 2))
