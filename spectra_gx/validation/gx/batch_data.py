"""A pinned table as GX's batch data: what GX's own metric providers compute from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from great_expectations.execution_engine.pandas_batch_data import PandasBatchData

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.engines.sql_text import conjunction
from spectra_gx.validation.metrics.metric_batch import OWN_TABLE, MetricBatch

if TYPE_CHECKING:
    from collections.abc import Sequence


class DeltaBatchData(PandasBatchData):
    """A batch whose metrics are computed by an engine, and whose frames are read when needed."""

    def __init__(self, execution_engine: Any, metrics: MetricBatch) -> None:
        """Take what computes the metrics that are not GX's."""
        super().__init__(execution_engine, pd.DataFrame())
        self.metrics = metrics
        self._frames: dict[tuple[tuple[str, ...], str | None], pd.DataFrame] = {}

    def frame(self, columns: Sequence[str], where: str | None) -> pd.DataFrame:
        """Return columns as an Arrow-backed frame, of one query: row order differs between two."""
        key = (tuple(dict.fromkeys(columns)), where)
        if key not in self._frames:
            selected = ", ".join(map(quote_name, key[0])) or "*"
            self.metrics.scans += 1
            rows = self.metrics.arrow(
                f"SELECT {selected} FROM {OWN_TABLE} WHERE {conjunction(where)}"
            )
            self._frames[key] = rows.to_pandas(types_mapper=pd.ArrowDtype)
        return self._frames[key]

    @property
    def dataframe(self) -> pd.DataFrame:
        """The whole table, for a GX metric that names no column."""
        return self.frame((), None)
