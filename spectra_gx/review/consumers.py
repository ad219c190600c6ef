"""Find the needs of declared consumers that a change no longer meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.review.change import Change, Direction
from spectra_gx.review.value_formatting import quote_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from spectra_gx.contract.model import Column, Need, StageContract


@dataclass(frozen=True)
class BrokenNeed:
    """A declared need of a consumer that is no longer met."""

    consumer: str
    """The stage that needs it."""

    stage: str
    table: str | None
    """None where it is the version."""

    column: str | None
    """None where it is the whole table."""

    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; the keys are stable."""
        return {
            "consumer": self.consumer,
            "contract": self.stage,
            "table": self.table,
            "column": self.column,
            "message": self.message,
        }


def broken_needs(
    consumers: Iterable[StageContract], old: StageContract | None, new: StageContract | None
) -> Iterator[BrokenNeed]:
    """Yield the needs that a new version of a contract no longer meets.

    `old` is None where it could not be read, `new` where the contract was removed.
    """
    stage = old.name if old is not None else new.name if new is not None else ""
    for consumer in consumers:
        for need in consumer.consumes:
            if need.stage != stage:
                continue
            lost = dict(_unmet(need, new))
            before = dict(_unmet(need, old)) if old is not None else {}
            for (table, column), message in lost.items():
                if (table, column) not in before:
                    yield BrokenNeed(consumer.name, stage, table, column, message)


def refused_version(need: Need, version: str) -> bool:
    """Return whether a need does not accept a version."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415  # few consume

    return not SpecifierSet(need.version).contains(version)


def is_broken_by(need: BrokenNeed, change: Change) -> bool:
    """Return whether a change is what breaks a need."""
    if change.direction not in (Direction.LOOSENS, Direction.BOTH):
        return False
    if change.table is None:
        return change.id in ("contract-removed", "contract-renamed")
    if change.table != need.table:
        return False
    return not change.columns or need.column in change.columns


def is_needed(change: Change, consumers: Iterable[StageContract]) -> bool:
    """Return whether any consumer reads what a change is about."""
    for consumer in consumers:
        for need in consumer.consumes:
            if need.stage != change.stage:
                continue
            if change.table is None:
                return True
            columns = need.tables.get(change.table)
            if columns is not None and (not change.columns or columns.keys() & set(change.columns)):
                return True
    return False


Lost = tuple[tuple[str | None, str | None], str]


def _unmet(need: Need, contract: StageContract | None) -> Iterator[Lost]:
    if contract is None:
        yield (None, None), f"needs stage {quote_name(need.stage)}"
        return
    if refused_version(need, contract.version):
        yield (None, None), f"accepts '{need.version}', not {contract.version}"
    for name, columns in need.tables.items():
        table = contract.table(name)
        if table is None:
            yield (name, None), f"needs table {quote_name(name)}"
            continue
        for column_name, wanted in columns.items():
            lacking = _lacking(table.column(column_name), wanted)
            if lacking is not None:
                column = quote_name(f"{name}.{column_name}")
                yield (name, column_name), f"needs column {column}{lacking}"


def _lacking(column: Column | None, wanted: Mapping[str, Any]) -> str | None:
    """Return what of a need a column lacks, to follow its name; None when it lacks nothing."""
    if column is None:
        return ""
    if wanted.get("type") not in (None, column.type):
        return f" as {wanted['type']}"
    if wanted.get("required") and not column.required:
        return " without nulls"
    return None
