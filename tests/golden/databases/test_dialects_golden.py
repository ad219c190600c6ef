"""The SQL of databases that were not run here, to the letter, and as their own dialect reads it."""

from __future__ import annotations

import pytest
import sqlglot

from spectra_gx.contract.rules.catalogue import CATALOGUE
from spectra_gx.engines.databases.dialects import dialect_of
from tests.golden.databases.rendering import (
    NOT_RUN,
    QUERIES,
    REFUSED,
    WITHOUT_QUERIES,
    golden_file,
    rendered,
)


@pytest.mark.parametrize("kind", NOT_RUN)
def test_queries_are_written_as_they_were(kind) -> None:
    assert rendered(kind) == golden_file(kind).read_text("utf-8")


@pytest.mark.parametrize("kind", NOT_RUN)
def test_each_query_is_one_of_the_databases_own_dialect(kind) -> None:
    text = golden_file(kind).read_text("utf-8")
    lines = [one for one in text.splitlines() if one and not one.startswith("--")]
    parsed = sqlglot.parse("\n".join(lines), dialect=dialect_of(kind).sqlglot)
    assert len(parsed) == sum(one.endswith(";") for one in lines)
    assert {type(one).__name__ for one in parsed if one is not None} == {"Select"}
    assert " FILTER" not in text
    assert " IS TRUE" not in text
    assert " DISTINCT FROM" not in text


@pytest.mark.parametrize("kind", NOT_RUN)
def test_few_kinds_of_rules_are_refused_whole(kind) -> None:
    sections = golden_file(kind).read_text("utf-8").rstrip("\n").split("\n\n-- ")
    refused = {
        rule.removeprefix("-- ")
        for rule, *queries in (section.split("\n") for section in sections)
        if all(query.startswith(REFUSED) for query in queries)
    }
    assert refused <= {"pattern", "format"}  # matched by Python, which fetches the column


def test_no_kind_of_rule_is_forgotten() -> None:
    assert {rule.key for rule in CATALOGUE} == {*QUERIES, *WITHOUT_QUERIES}
