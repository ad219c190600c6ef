from __future__ import annotations

import pandas as pd
import pytest

from spectra_gx.engines.spark.dataframes import is_spark_frame, last_cause

WORKER = """[PYTHON_EXCEPTION] An exception was thrown from the Python worker: Traceback (most recent call last):
  File "worker.py", line 1, in read
    import first
KeyError: 'first'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "worker.py", line 1920, in read_udfs
    import pyarrow as pa
ModuleNotFoundError: No module named 'pyarrow'
 SQLSTATE: 38000
"""  # noqa: E501  # as Spark writes it


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("[DIVIDE_BY_ZERO] Division by zero.\n== SQL ==\n", "[DIVIDE_BY_ZERO] Division by zero."),
        (WORKER, "ModuleNotFoundError: No module named 'pyarrow'"),
        ("\n", "Spark gave no reason"),
    ],
)
def test_the_cause_is_one_line(text, cause):
    assert last_cause(text) == cause


def test_a_data_frame_of_pandas_is_none_of_spark():
    assert not is_spark_frame(pd.DataFrame())
