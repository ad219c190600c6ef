"""Generate the tables of a stage into an empty warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.errors import UsageError
from spectra_gx.generate.plan.broken_rules import WHOLE, Broken, check_breakable
from spectra_gx.generate.plan.row_selection import choose_rows
from spectra_gx.generate.plan.stage_plan import StagePlan
from spectra_gx.generate.plan.surroundings import NO_BREAKS, Breaks
from spectra_gx.generate.result import GeneratedTable
from spectra_gx.generate.stage_tables import depends_on_clock, tables_of
from spectra_gx.generate.values.domains import UnmetError
from spectra_gx.generate.values.streams import MOST_ROWS
from spectra_gx.generate.writing import Layout, unmet, write_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from spectra_gx.contract.model import StageContract, Table
    from spectra_gx.warehouse.warehouse import Warehouse

_ROUNDS = 2
"""Attempts to find so many rows that all rules can be broken that should be."""

_UNDECLARED = "not_in_the_contract"


@dataclass(frozen=True)
class Written:
    """What was written."""

    tables: tuple[GeneratedTable, ...]
    unbuilt: dict[str, str]
    """Id of a rule → why rows are not made for it."""

    breaks: Mapping[str, int]
    """Id of a rule → how many rows break it."""

    reads_clock: bool


def generate_tables(
    contract: StageContract,
    contracts: Mapping[str, StageContract],
    target: Warehouse,
    broken: Sequence[Broken],
    *,
    seed: int,
    rows: int,
    as_of: datetime,
) -> Written:
    """Write the tables of a stage, and those that its rules read.

    Raises:
        UsageError: A rule cannot be broken as asked, or no value satisfies all rules of a column.
        WarehouseError: A table could not be written.
    """
    if rows > MOST_ROWS:
        raise UsageError(f"a table has at most {MOST_ROWS:,} rows; ask for fewer")
    tables = tables_of(contract, contracts, as_of)

    def planned(breaks: Breaks = NO_BREAKS, most: Mapping[str, int] | None = None) -> StagePlan:
        return StagePlan(
            tables,
            seed=seed,
            rows=rows,
            as_of=as_of,
            memory=target.memory,
            breaks=breaks,
            most=most,
        )

    try:
        plan = _plan(broken, planned)
        breaks = plan.breaks
        _check_others(broken, plan, planned())
        run = f"generate_{contract.name}_{seed}"
        for table in tables:
            write_table(table, plan.table(table.name), target, _layout(table, breaks), run)
    except UnmetError as error:
        raise unmet(error) from None
    except RecursionError:
        raise UsageError(
            "the references of these tables go round in a circle; leave one of them out"
        ) from None
    if contract.undeclared_tables_rule.id in breaks.whole:
        _write_undeclared(contract, target, run)
    return Written(
        tuple(_written(table, plan, target) for table in tables),
        plan.unbuilt(),
        {rule: len(chosen) for rule, chosen in breaks.rows.items()},
        depends_on_clock(tables),
    )


def _plan(broken: Sequence[Broken], planned: Callable[..., StagePlan]) -> StagePlan:
    """Return the tables with rules broken; what is broken may leave others room for fewer rows.

    Raises:
        UsageError: A rule cannot be broken as asked.
    """
    whole = Breaks(whole=frozenset(one.rule.id for one in broken if one.rule.kind in WHOLE))
    kept = planned(whole)
    check_breakable(broken, kept)
    for _ in range(_ROUNDS):
        plan = planned(choose_rows(broken, kept), kept.counts)
        if plan.counts == kept.counts:
            return plan
        kept = planned(whole, plan.counts)
    raise UsageError(
        "the rules to be broken leave too few rows for all others; ask for fewer, or for more rows"
    )


def _check_others(broken: Sequence[Broken], plan: StagePlan, usual: StagePlan) -> None:
    """Refuse to break rules where others could not be kept, which are kept otherwise.

    Raises:
        UsageError: Names the first of them.
    """
    named = [one.rule.id for one in broken]
    lost = plan.unbuilt()
    for rule in sorted(lost.keys() - usual.unbuilt().keys()):
        if rule in named:
            raise UsageError(f"rule `{rule}` is not broken on purpose: {lost[rule]}")
        listed = " and ".join(f"`{one}`" for one in named)
        raise UsageError(
            f"rule `{rule}` cannot be kept beside breaks of {listed}: {lost[rule]}; break it, "
            "too, or fewer rows"
        )


def _written(table: Table, plan: StagePlan, target: Warehouse) -> GeneratedTable:
    limiting = plan.limited.get(table.name)
    if table.location is None:
        place = target.table_uri(table.name)
    else:
        place = target.locate(table.location, table.credentials).uri
    return GeneratedTable(
        table.name, plan.counts[table.name], place, None if limiting is None else limiting.id
    )


def _layout(table: Table, breaks: Breaks) -> Layout:
    kinds = {rule.kind for rule in table.rules if rule.id in breaks.whole}
    return Layout("columns" in kinds, "column_order" in kinds, "partitioned_by" in kinds)


def _write_undeclared(contract: StageContract, target: Warehouse, run: str) -> None:
    schemas = [name.partition(".")[0] for name in contract.table_names]
    data = pa.table({"value": pa.array([1], pa.int64())})
    target.write(f"{schemas[0]}.{_UNDECLARED}", data, execution_id=run)
