"""Tables that the caller of `Project.run` hands over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.errors import UsageError
from spectra_gx.runner.building.arrow_results import as_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.building.run import Run
    from spectra_gx.runner.calls import Call


@dataclass(frozen=True)
class GivenTables:
    """Takes what a builder could return, by the name of its table."""

    given: Mapping[str, Any]
    contract: StageContract
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = ()

    def __post_init__(self) -> None:
        """Refuse tables that the contract does not declare.

        Raises:
            UsageError: There is one, or no table at all.
        """
        for name in self.given:
            if self.contract.table(name) is None:
                raise UsageError(
                    f"`tables` has `{name}`, which contract `{self.contract.name}` does not declare"
                )
        if not self.given:
            raise UsageError("`tables` is empty; give at least one table, or leave it out")

    @property
    def tables(self) -> tuple[str, ...]:
        """Return their names, in the order of the contract."""
        return tuple(table.name for table in self.contract.tables if table.name in self.given)

    def place_of(self, table: str) -> str:
        """Return the argument that hands a table over."""
        return f"`tables` for `{table}`"

    def build(self, run: Run) -> Iterator[tuple[str, pa.RecordBatchReader | None]]:
        """Yield every table."""
        del run
        for name in self.tables:
            table = self.contract.table(name)
            columns = {column.name: column.type for column in table.columns} if table else {}
            yield name, as_reader(self.given[name], columns, self.place_of(name))
