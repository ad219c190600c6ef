"""Where the batches of a run begin, and where they leave off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from spectra_gx.warehouse.delta.reads import row_count
from spectra_gx.warehouse.publishing.watermarks import (
    Watermark,
    from_text,
    largest,
    later,
    missing_watermark,
    stored_watermark,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from deltalake import DeltaTable

    from spectra_gx.contract.model import StageContract
    from spectra_gx.runner.parameters import RunParameters
    from spectra_gx.runner.services import RunServices
    from spectra_gx.warehouse.publishing.options import PublishOptions
    from spectra_gx.warehouse.staging import Staging


class RunWatermarks:
    """The watermarks of one run's tables."""

    def __init__(
        self, contract: StageContract, parameters: RunParameters, services: RunServices
    ) -> None:
        """Take where they are stored."""
        self._contract = contract
        self._parameters = parameters
        self._log = services.log

    def shown(self, name: str, options: PublishOptions, head: DeltaTable | None) -> Any:
        """Return what a builder sees; None where it begins with all there is.

        Raises:
            UsageError: `--since` is no value of the column's type.
            WarehouseError: The table has rows and no watermark.
        """
        column = options.watermark
        if column is None or self._parameters.renews:
            return None
        if self._parameters.since is not None:
            return from_text(self._parameters.since, self._type(name, column))
        stored = self._stored(name, column, head)
        return None if stored is None else stored.earlier(options.lateness).python

    def built(
        self,
        staging: Staging,
        name: str,
        options: PublishOptions,
        now: datetime,
        head: DeltaTable | None,
    ) -> Watermark | None:
        """Return a table's watermark after what was built of it; None where it has none.

        `head` is the published table; None where there is none.

        Raises:
            ValidationError: A good row has a value in the future.
        """
        column = options.watermark
        if column is None:
            return None
        bad = [staging.open_quarantined(name)] if name in staging.quarantined else []
        found = largest(
            name,
            column,
            self._type(name, column),
            [staging.open(name)],
            bad,
            now,
            allow_future=options.allow_future,
        )
        if self._parameters.renews:
            return found
        before = None if head is None else self._known(head, name, column)
        return later(before, found)

    def _stored(self, name: str, column: str, head: DeltaTable | None) -> Watermark | None:
        if head is None:
            return None
        found = self._known(head, name, column)
        if found is None and row_count(head):
            raise missing_watermark(name, column)
        return found

    def _known(self, head: DeltaTable, name: str, column: str) -> Watermark | None:
        """Return the watermark that the table's commits have, or else the log."""
        stored, known = stored_watermark(head, column)
        if known:
            return stored
        for row in reversed(self._log.runs("run")):
            if name not in json.loads(row.get("published_versions") or "{}"):
                continue
            found = Watermark.from_dict(json.loads(row.get("watermarks") or "{}").get(name))
            if found is not None and found.column == column:
                return found
            if name in json.loads(row["published_versions"] or "{}") and _takes_back(row):
                return None
        return None

    def _type(self, name: str, column: str) -> str:
        table = self._contract.table(name)
        declared = table.column(column) if table is not None else None
        return declared.type if declared is not None else "string"


def _takes_back(row: Mapping[str, Any]) -> bool:
    return bool(json.loads(row["parameters"] or "{}").get("rollback"))
