"""How DataFusion is told to use memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.engines.datafusion.query_builders import open_query_builder
from spectra_gx.warehouse.datafusion_sessions import set_option

if TYPE_CHECKING:
    from pathlib import Path


def test_a_thrifty_builder_keeps_a_third_of_its_memory_for_what_was_sorted(tmp_path: Path) -> None:
    builder = open_query_builder(300, tmp_path, processors=1, thrifty=True)

    set_option(builder, "catalog.information_schema", "true")
    found = builder.execute("SHOW datafusion.execution.sort_spill_reservation_bytes").read_all()

    assert found.column("value").to_pylist() == [str(100 * 1024 * 1024)]
