"""What a batch may not contain, and the rows of it that change nothing themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spectra_gx.contract.sql.quoting import quote_name
from spectra_gx.errors import ValidationError, WarehouseError
from spectra_gx.warehouse.memory import MEGABYTES
from spectra_gx.warehouse.publishing.key_ranges import key_ranges
from spectra_gx.warehouse.publishing.options import PublishMode
from spectra_gx.warehouse.publishing.queries import count
from spectra_gx.warehouse.publishing.row_sql import column_list, condition_holds, where

if TYPE_CHECKING:
    from deltalake import DeltaTable

    from spectra_gx.warehouse.publishing.options import PublishOptions


@dataclass(frozen=True)
class StagedTable:
    """The good rows of one table's batch, and how they are published."""

    name: str
    delta: DeltaTable
    options: PublishOptions
    key: tuple[str, ...] = ()
    """The contract's `primary_key`."""

    full: bool = False
    """Whether the batch replaces every published row, whatever its mode."""

    memory: float = MEGABYTES
    """Megabytes that its keys may take while they are grouped or joined."""

    @property
    def replaces_all(self) -> bool:
        """Return whether no published row stays."""
        return self.full or self.options.publish is PublishMode.REPLACE

    @property
    def mode(self) -> PublishMode:
        """The mode that it comes to."""
        return PublishMode.REPLACE if self.full else self.options.publish


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of a batch."""

    staged: int
    """Rows that were published or are stale: built = staged + quarantined + deleted."""

    deleted: int = 0
    """Rows that delete the published row of their key."""

    stale: int = 0
    """Rows older than the published row of their key."""


def refuse_batch(staged: StagedTable) -> None:
    """Refuse a batch that its mode cannot publish.

    Raises:
        ValidationError: A key is null or repeated, or a row lies outside of `replace_where`.
    """
    if staged.options.publish is PublishMode.MERGE:
        _refuse_keys(staged)
    if staged.options.publish is PublishMode.REPLACE_WHERE:
        if not staged.options.replace_where:
            raise WarehouseError(
                f"table `{staged.name}` is published by replace_where, and its batch has no "
                "condition; declare `replace_where`, or call `run.replace_where(…)` in its builder"
            )
        _refuse_outside(staged)


def refuse_emptying(staged: StagedTable, published: DeltaTable | None, *, allowed: bool) -> None:
    """Refuse a batch without rows that would empty a table, or its slice.

    Args:
        staged: The batch.
        published: The published version; None where there is no table.
        allowed: Whether the contract lets the table have no rows.

    Raises:
        ValidationError: It would.
    """
    if allowed or staged.options.allow_empty or published is None:
        return
    if staged.mode not in (PublishMode.REPLACE, PublishMode.REPLACE_WHERE):
        return
    what = f"the rows of `{staged.name}` cannot be counted"
    if count({"s": staged.delta}, "SELECT count(*) FROM s", what):
        return
    condition = staged.options.replace_where if staged.mode is PublishMode.REPLACE_WHERE else "true"
    lost = count({"s": published}, f"SELECT count(*) FROM s {where(condition or 'false')}", what)
    if lost:
        raise ValidationError(
            f"the batch of `{staged.name}` has no rows, and would remove {lost:,} published ones; "
            'find out why nothing was built, or allow it with `empty="allow"` or with '
            "`rows: {min: 0}`",
            code="empty_batch",
        )


def _refuse_keys(staged: StagedTable) -> None:
    if not staged.key:
        raise ValidationError(
            f"table `{staged.name}` is published by merge and declares no `primary_key`; "
            "declare it in the contract"
        )
    what = f"the keys of the batch of `{staged.name}` cannot be read"
    columns = column_list(staged.key)
    null = " OR ".join(f"{quote_name(column)} IS NULL" for column in staged.key)
    tables = {"s": staged.delta}
    broken = count(tables, f"SELECT count(*) FROM s {where(null)}", what)
    repeated = sum(
        count(
            tables,
            f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM (SELECT {columns} FROM s "
            f"WHERE {within}) AS s {where(f'NOT ({null})')} GROUP BY {columns} "
            "HAVING count(*) > 1)",
            what,
        )
        for within in key_ranges(staged.delta, staged.key, staged.memory)
    )
    if broken + repeated:
        raise ValidationError(
            f"{broken + repeated:,} rows of the batch of `{staged.name}` have a key "
            f"`{', '.join(staged.key)}` that is null or not unique; "
            "correct the builder, or quarantine such rows",
            code="batch_key",
            context={"rows": broken + repeated},
        )


def _refuse_outside(staged: StagedTable) -> None:
    condition = staged.options.replace_where or "false"
    outside = count(
        {"s": staged.delta},
        f"SELECT count(*) FROM s {where(f'NOT {condition_holds(condition)}')}",
        f"the condition `{condition}` of table `{staged.name}` cannot be evaluated",
    )
    if outside:
        raise ValidationError(
            f"{outside:,} rows of the batch of `{staged.name}` do not meet its `replace_where`, "
            f"`{condition}`; build only rows that meet it",
            code="outside_replace_where",
            context={"rows": outside},
        )
