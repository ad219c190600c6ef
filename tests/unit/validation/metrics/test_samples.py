"""Which failing rows would tell what a sensitive column contains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from spectra_gx.engines.snapshot import Snapshot
from spectra_gx.validation.metrics.metric_requests import MetricRequest
from spectra_gx.validation.metrics.samples import exposes


@dataclass
class Batch:
    """What is read of a batch whose column `secret` is sensitive."""

    sensitive: frozenset[str] = frozenset({"secret"})
    snapshot: Snapshot = field(
        default_factory=lambda: Snapshot({}, readable={"shop.b": {"secret": True, "k": False}})
    )

    def exposes(self, where: str | None) -> bool:
        return where is not None and "secret" in where


@pytest.mark.parametrize(
    ("base", "columns", "where", "to", "exposed"),
    [
        ("column_values.in_set", ["secret"], None, None, False),
        ("column_values.in_set", ["k"], "secret > 1", None, True),
        ("column_pair_values.equal", ["k", "secret"], None, None, True),
        ("column_pair_values.equal", ["k", "n"], None, None, False),
        ("column_values.increasing", ["secret"], None, None, True),
        ("compound_columns.unique", ["k", "secret"], None, None, False),
        ("rows.foreign_key", ["secret"], None, ["secret"], False),
        ("rows.foreign_key", ["k"], None, ["secret"], True),
    ],
)
def test_values_are_told_where_others_select_them(
    base: str, columns: list[str], where: str | None, to: list[str] | None, *, exposed: bool
) -> None:
    values = {} if to is None else {"to_table": "shop.b", "to_columns": to}
    request = MetricRequest(base, "", tuple(columns), where, values)

    assert exposes(request, cast("Any", Batch())) is exposed
