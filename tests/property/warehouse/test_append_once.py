"""However often and in whatever order runs are appended, each is in the log once."""

from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from spectra_gx.warehouse.log.activity_log import DeltaActivityLog
from spectra_gx.warehouse.log.log_columns import LOG_COLUMNS
from spectra_gx.warehouse.warehouse import Warehouse
from tests.drawing import drawn

NOW = datetime(2026, 11, 21, tzinfo=UTC)
EXAMPLES = {"string": "x", "long": 1, "double": 0.5, "timestamp": NOW}
RUN = {column.name: EXAMPLES[column.type] for column in LOG_COLUMNS}


@example(["a"], "\0")
@drawn(10)
@given(
    st.lists(st.sampled_from(["a", "b", "ü/é", "d'"]), max_size=8),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_each_run_is_stored_once_as_it_was_given(appended, text):
    with TemporaryDirectory() as root:
        log = DeltaActivityLog(Warehouse(root), "source", compact_after=3)
        for execution_id in appended:
            row = RUN | {
                "record_type": "run", "execution_id": execution_id, "error_message": text,
            }  # fmt: skip
            log.append(execution_id, [row])
        stored = log.runs()
    assert sorted(row["execution_id"] for row in stored) == sorted(set(appended))
    readable = text.replace("\0", "\\x00")  # which not every reader of Delta takes
    assert {row["error_message"] for row in stored} <= {readable}
