"""Where the values of a rule come from: the table itself, or the items of what is nested in it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from spectra_gx.validation.metrics.metric_batch import OWN_TABLE
from spectra_gx.validation.metrics.metric_requests import MetricRequest
from spectra_gx.validation.metrics.value_source import ValueSource, value_source_of

TYPES = {"one": "struct<s:string>", "many": "array<struct<s:string>>"}


def source(column: str, *path: str | None) -> ValueSource:
    request = MetricRequest("column_values.in_set", "", (column,), None, {}, path=path)
    batch = cast("Any", SimpleNamespace(table=SimpleNamespace(types=TYPES)))
    return value_source_of(request, '"id" > 1', batch)


def test_a_field_is_read_from_the_table_where_the_rows_are_meant() -> None:
    found = source("one", "s")

    assert (found.rows, found.exploded, found.labels) == (OWN_TABLE, False, ("one.s",))
    assert found.condition == '("id" > 1) AND ("one"[\'s\'] IS NOT NULL)'


def test_items_are_a_relation_of_their_own_with_a_name() -> None:
    found = source("many", None, "s")

    assert found.rows.startswith("(SELECT CAST(row_number() OVER () AS BIGINT)")
    assert found.rows.endswith('FROM t WHERE ("id" > 1)) AS x')
    assert (found.exploded, found.labels) == (True, ("many.items.s",))
