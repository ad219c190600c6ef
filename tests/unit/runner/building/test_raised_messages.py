"""What an error of a builder says in one line: of Spark's, not the stack trace of its process."""

from __future__ import annotations

import pytest

from spectra_gx.runner.building.kinds.raised_messages import raised_message

PY4J = """\
An error occurred while calling o61.collectToPython.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 failed 1 times

Driver stacktrace:
\tat org.apache.spark.scheduler.DAGScheduler.failJobAndIndependentStages(DAGScheduler.scala:2856)
\tat org.apache.spark.scheduler.DAGScheduler.$anonfun$abortStage$2(DAGScheduler.scala:2792)
Caused by: org.apache.spark.SparkException: [FAILED_EXECUTE_UDF] the function failed
\tat org.apache.spark.sql.errors.QueryExecutionErrors$.failed(QueryExecutionErrors.scala:195)
\t... 28 more
Caused by: java.lang.ArithmeticException: / by zero
\tat Main.divide(Main.java:7)
\t... 31 more
"""
PYTHON_WORKER = """\

  An exception was thrown from the Python worker. Please see the stack trace below.
Traceback (most recent call last):
  File "builder.py", line 3, in total
ZeroDivisionError: division by zero
"""


PY4J_SAID = (
    "An error occurred while calling o61.collectToPython.\n: org.apache.spark.SparkException: Job "
    "aborted due to stage failure: Task 0 failed 1 times; caused by java.lang.ArithmeticException: "
    "/ by zero"
)
WORKER_SAID = (
    "  An exception was thrown from the Python worker. Please see the stack trace below.; "
    "caused by ZeroDivisionError: division by zero"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PY4J, PY4J_SAID),
        (PYTHON_WORKER, WORKER_SAID),
        ("column `a`\n  at line 1\nis missing", "column `a`\n  at line 1\nis missing"),
        ("\n".join("abcdefghijkl"), "\n".join("abcdefghij")),
        ("x" * 1001, "x" * 1000 + "…"),
        ("x" * 995 + "s3cret", "x" * 995 + "***"),
        ("", ""),
    ],
)
def test_the_first_lines_and_the_last_cause(text: str, said: str):
    assert raised_message(ValueError(text), lambda text: text.replace("s3cret", "***")) == said


class OddError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def test_an_error_that_cannot_say_what_it_is():
    assert raised_message(OddError(), str) == ""
