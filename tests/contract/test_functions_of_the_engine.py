"""Every function of the engine has its kind, or is refused by name."""

from __future__ import annotations

import pyarrow as pa
from deltalake import QueryBuilder

from spectra_gx.contract.sql.function_types import CHOOSING, FINDING, OVERFLOWING, RESULTS, TAKING
from spectra_gx.contract.sql.numbers import Numbers

REFUSED_AS_UNKNOWN = {
    *("current_date", "current_time", "current_timestamp", "now", "rand", "random", "today"),
    *("generate_series", "range", "input_file_name", "uuid", "version"),
}
"""Those that give another answer every time, or none about the data."""


def test_every_function_is_known() -> None:
    session = QueryBuilder()
    session.execute("SET datafusion.catalog.information_schema = true").read_all()
    query = "SELECT DISTINCT routine_name FROM information_schema.routines"
    answer = pa.RecordBatchReader.from_stream(session.execute(query)).read_all()
    functions = set(answer.column(0).to_pylist())
    known = {*RESULTS, *CHOOSING, *FINDING, *TAKING, *OVERFLOWING, *Numbers.AGGREGATES}
    assert functions - known == REFUSED_AS_UNKNOWN
