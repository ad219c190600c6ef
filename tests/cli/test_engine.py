"""`check --engine`, where pyspark is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from spectra_gx import Project
from spectra_gx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_spark_without_pyspark_names_the_extra(project: Path, command: Callable[..., Any]) -> None:
    ended = command("check", "source", "--engine", "spark", "--project", project)
    assert (ended.code, ended.out) == (2, "")
    assert "`--engine spark` needs pyspark; install `spectra-gx[spark]`" in ended.err


def test_an_engine_that_there_is_not(project: Path, command: Callable[..., Any]) -> None:
    ended = command("check", "source", "--engine", "duckdb", "--project", project)
    assert ended.code == 2
    assert "invalid choice: 'duckdb'" in ended.err
    with pytest.raises(UsageError, match="there is no engine `duckdb`; choose `datafusion` or"):
        Project.open(project).check("source", engine="duckdb")


def test_a_session_is_for_spark_alone(project: Path) -> None:
    with pytest.raises(UsageError, match='a Spark session was given, but not `engine="spark"`'):
        Project.open(project).check("source", spark=object())
