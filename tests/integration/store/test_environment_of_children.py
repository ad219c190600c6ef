"""No secret is in the environment of a process that we start for ourselves."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import pytest

from spectra_gx.engines.budget import Budget
from spectra_gx.engines.datafusion.isolation import IsolatedQueries
from spectra_gx.errors import SpectraError
from spectra_gx.review.git.repository import Repository
from spectra_gx.validation.run.parallel import _Worker

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "fake-secret/0123456789+abcdef=xyz"
NOTHING = cast("Any", None)


def isolated_queries(folder: Path) -> None:
    queries = IsolatedQueries(NOTHING, str(folder), Budget(1, 1))
    with suppress(SpectraError):
        [*queries.stream("select 1", {}, in_stored_order=False)]
    queries.close()


def workers(folder: Path) -> None:
    with _Worker(NOTHING, str(folder)) as worker:
        worker._process.wait()


def git(folder: Path) -> None:
    with suppress(SpectraError):
        Repository(folder)


@pytest.mark.parametrize("start", [isolated_queries, workers, git])
def test_a_process_of_our_own_gets_what_programs_need_and_no_secret(start, tmp_path, monkeypatch):
    program = tmp_path / "git"
    program.write_text('#!/bin/sh\ncat /proc/$$/environ /proc/$$/cmdline >> "${0%/*}/seen"\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for name in ("LAKE_1", "AZURE_CLIENT_SECRET", "VAULT_TOKEN", "API_TOKEN", "HARMLESS_NAME"):
        monkeypatch.setenv(name, SECRET)
    start(tmp_path)
    seen = (tmp_path / "seen").read_text()
    assert f"PATH={tmp_path}:" in seen
    assert SECRET not in seen
    assert "HARMLESS_NAME" not in seen
