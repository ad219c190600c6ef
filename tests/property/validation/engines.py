"""One table, asked through our engine and through GX's own pandas engine."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import great_expectations as gx
import pandas as pd
import pyarrow as pa
from great_expectations.core import ExpectationSuite

from spectra_gx.compiler.rule_compilation import compile_rule
from spectra_gx.engines.snapshot import Snapshot
from spectra_gx.validation.gx.batch_data import DeltaBatchData
from spectra_gx.validation.gx.datasource import delta_datasource
from spectra_gx.warehouse.arrow_types import arrow_schema
from tests.contract.checking import contract_of, pin, store

if TYPE_CHECKING:
    from pathlib import Path

    from spectra_gx.contract.model import Rule

Rows = "Sequence[Sequence[Any]]"


@cache
def _context() -> Any:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("frame")
    ours = delta_datasource(Snapshot({}), {"shop.a": ()})
    context._add_fluent_datasource(ours, save_changes=False)
    return ours, asset.add_batch_definition_whole_dataframe("whole")


def on_pandas(rule: Rule, type_: str, rows: Rows) -> Any:
    """Return GX's result of a rule about columns `x` and `y`, asked of an Arrow-backed frame."""
    table = pa.table(
        list(zip(*rows, strict=True)) or [[], []], arrow_schema({"x": type_, "y": type_})
    )
    return pandas_batch(table).validate(_suite(rule)).results[0]


def pandas_batch(table: pa.Table) -> Any:
    """Return an Arrow-backed frame as GX's pandas engine takes it."""
    _, definition = _context()
    return definition.get_batch({"dataframe": table.to_pandas(types_mapper=pd.ArrowDtype)})


def on_delta(rule: Rule, type_: str, rows: Rows, root: Path, *, files: int = 2) -> Any:
    """Return GX's result of a rule about columns `x` and `y`, answered by our engine."""
    contract = contract_of(f'shop.a:\n  columns: {{x: "{type_}", y: "{type_}"}}\n')
    store(root, "shop.a", {"x": type_, "y": type_}, rows, files=files)
    datasource, _ = _context()
    datasource.close()
    datasource._snapshot = pin(contract, root)
    batch = datasource.get_asset("shop.a").get_batch_definition("snapshot").get_batch()
    assert isinstance(batch.data, DeltaBatchData)
    return batch.validate(_suite(rule)).results[0]


def _suite(rule: Rule) -> ExpectationSuite:
    return ExpectationSuite(name="s", expectations=[compile_rule(rule)])
