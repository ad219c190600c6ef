"""What a contract can be exported as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.interop.ddl import export_ddl
from spectra_gx.interop.json_schema import export_json_schema
from spectra_gx.interop.markdown import export_markdown
from spectra_gx.interop.odcs.export import export_odcs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spectra_gx.contract.model import StageContract
    from spectra_gx.interop.losses import Carried

EXPORTS: Mapping[str, Callable[[StageContract], Carried]] = {
    "odcs": export_odcs,
    "jsonschema": export_json_schema,
    "markdown": export_markdown,
    "ddl": export_ddl,
}
"""By the word of the command line."""
