"""Build the tables of a stage into staging, one after another."""

from __future__ import annotations

import re
import time
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.errors import BuilderError
from spectra_gx.runner.building.arrow_results import cast_batches
from spectra_gx.runner.building.build_thread import BuildThread
from spectra_gx.runner.building.schema_comparison import schema_problems, stored_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    import pyarrow as pa

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.building.stage_plan import StagePlan
    from spectra_gx.runner.ports import Builder
    from spectra_gx.warehouse.staging import Staging

_SHOWN = 5
_UNREAD_BY_SPARK = re.compile(r"[ ,;{}()\n\t=]")


def build_tables(
    plan: StagePlan,
    contract: StageContract,
    staging: Staging,
    run_for: Callable[[Builder], Run],
    limit: timedelta,
) -> Iterator[float]:
    """Build every table of a plan; yield after each builder how many seconds its tables took.

    Args:
        plan: What is built.
        contract: Declares the columns.
        staging: Where it is written.
        run_for: Returns the run as a builder sees it.
        limit: How long one builder may take.

    Raises:
        SpectraError: A builder failed, took too long, or gave other columns than are declared.
    """
    thread = BuildThread(limit, plan.interrupt)
    try:
        for builder in plan.builders:
            stage = partial(_stage_tables, builder, run_for(builder), contract, staging, thread)
            yield thread.call(stage, _shown_tables(builder.tables))
    finally:
        thread.call_last(plan.close)


def _stage_tables(
    builder: Builder, run: Run, contract: StageContract, staging: Staging, thread: BuildThread
) -> float:
    """Stage what a builder yields; return how many seconds that took."""
    seconds = 0.0
    for name, reader in builder.build(run):
        began = time.perf_counter()
        if reader is not None:
            _stage_table(name, reader, builder.place_of(name), contract, staging, thread)
        seconds += time.perf_counter() - began
    return seconds


def _stage_table(
    name: str,
    reader: pa.RecordBatchReader,
    place: str,
    contract: StageContract,
    staging: Staging,
    thread: BuildThread,
) -> None:
    """Stream what was built of a table into staging.

    Args:
        name: The table.
        reader: Its rows.
        place: Where what builds it is written or stored.
        contract: Declares the columns.
        staging: Where it is written.
        thread: Writes while the builder goes on.

    Raises:
        BuilderError: The contract declares no such table, or other columns.
        WarehouseError: It could not be written.
    """
    table = contract.table(name)
    if table is None:
        raise BuilderError(
            f"{place}: `{name}` was built, but contract `{contract.name}` declares no such table; "
            "declare it, or leave it out",
            code="builder_table",
        )
    if problems := schema_problems(reader.schema, table):
        more = f" and {len(problems) - _SHOWN:,} more" if len(problems) > _SHOWN else ""
        raise BuilderError(
            f"{place}: `{name}` was built with other columns than contract `{contract.name}` "
            f"declares: {', '.join(problems[:_SHOWN])}{more}; change the builder, or the contract",
            code="builder_schema",
        )
    if unread := next(filter(_UNREAD_BY_SPARK.search, reader.schema.names), None):
        raise BuilderError(
            f"{place}: `{name}` was built with column `{unread}`, under a name with which Spark "
            "refuses a Delta table; name it without spaces and ,;{}()=, here and in the contract",
            code="builder_schema",
        )
    columns = stored_columns(reader.schema, table)
    stage = partial(staging.write_rows, name, columns, partition_by=_partition_columns(table))
    thread.write(cast_batches(reader, columns, f"{place}: `{name}`"), stage)


def _partition_columns(table: Table) -> tuple[str, ...]:
    """Return the columns by which a table is partitioned, as its contract says."""
    rules = [rule for rule in table.table_rules if rule.kind == "partitioned_by"]
    return tuple(rules[0].columns) if rules else ()


def _shown_tables(tables: tuple[str, ...]) -> str:
    return ", ".join(f"`{table}`" for table in tables)
