"""A builder ends a run neither by hanging nor half way, and is called in one thread."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from spectra_gx import Project, RunParameters
from tests.fakes.stages import StageProject

CONTRACT = """\
contract: shop
version: 1.0.0
owner: Data Platform
tables:
  shop.orders: {columns: {id: long}}
  shop.more: {columns: {id: long}}
"""
HEAD = """\
import sqlite3, threading, time
import pyarrow as pa
from spectra_gx import table

ORDERS = pa.table({"id": [1]})
DATABASE = sqlite3.connect(":memory:")
FOREVER = threading.Event()

@table("shop.more")
def more(run):
    DATABASE.execute("CREATE TABLE seen (id)")
    return ORDERS

@table("shop.orders", needs=["shop.more"])
def orders(run):
"""


def project(root, body: str) -> StageProject:
    made = StageProject(root, CONTRACT)
    made.write("stages/shop.py", HEAD + textwrap.indent(textwrap.dedent(body), "    "))
    return made


@pytest.mark.parametrize("body", ["FOREVER.wait()", "yield ORDERS\nFOREVER.wait()"])
def test_a_function_that_does_not_end(tmp_path, body):
    made = project(tmp_path, body)
    began = time.monotonic()
    ended = Project(made.root, None, {"builder_timeout": "1s"}).run("shop", RunParameters())
    assert (ended.exit_code, ended.error.code, ended.recorded) == (3, "builder_timeout", True)
    assert "building `shop.orders` took over 0:00:01" in ended.error.message
    assert time.monotonic() - began < 60
    assert made.rows("shop.more") == []
    assert [*(made.root / "warehouse" / "Files").glob("_staging/*")] == []


def test_all_builders_and_what_they_yield_run_in_one_thread(tmp_path):
    made = project(
        tmp_path,
        """\
        for number in range(3):
            DATABASE.execute("INSERT INTO seen VALUES (?)", (number,))
            yield from ORDERS.to_batches()
        assert DATABASE.execute("SELECT count(*) FROM seen").fetchone() == (3,)
        """,
    )
    assert made.run().exit_code == 0
    assert len(made.rows("shop.orders")) == 3


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_run_is_interrupted_while_a_builder_works(tmp_path, sent):
    started = tmp_path / "started"
    made = project(tmp_path / "p", f"open({str(started)!r}, 'w').close()\nFOREVER.wait()")
    # A shell that starts the tests in the background may have had SIGINT ignored.
    start = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from spectra_gx.cli import console; sys.argv[0] = 'x'; sys.exit(console())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", start, "run", "shop", "--project", str(made.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    while not started.exists():
        assert process.poll() is None, process.communicate()[0]
    process.send_signal(sent)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 3, said
    assert "Traceback" not in said
    [row] = made.project.log("shop")
    assert row["status"] == "Failed"
    assert made.rows("shop.more") == []
