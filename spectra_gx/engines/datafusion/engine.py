"""The default engine, in this process: the DataFusion that ships inside `deltalake`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spectra_gx.engines.budget import Budget
from spectra_gx.engines.datafusion.session import DataFusionSession

if TYPE_CHECKING:
    from spectra_gx.engines.snapshot import Snapshot


@dataclass(frozen=True)
class DataFusionEngine:
    """Opens DataFusion sessions."""

    budget: Budget = field(default_factory=Budget)
    """What each query of a contract may cost."""

    parallel: bool = True
    incremental: bool = True
    name: str = "datafusion"
    dataframes: str = "pandas"

    def open(self, snapshot: Snapshot) -> DataFusionSession:
        """Open a session; nothing is read before a table is registered."""
        return DataFusionSession(snapshot, self.budget)


DATAFUSION = DataFusionEngine()
