"""Replace the tables in `Tables/` with what was built and checked in staging.

Delta has no transaction over several tables. A crash half way leaves every table whole: those
already replaced are new, the others old, and the activity log has no row of the run, so nobody
takes it for a Success; the next run replaces them all. Publishing again is always safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.errors import WarehouseError
from spectra_gx.warehouse.delta import schemas
from spectra_gx.warehouse.quarantine_tables import Quarantine
from spectra_gx.warehouse.warehouse import LOCK_WAIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deltalake import DeltaTable

    from spectra_gx.warehouse.staging import Staging
    from spectra_gx.warehouse.warehouse import Warehouse


def publish(
    warehouse: Warehouse,
    staging: Staging,
    names: Sequence[str],
    stage: str,
    *,
    rebuild: bool = False,
    wait: float = LOCK_WAIT,
) -> dict[str, int]:
    """Replace each published table by its staged one, in the order given; return the new versions.

    Quarantined rows are stored just before the others of their table are published: a crash in
    between loses none, and the next run removes those of a table that was not published.

    One run publishes a stage at a time: another waits `wait` seconds for it. Schemas are compared
    before the first write, so that one refused table means that nothing was published; `rebuild`
    replaces them too.

    Raises:
        SchemaMismatchError: Published schemas would change; nothing was published.
        WarehouseError: Another run kept publishing, or a write failed; `context["published"]`
            then has the versions already published.
    """
    published: dict[str, int] = {}
    with warehouse.lock(f"publish-{stage}", by=staging.execution_id, wait=wait):
        staged = {name: staging.open(name) for name in names}
        if not rebuild:
            schemas.refuse_schema_changes(
                {
                    name: warehouse.differences(name, warehouse.schema(table))
                    for name, table in staged.items()
                }
            )
        quarantine = Quarantine(warehouse, stage)
        for name, table in staged.items():
            if name in staging.quarantined:
                quarantine.append(name, staging.open_quarantined(name), staging.execution_id)
            try:
                published[name] = _replace(warehouse, staging, name, table, rebuild=rebuild)
            except WarehouseError as error:
                error.context["published"] = published
                quarantine.remove_run(name, staging.execution_id)
                raise
    return published


def _replace(
    warehouse: Warehouse, staging: Staging, name: str, table: DeltaTable, *, rebuild: bool
) -> int:
    rows = warehouse.read(table)
    version = warehouse.write(name, rows, execution_id=staging.execution_id, rebuild=rebuild)
    stored = warehouse.row_count(warehouse.open(name, version))
    if stored != rows.num_rows:
        # Delta keeps a row that was appended between our look at the table and our commit.
        raise WarehouseError(
            f"table `{name}` has {stored:,} rows where {rows.num_rows:,} were published: something "
            "else wrote to it at the same moment; let it end, then run again"
        )
    return version
