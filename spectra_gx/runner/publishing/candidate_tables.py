"""The staged tables of a run as they will be once published, each made once of what is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from spectra_gx.errors import ValidationError
from spectra_gx.validation.run.row_split import Merge
from spectra_gx.validation.snapshot.pinning import with_staged
from spectra_gx.warehouse.delta.data_files import verify_files
from spectra_gx.warehouse.publishing.batch_rows import StagedTable
from spectra_gx.warehouse.publishing.candidate import build_candidate
from spectra_gx.warehouse.publishing.commits import Base
from spectra_gx.warehouse.publishing.options import PublishMode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake import DeltaTable

    from spectra_gx.contract.model import StageContract
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.publishing.run_snapshot import RunSnapshot
    from spectra_gx.warehouse.publishing.candidate import Candidate
    from spectra_gx.warehouse.publishing.options import PublishOptions
    from spectra_gx.warehouse.staging import Staging
    from spectra_gx.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class MadeTable:
    """A table as it will be, and what it was made of."""

    candidate: Candidate
    base: Base
    """The published version."""

    staged: int
    """The version of the batch in staging."""

    checked: DeltaTable
    """A handle on the same rows as they were to be checked."""


class CandidateTables:
    """What a run has staged, as it will be."""

    def __init__(
        self,
        contract: StageContract,
        parameters: RunParameters,
        warehouse: Warehouse,
        tables: RunSnapshot,
        options: Mapping[str, PublishOptions],
    ) -> None:
        """Take what decides how they will be; nothing is made yet.

        Args:
            contract: The stage.
            parameters: How the run behaves.
            warehouse: Where staging is.
            tables: The published tables as the run reads them.
            options: Table → how it is published; complete once the run has begun.
        """
        self._contract = contract
        self._parameters = parameters
        self._warehouse = warehouse
        self._tables = tables
        self._options = options
        self._refused: dict[str, ValidationError] = {}
        """Tables of which none could be made."""

        self.made: dict[str, MadeTable] = {}
        self.conditions: dict[str, str] = {}
        """Table → the `replace_where` that its builder gave for this batch."""

    def staged(self, staging: Staging, name: str) -> StagedTable:
        """Return the batch of a table, and how it is published."""
        table, options = self._contract.table(name), self._options[name]
        if name in self.conditions:
            options = replace(options, replace_where=self.conditions[name])
        key = table.primary_key if table is not None else ()
        adds = options.publish in (PublishMode.APPEND, PublishMode.MERGE)
        full = self._parameters.renews and adds
        return StagedTable(name, staging.open(name), options, key, full, self._warehouse.memory)

    def as_it_will_be(self, staging: Staging, name: str) -> DeltaTable:
        """Return a staged table as it will be once published.

        Where a batch cannot be merged, since a key is in it twice, it is the batch alone: the
        rules find the reason.
        """
        staged = self.staged(staging, name)
        known = self.made.get(name)
        if known is not None and known.staged == staged.delta.version():
            return known.candidate.delta
        self.made.pop(name, None)
        self._refused.pop(name, None)
        if staged.replaces_all and staged.options.publish is not PublishMode.MERGE:
            return staged.delta
        try:
            made = self._make(staging, staged, self._tables.head(name))
        except ValidationError as error:
            if error.code != "batch_key":
                raise
            self._refused[name] = error
            return staged.delta
        self.made[name] = made
        return verify_files(made.candidate.delta, name)

    def view(self, staging: Staging) -> Snapshot:
        """Return what is pinned for the run, with each staged table as it will be."""
        candidate = partial(self.as_it_will_be, staging)
        return with_staged(self._tables.pinned, self._contract, staging, candidate)

    def published_before(self, name: str) -> DeltaTable | None:
        """Return the published table whose rows an append keeps; None in every other mode."""
        appends = self._options[name].publish is PublishMode.APPEND
        return self._tables.head(name) if appends and not self._parameters.renews else None

    def merge(self, name: str) -> Merge | None:
        """Return how a batch is merged; None in every other mode."""
        options = self._options[name]
        if options.publish is not PublishMode.MERGE:
            return None
        head = None if self._parameters.renews else self._tables.head(name)
        return Merge(head, options.delete_where, options.order_by)

    def raise_refused(self, names: Sequence[str]) -> None:
        """Raise why one of these tables could not be made, if any could not.

        Raises:
            ValidationError: A key is null or repeated in its batch.
        """
        for name in names:
            if name in self._refused:
                raise self._refused[name]

    def make(self, staging: Staging, staged: StagedTable, head: DeltaTable | None) -> MadeTable:
        """Return a table as it will be; made now, of its head, if it was checked as it is staged.

        Args:
            staging: Where it is made.
            staged: Its batch.
            head: The published table; None where there is none.
        """
        known = self.made.get(staged.name)
        if known is None or known.staged != staged.delta.version():
            made = self._make(staging, staged, head)
            known = self.made[staged.name] = replace(made, checked=staged.delta)
        return known

    def clear(self) -> None:
        """Forget all that was made."""
        self.made.clear()
        self._refused.clear()

    def _make(self, staging: Staging, staged: StagedTable, head: DeltaTable | None) -> MadeTable:
        folder = staging.new_folder()
        candidate = build_candidate(staged, head, folder, rebuild=self._parameters.rebuild)
        return MadeTable(candidate, Base.of(head), staged.delta.version(), candidate.delta)
