"""Batches: what one run adds to a stage's tables, and how a table knows them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deltalake import CommitProperties, Transaction

from spectra_gx.warehouse.delta.commits import commit_infos
from spectra_gx.warehouse.publishing.options import PublishMode
from spectra_gx.warehouse.publishing.watermarks import Watermark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deltalake import DeltaTable

COMMIT_INFO = "spectra_gx"
"""Key of what our commits say about themselves."""


@dataclass(frozen=True)
class Batch:
    """What one run adds."""

    id: str
    execution_id: str
    stage: str

    @property
    def transaction(self) -> str:
        """The application's name under which tables record it."""
        return f"spectra_gx/batch/{self.id}"

    def is_published(self, table: DeltaTable) -> bool:
        """Return whether a table has it: odd versions mean published, even ones rolled back."""
        return _version(table, self.transaction) % 2 == 1

    def is_taken_back(self, table: DeltaTable) -> bool:
        """Return whether a table had it, and it was rolled back."""
        version = _version(table, self.transaction)
        return version > 0 and version % 2 == 0

    def commit(
        self,
        table: DeltaTable | None,
        watermark: Watermark | None,
        *,
        mode: PublishMode | None = None,
        replace_where: str | None = None,
        rolled_back: Sequence[str] = (),
        token: int | None = None,
    ) -> CommitProperties:
        """Return the properties of a commit on exactly the version of the handle.

        Args:
            table: The handle; None for a table's first commit.
            watermark: The table's watermark from then on.
            mode: What the batch does to the rows that are there.
            replace_where: Which of them it replaces, if its mode is that.
            rolled_back: Batches that the commit takes back, in place of publishing this one.
            token: Of the stage's lock, where it has one.
        """
        about = self.about(watermark)
        if token is not None:
            about["lock_token"] = token
        if mode is not None:
            about["mode"] = str(mode)
        if mode is PublishMode.REPLACE_WHERE:
            about["replace_where"] = replace_where
        if rolled_back:
            about["rolled_back"] = list(rolled_back)
        ids = rolled_back or (self.id,)
        batches = [Batch(batch_id, self.execution_id, self.stage) for batch_id in ids]
        return CommitProperties(
            custom_metadata={"execution_id": self.execution_id, COMMIT_INFO: about},
            max_commit_retries=0,
            app_transactions=[
                Transaction(
                    batch.transaction, 1 + (_version(table, batch.transaction) if table else 0)
                )
                for batch in batches
            ],
        )

    def about(self, watermark: Watermark | None) -> dict[str, Any]:
        """Return what a commit of the batch says about itself."""
        return {
            "batch_id": self.id,
            "execution_id": self.execution_id,
            "stage": self.stage,
            "watermark": watermark.to_dict() if watermark else None,
        }


def _version(table: DeltaTable, transaction: str) -> int:
    return table.transaction_version(transaction) or 0


@dataclass(frozen=True)
class BatchCommit:
    """A commit of ours, as its table's history has it."""

    version: int
    batch_id: str
    execution_id: str
    watermark: Watermark | None
    rolled_back: tuple[str, ...] = ()
    mode: PublishMode | None = None
    """None where an earlier version made it."""

    replace_where: str | None = None


def batch_commits(table: DeltaTable) -> list[BatchCommit]:
    """Return our commits up to the pinned version, the newest first, as far as they are kept."""
    return [
        commit
        for version, info in commit_infos(table)
        if (commit := batch_commit(version, info)) is not None
    ]


def commit_of(table: DeltaTable, batch_id: str) -> BatchCommit | None:
    """Return the newest commit that published a batch; None where it has expired."""
    for version, info in commit_infos(table):
        commit = batch_commit(version, info)
        if commit is not None and commit.batch_id == batch_id and not commit.rolled_back:
            return commit
    return None


def batch_commit(version: int, info: Mapping[str, Any]) -> BatchCommit | None:
    """Return what a commit's info says of a batch of ours; None where it is none."""
    about = info.get(COMMIT_INFO)
    if not isinstance(about, dict) or not isinstance(about.get("batch_id"), str):
        return None
    return BatchCommit(
        version,
        about["batch_id"],
        about.get("execution_id", ""),
        Watermark.from_dict(about.get("watermark")),
        tuple(about.get("rolled_back") or ()),
        next((mode for mode in PublishMode if mode == about.get("mode")), None),
        about.get("replace_where"),
    )
