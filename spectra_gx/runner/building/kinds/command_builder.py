"""Build tables by a command: dbt, Meltano, or anything else that writes Delta or Parquet."""

from __future__ import annotations

import json
import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spectra_gx.errors import BuilderError, ValidationError
from spectra_gx.runner.building.kinds.folder_tables import FolderBuilder, sorted_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.building.builder_access import BuilderAccess
    from spectra_gx.runner.building.declared.stage_settings import CommandSettings
    from spectra_gx.runner.building.kinds.command_process import CommandProcess
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call
    from spectra_gx.warehouse.warehouse import Warehouse

_STAGING = "$SPECTRA_STAGING"


@dataclass(frozen=True)
class CommandBuilder:
    """Runs a command, and takes the tables that it left in its staging folder."""

    settings: CommandSettings
    tables: tuple[str, ...]
    """Those that it may build."""

    root: Path
    """The project's folder, where the command runs."""

    contract: StageContract
    warehouse: Warehouse
    access: BuilderAccess
    process: CommandProcess
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = ()

    @property
    def _shown(self) -> str:
        return f"{self.settings.place}: the command of stage `{self.contract.name}`"

    def place_of(self, table: str) -> str:
        """Return where the command is written."""
        del table
        return str(self.settings.place)

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Run the command, then yield every table that it wrote.

        Raises:
            BuilderError: It cannot be run, failed, wrote no table, or one that it may not build.
            ValidationError: It ended with a code that says that the data is bad.
        """
        with tempfile.TemporaryDirectory(prefix="spectra-gx-") as place:
            staging = Path(place) / "staging"
            for schema in {name.split(".")[0] for name in self.tables}:
                (staging / schema).mkdir(parents=True)
            watermarks = Path(place) / "watermarks.json"
            watermarks.write_text(json.dumps(run.watermarks_as_text()), encoding="utf-8")
            self._run(
                {
                    "SPECTRA_STAGING": str(staging),
                    "SPECTRA_EXECUTION_ID": run.execution_id,
                    "SPECTRA_BATCH_ID": run.batch_id,
                    "SPECTRA_WATERMARKS": str(watermarks),
                    "SPECTRA_BATCH_DAY": run.batch_day.isoformat(),
                }
            )
            yield from self._taken(staging).build(run)

    def _taken(self, staging: Path) -> FolderBuilder:
        if not any(staging.glob("*/*/*")):
            raise BuilderError(
                f"{self._shown} wrote no table; write each to "
                f"`{_STAGING}/<schema>/<table>`, also one without rows",
                code="builder_folder",
            )
        found, strays = sorted_tables(staging, self.contract)
        for name in strays:
            raise BuilderError(
                f"{self._shown} wrote `{_STAGING}/{name.replace('.', '/')}`, but the contract "
                f"declares no table `{name}`; declare it, or write it elsewhere",
                code="builder_table",
            )
        for name in found:
            if name not in self.tables:
                raise BuilderError(
                    f"{self._shown} wrote `{name}`, which the project builds by a function or a "
                    "SQL file; remove one of them",
                    code="builder_table",
                )
        return FolderBuilder(staging, _STAGING, found, self.contract, self.warehouse)

    def _run(self, variables: Mapping[str, str]) -> None:
        passed = {
            name: self.access.secret(name).get_secret_value() for name in self.settings.passed
        }
        environment = {**self.access.environment(), **passed, **variables}
        shown = self._shown
        try:
            code = self.process.run(
                shlex.split(self.settings.command), self.root, environment, self.access.redact
            )
        except ValueError as error:
            raise BuilderError(f"{shown} cannot be read: {error}", code="builder_command") from None
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise BuilderError(
                f"{shown} cannot be run: `{error.filename}`: {reason}; install it, or correct "
                "`command` in pyproject.toml",
                code="builder_command",
            ) from None
        if code in self.settings.failed_exit_codes:
            raise ValidationError(
                f"{shown} ended with exit code {code}, which says that the data is bad; its output "
                "names what",
                code="builder_command_failed",
            )
        if code != 0:
            how = f"exit code {code}" if code > 0 else f"signal {-code}"
            raise BuilderError(
                f"{shown} ended with {how}; its output names why", code="builder_command"
            )
