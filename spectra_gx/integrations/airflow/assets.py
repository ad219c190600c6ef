"""Events of assets: one for each table that a run published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import Asset, AssetAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from airflow.sdk import Context

    from spectra_gx.integrations.outcome import Run


def published_tables(stage: str) -> AssetAlias:
    """Return the alias of a stage's tables, for the `schedule` of a DAG that consumes them."""
    return AssetAlias(f"spectra-gx:{stage}")


def emit_events(context: Context, stage: str, runs: Iterable[Run]) -> None:
    """Emit an event for each table that was published, with its version, rows and page."""
    events = context["outlet_events"][published_tables(stage)]
    for run in runs:
        for uri, extra in _published(run):
            events.add(Asset(uri), extra=extra)


def _published(run: Run) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = {table["table"]: table["rows"] for table in run["tables"]}
    for table, version in run["published"].items():
        yield (
            _uri(run["addresses"][table]),
            {
                "table": table,
                "version": version,
                "rows": rows.get(table),
                "execution_id": run["execution_id"],
                "docs_url": run["docs_url"],
            },
        )


def _uri(address: str) -> str:
    """Return an address as a URI: a path of this machine is a file's."""
    return address if "://" in address else f"file://{quote(address)}"
