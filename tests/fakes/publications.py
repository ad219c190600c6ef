"""Batches published into a warehouse, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spectra_gx.warehouse.delta.reads import read
from spectra_gx.warehouse.delta.schemas import refuse_schema_changes
from spectra_gx.warehouse.delta.table_place import TablePlace
from spectra_gx.warehouse.publishing.batch_rows import StagedTable
from spectra_gx.warehouse.publishing.batches import Batch
from spectra_gx.warehouse.publishing.candidate import build_candidate, schema_changes
from spectra_gx.warehouse.publishing.commits import Base, TablePublication, open_published
from spectra_gx.warehouse.publishing.options import PublishOptions
from spectra_gx.warehouse.publishing.roll_forward import publish_batch
from spectra_gx.warehouse.staging import Staging
from spectra_gx.warehouse.warehouse import LOCK_WAIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from spectra_gx.warehouse.publishing.watermarks import Watermark
    from spectra_gx.warehouse.warehouse import Warehouse

NAME = "shop.order"
KEY = ("id",)


def batch(batch_id: str) -> Batch:
    return Batch(batch_id, f"run_{batch_id}", "shop")


def prepare(
    warehouse: Warehouse,
    staging: Staging,
    data: pa.Table,
    options: PublishOptions,
    *,
    watermark: Watermark | None = None,
    rebuild: bool = False,
) -> TablePublication:
    """Stage rows and make the table as it will be."""
    staging.write(NAME, data)
    staged = StagedTable(NAME, staging.open(NAME), options, KEY)
    head = open_published(warehouse, NAME)
    folder = TablePlace(warehouse.store, f"{staging.folder}/candidate")
    candidate = build_candidate(staged, head, folder, rebuild=rebuild)
    return TablePublication(staged, Base.of(head), watermark, candidate, rebuild)


def publish(
    warehouse: Warehouse,
    batch_id: str,
    data: pa.Table,
    options: PublishOptions,
    **more: object,
) -> int:
    """Publish rows as one batch; return the version."""
    number = batch(batch_id)
    with Staging(warehouse, number.execution_id) as staging:
        publication = prepare(warehouse, staging, data, options, **more)  # type: ignore[arg-type] # the keywords above
        version = publish_batch(warehouse, staging, number, [publication])[NAME]
        staging.settle()
    return version


def publish_staged(
    warehouse: Warehouse,
    staging: Staging,
    names: Sequence[str],
    stage: str,
    *,
    rebuild: bool = False,
    wait: float = LOCK_WAIT,
) -> dict[str, int]:
    """Replace published tables by staged ones, as a run of a stage does."""
    run = staging.execution_id
    with warehouse.lock(f"publish-{stage}", by=run, wait=wait):
        tables = [StagedTable(name, staging.open(name), PublishOptions()) for name in names]
        heads = {name: open_published(warehouse, name) for name in names}
        if not rebuild:
            refuse_schema_changes(
                {one.name: schema_changes(one, heads[one.name]) for one in tables}
            )
        publications = [
            TablePublication(
                one,
                Base.of(heads[one.name]),
                candidate=build_candidate(
                    one,
                    heads[one.name],
                    staging.new_folder(),
                    rebuild=rebuild,
                ),
                rebuild=rebuild,
            )
            for one in tables
        ]
        versions = publish_batch(warehouse, staging, Batch(run, run, stage), publications)
        staging.settle()
    return versions


def rows_of(warehouse: Warehouse) -> list[tuple[object, ...]]:
    """Return the published rows, sorted."""
    return sorted((tuple(row.values()) for row in read(warehouse.open(NAME)).to_pylist()), key=repr)
