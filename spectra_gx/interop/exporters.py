"""The formats that a contract can be exported to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.interop.dbt.dbt_export import export_dbt
from spectra_gx.interop.ddl_export import export_ddl
from spectra_gx.interop.json_schema_export import export_json_schema
from spectra_gx.interop.markdown_export import export_markdown
from spectra_gx.interop.odcs.odcs_export import export_odcs
from spectra_gx.interop.soda.soda_export import export_soda

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spectra_gx.contract.model import StageContract
    from spectra_gx.interop.losses import Conversion

EXPORTS: Mapping[str, Callable[[StageContract], Conversion]] = {
    "odcs": export_odcs,
    "jsonschema": export_json_schema,
    "markdown": export_markdown,
    "ddl": export_ddl,
    "dbt": export_dbt,
    "soda": export_soda,
}
"""Format on the command line → its exporter."""
