"""Which rows satisfy a contract's SQL condition, answered by the engine that checks rules."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from spectra_gx.contract.sql.exact import exact_condition
from spectra_gx.contract.sql.guard import guard_condition
from spectra_gx.contract.sql.quoting import quote_text
from spectra_gx.engines.datafusion.query_builders import open_query_builder
from spectra_gx.generate.values.domains import mask_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spectra_gx.generate.values.streams import Mask


class Conditions:
    """The conditions of a table's rules."""

    def __init__(self, table: str, types: Mapping[str, str], memory: int) -> None:
        """Take the table's columns and their types, and how many megabytes a query may use."""
        self._table = table
        self._types = types
        self._memory = memory

    def columns(self, condition: str) -> frozenset[str]:
        """Return the columns that a condition reads.

        Raises:
            SqlRefused: It is not one condition over the columns of the table.
        """
        readable = dict.fromkeys(self._types, False)
        return guard_condition(condition, table=self._table, columns=readable).columns

    def are_true(self, conditions: Sequence[str], known: Mapping[str, pa.Array]) -> list[Mask]:
        """Return of each condition in which rows it is true; `known` are the columns they read."""
        selected = ", ".join(
            f"({exact_condition(one, self._types).text}) IS TRUE AS c{place}"
            for place, one in enumerate(conditions)
        )
        with tempfile.TemporaryDirectory(prefix="spectra-gx-") as folder:
            file = Path(folder) / "rows.parquet"
            pq.write_table(pa.table(dict(known)), file)
            session = open_query_builder(self._memory, folder, processors=1, thrifty=False)
            session.execute(
                f"CREATE EXTERNAL TABLE rows STORED AS PARQUET LOCATION "
                f"({quote_text(file.as_uri())})"
            ).read_all()
            answer = pa.table(session.execute(f"SELECT {selected} FROM rows").read_all())
        return [mask_of(answer[f"c{place}"].combine_chunks()) for place in range(len(conditions))]
