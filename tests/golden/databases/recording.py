"""Record the queries of every kind of rule, as sessions on databases get them.

Run as `python -m tests.golden.databases.recording`: it writes `queries.json`, and then the queries
in the SQL of each database that is not run here. The slice `databases` records them, too, and
compares.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from spectra_gx.engines.databases.session import CAPABILITIES
from spectra_gx.engines.datafusion.engine import DATAFUSION
from spectra_gx.engines.session import STORED
from spectra_gx.engines.snapshot import PinnedTable
from spectra_gx.validation.run.stage import validate_stage
from tests.agreement.suites.expectations import expectations
from tests.agreement.suites.rows import row_rules
from tests.agreement.suites.sets import sets_and_values
from tests.agreement.suites.statistics import statistics
from tests.contract.checking import job_of
from tests.golden.databases.rendering import (
    FILE,
    NOT_RUN,
    WITHOUT_QUERIES,
    golden_file,
    rendered,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spectra_gx.contract.model import Column, Rule, Table
    from spectra_gx.engines.session import Session
    from spectra_gx.engines.snapshot import Snapshot
    from spectra_gx.validation.run.job import ValidationJob

Query = dict[str, Any]
"""`sql`, in DataFusion's SQL, and `tables`: name → column → type."""

_LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d[\d.e+]*\b")
_MOST = 12
"""Queries that are kept of a kind of rule; GX's expectations are many kinds in one."""


def record() -> dict[str, list[Query]]:
    """Return kind of rule → its queries, of those that differ by literals alone the first.

    Patterns count as different: each is written in its own way.
    """
    found: dict[str, dict[str, Query]] = {}
    for suite in (row_rules, expectations, statistics, sets_and_values):
        contract, put = suite("bad")
        with tempfile.TemporaryDirectory() as folder:
            put(Path(folder))
            job = job_of(contract, Path(folder))
            for rule in contract.rules():
                forms = found.setdefault(rule.kind, {})
                for query in [] if rule.kind in WITHOUT_QUERIES else _queries_of(rule, job):
                    matches = rule.kind in ("pattern", "format")
                    form = query["sql"] if matches else _LITERAL.sub("?", query["sql"])
                    if rule.kind == "expect" or len(forms) < _MOST:
                        forms.setdefault(form, query)
    return {kind: [*forms.values()] for kind, forms in found.items() if forms}


def _queries_of(rule: Rule, job: ValidationJob) -> list[Query]:
    engine = RecordingEngine()
    tables = tuple(_with_only(rule, one) for one in job.contract.tables if one.name == rule.table)
    others = [one for one in job.contract.tables if one.name != rule.table]
    contract = replace(job.contract, tables=(*tables, *others))
    validate_stage(replace(job, contract=contract, tables=tables, engine=engine))
    return engine.queries


def _with_only(rule: Rule, table: Table) -> Table:
    """Return a table that promises nothing else."""

    def column(one: Column) -> Column:
        return replace(
            one,
            rules=tuple(own for own in one.rules if own is rule),
            fields=tuple(map(column, one.fields)),
        )

    return replace(
        table,
        columns=tuple(map(column, table.columns)),
        table_rules=tuple(own for own in table.table_rules if own is rule),
    )


@dataclass
class RecordingEngine:
    """DataFusion, as far as databases go: no statistics of files, and what they cannot do."""

    name: ClassVar[str] = "datafusion"
    parallel: ClassVar[bool] = False
    incremental: ClassVar[bool] = False
    dataframes: ClassVar[str] = "pandas"
    queries: list[Query] = field(default_factory=list)

    def open(self, snapshot: Snapshot) -> Any:
        """Open a session on a snapshot."""
        tables = {name: _Unlogged(**_fields(one)) for name, one in snapshot.tables.items()}
        return _RecordingSession(DATAFUSION.open(replace(snapshot, tables=tables)), self.queries)


class _Unlogged(PinnedTable):
    """A table of which nothing is known but what queries answer."""

    @property
    def exact_files(self) -> list[dict[str, Any]]:
        return []


def _fields(pinned: PinnedTable) -> dict[str, Any]:
    return {name: getattr(pinned, name) for name in pinned.__dataclass_fields__}


class _RecordingSession:
    capabilities = CAPABILITIES

    def __init__(self, session: Session, queries: list[Query]) -> None:
        self._session = session
        self._queries = queries
        self._names: dict[str, Mapping[str, str]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def fork(self) -> _RecordingSession:
        return _RecordingSession(self._session.fork(), self._queries)

    def register(self, name: str, *tables: str) -> None:
        self._session.register(name, *tables)
        self._names[name] = self._session.types(name)

    def query(self, sql: str, **options: Any) -> Any:
        self._keep(sql)
        return self._session.query(sql, **options)

    def stream(self, sql: str, **options: Any) -> Iterator[Any]:
        self._keep(sql)
        return self._session.stream(sql, **options)

    def _keep(self, sql: str) -> None:
        read = {
            name: dict(types)
            for name, types in self._names.items()
            if re.search(rf"\b{name}(?:{STORED})?\b", sql)
        }
        self._queries.append({"sql": sql, "tables": read})


def main() -> None:
    """Write what is recorded, and what it is in each database's SQL."""
    queries = record()
    text = json.dumps(queries, indent=1, sort_keys=True, ensure_ascii=False)
    FILE.write_text(f"{text}\n", encoding="utf-8")
    for kind in NOT_RUN:
        golden_file(kind).write_text(rendered(kind, queries), encoding="utf-8")


if __name__ == "__main__":
    main()
